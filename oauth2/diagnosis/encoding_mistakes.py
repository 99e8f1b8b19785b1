"""Mistakes in how parameters are encoded, sorted and joined (RFC 5849 section 3.4.1.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from ..encoding import escape
from .causes import named
from .misencoding import MISENCODINGS, Misencoding, with_lower_hex
from .mistakes import Made, Mistake
from .parameter_causes import ORDERS, SORTING, Order
from .signable import Encode, Pair, Signable

__all__ = ["ENCODING_MISTAKES"]


def _misencoded(has: str, makes: Iterable[Encode], signed: Signable) -> Iterator[Made]:
    """Encode the values wrongly, the names, or both."""
    pairs = signed.pairs()
    for make in makes:
        names = [name for name, _, sent, *_ in pairs if make(name, sent) != escape(name)]
        values = [name for name, text, _, sent, _ in pairs if make(text, sent) != escape(text)]
        for wrong, encode_name, encode_value in (
            (values, signed.encode_name, make),
            (names, make, signed.encode_value),
            (names and values and [*names, *values], make, make),
        ):
            if wrong:
                made = signed._replace(encode_name=encode_name, encode_value=encode_value)
                yield f"with {has} {named([escape(name) for name in wrong])}", made


def _mistake(way: Misencoding) -> Mistake:
    return Mistake(way.code, lambda signed: _misencoded(way.has, way.makes, signed), way.advice)


def _as_sent(signed: Signable) -> Iterator[Made]:
    """Take the escapes in the query alone, or in the form alone, for the text that is meant."""
    query, form = (tuple(map(_pair_as_sent, pairs)) for pairs in (signed.query, signed.form))
    yield "with the query encoded once more than it was sent", signed._replace(query=query)
    yield "with the form encoded once more than it was sent", signed._replace(form=form)


def _pair_as_sent(pair: Pair) -> Pair:
    return pair._replace(name=pair.sent_name, value=pair.sent_value)


def _lost_plus(signed: Signable) -> Iterator[Made]:
    for has, instead in (("a space for +", "%20"), ("no +", "")):
        yield from _misencoded(f"{has} in", [partial(_without_plus, instead)], signed)


def _without_plus(instead: str, text: str, sent: str) -> str:
    return escape(text).replace("%2B", instead)


def _ordered(order: Order) -> Mistake:
    return Mistake(
        order.code,
        lambda signed: [(f"with {order.has}", signed._replace(order=order.key))],
        SORTING,
    )


def _unsorted(signed: Signable) -> Iterator[Made]:
    """Leave the parameters in the order of the wire: those of OAuth may be first or last."""
    for protocol in (signed.protocol, tuple(sorted(signed.protocol))):
        has = ORDERS[-1].has
        in_order = signed._replace(order=ORDERS[-1].key, protocol=protocol)
        yield f"with {has}", in_order
        pairs: tuple[Pair, ...] = (*signed.query, *signed.form, *protocol)
        yield f"with {has}", in_order._replace(protocol=(), query=pairs, form=())


def _not_encoded(signed: Signable) -> Iterator[Made]:
    done = "with parameters that are not encoded once more as they are joined"
    yield done, signed._replace(parameter_times=0)
    yield done.replace("parameters", "parts"), signed._replace(parameter_times=0, uri_times=0)


def _encoded_twice(signed: Signable) -> Iterator[Made]:
    yield "with the parameters encoded twice", signed._replace(parameter_times=2)


def _lower_hex_again(signed: Signable) -> Iterator[Made]:
    done = "with lower-case hexadecimal digits in the base string"
    again = signed._replace(escape_again=_escape_in_lower_hex)
    yield done, again
    yield done, again._replace(encode_name=_encode_in_lower_hex, encode_value=_encode_in_lower_hex)


def _escape_in_lower_hex(text: str) -> str:
    return with_lower_hex(escape(text))


def _encode_in_lower_hex(text: str, sent: str) -> str:
    return _escape_in_lower_hex(text)


_JOINING = "Join name=value by &, encode all of it once, and join it to method and URI by &."

ENCODING_MISTAKES = (
    *[_mistake(way) for way in MISENCODINGS],
    Mistake("encoded-twice", _as_sent, "Decode query and form before they are signed."),
    Mistake(
        "space-for-plus",
        _lost_plus,
        "Write + as %2B where it is sent, and decode it once.",
    ),
    *[_ordered(order) for order in ORDERS],
    Mistake(ORDERS[-1].code, _unsorted, SORTING),
    Mistake("lower-case-hex", _lower_hex_again, "Write the digits of escapes in upper case."),
    Mistake("not-encoded-again", _not_encoded, _JOINING),
    Mistake("parameters-encoded-twice", _encoded_twice, _JOINING),
)
