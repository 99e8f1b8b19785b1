"""Mistakes in which parameters are signed (RFC 5849 section 3.4.1.3.1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

from ..encoding import escape
from ..parameters import without
from .causes import named
from .mistakes import Made, Mistake
from .signable import Pair, Signable, written_pairs

__all__ = ["PARAMETER_MISTAKES"]

Pairs = Iterable[Pair]

_index = re.compile(r"\[\d+\]")
_brackets = re.compile(r"\[\d*\]")
_line_break = re.compile(r"\r\n|\r|\n")
_MOST_NAMES = 50  # of which each is left out once, and counted once more
_SENT = "Sign what is sent, and send what is signed; something between may have changed it."


def _unsigned(signed: Signable) -> Iterator[Made]:
    if signed.form:
        yield "without the pairs of the form", signed._replace(form=())
    if signed.query:
        yield "without the pairs of the query", signed._replace(query=())
    if signed.form and signed.query:
        done = "without the pairs of the query and of the form"
        yield done, signed._replace(query=(), form=())


def _other_body(signed: Signable) -> Iterator[Made]:
    if signed.other_body:
        done = "with a body as a form that was not sent as one"
        yield done, signed._replace(form=written_pairs(signed.other_body))


def _counted_once(signed: Signable) -> Iterator[Made]:
    once = tuple(without(signed.form, signed.query))
    yield "with the pairs once that are in query and form", signed._replace(form=once)
    yield "with the pairs once that are sent again and again", signed.mapped(dict.fromkeys)


def _counted_twice(signed: Signable) -> Iterator[Made]:
    query, form, protocol = signed.query, signed.form, signed.protocol
    yield "with the pairs of the query twice", signed._replace(query=query * 2)
    yield "with the pairs of the form twice", signed._replace(form=form * 2)
    done = "with the pairs of query and form twice"
    yield done, signed._replace(query=query * 2, form=form * 2)
    yield "with the OAuth parameters twice", signed._replace(protocol=protocol * 2)
    for pair in _each(signed):
        done = f"with {_name(pair)} once more than it was sent"
        yield done, signed._replace(form=(*form, pair))


def _collapsed(signed: Signable) -> Iterator[Made]:
    for choose, of in ((_first, "first value"), (_last, "last value"), (_joined, "values joined")):
        done = f"with one value for each name that is repeated: the {of}"
        yield done, signed.mapped(choose)
        yield done, signed._replace(query=(), form=tuple(choose((*signed.query, *signed.form))))


def _first(pairs: Pairs) -> Pairs:
    return {pair.name: pair for pair in reversed(tuple(pairs))}.values()


def _last(pairs: Pairs) -> Pairs:
    return {pair.name: pair for pair in pairs}.values()


def _joined(pairs: Pairs) -> Pairs:
    values: dict[str, list[str]] = {}
    for pair in pairs:
        values.setdefault(pair.name, []).append(pair.value)
    return [_pair(name, ",".join(several)) for name, several in values.items()]


def _renamed(signed: Signable) -> Iterator[Made]:
    for rename in (_bare, _without_index, _numbered, _bracketed, _bracketed_and_numbered):
        changed = signed.mapped(rename)
        names = {_name(pair) for pair in changed.pairs()} - {_name(pair) for pair in signed.pairs()}
        if names:
            yield f"with other names than were sent: {', '.join(sorted(names)[:5])}", changed


def _bare(pairs: Pairs) -> Pairs:
    return [_with_name(pair, _brackets.sub("", pair.name)) for pair in pairs]


def _without_index(pairs: Pairs) -> Pairs:
    return [_with_name(pair, _index.sub("[]", pair.name)) for pair in pairs]


def _numbered(pairs: Pairs) -> Pairs:
    """Write the place of a value into its brackets, as PHP and Rails do."""
    before: Counter[str] = Counter()
    for pair in pairs:
        if pair.name.endswith("[]"):
            yield _with_name(pair, f"{pair.name[:-1]}{before[pair.name]}]")
            before[pair.name] += 1
        else:
            yield pair


def _bracketed(pairs: Pairs) -> Pairs:
    pairs = tuple(pairs)
    times = Counter(pair.name for pair in pairs if not pair.name.endswith("]"))
    return [_with_name(pair, f"{pair.name}[]") if times[pair.name] > 1 else pair for pair in pairs]


def _bracketed_and_numbered(pairs: Pairs) -> Pairs:
    return _numbered(_bracketed(pairs))


def _dropped(signed: Signable) -> Iterator[Made]:
    yield (
        "without the names that have no =",
        signed.mapped(lambda pairs: [pair for pair in pairs if pair.has_equals]),
    )
    yield (
        "without the parameters that have no value",
        signed.mapped(lambda pairs: [pair for pair in pairs if pair.value]),
    )
    if any(not pair.value for pair in signed.pairs()):
        yield "with no = after a name without a value", signed._replace(has_every_equals=False)


def _missing(signed: Signable) -> Iterator[Made]:
    for pair in signed.protocol:
        protocol = tuple(without(signed.protocol, [pair]))
        yield f"without {_name(pair)}", signed._replace(protocol=protocol)
    for pair in _each(signed):
        done = f"without {_name(pair)}"
        yield done, signed.mapped(partial(_without, pair))


def _each(signed: Signable) -> list[Pair]:
    return list(dict.fromkeys((*signed.query, *signed.form)))[:_MOST_NAMES]


def _without(one: Pair, pairs: Pairs) -> Pairs:
    return [pair for pair in pairs if pair != one]


def _added(signed: Signable) -> Iterator[Made]:
    protocol = signed.protocol
    names = {pair.name for pair in protocol}
    if "oauth_token" not in names:
        blank = _pair("oauth_token", "")
        yield "with an empty oauth_token", signed._replace(protocol=(*protocol, blank))
    if "oauth_version" not in names:
        version = _pair("oauth_version", "1.0")
        yield "with oauth_version", signed._replace(protocol=(*protocol, version))
    for realm in dict.fromkeys((signed.realm, "")):
        added = _pair("realm", realm)
        yield "with the realm of the header", signed._replace(protocol=(*protocol, added))


def _line_breaks(signed: Signable) -> Iterator[Made]:
    for name, line_break in (("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")):
        changed = signed.mapped(partial(_with_line_break, line_break))
        yield f"with {name} for each line break", changed


def _with_line_break(line_break: str, pairs: Pairs) -> Pairs:
    for pair in pairs:
        value = _line_break.sub(line_break, pair.value)
        yield pair if value == pair.value else _pair(pair.name, value)


def _with_name(pair: Pair, name: str) -> Pair:
    return pair if name == pair.name else pair._replace(name=name, sent_name=escape(name))


def _pair(name: str, value: str) -> Pair:
    return Pair(name, value, escape(name), escape(value))


def _name(pair: Pair) -> str:
    return named([escape(pair.name)])


PARAMETER_MISTAKES = (
    Mistake(
        "form-parameter",
        _other_body,
        "Send a form as application/x-www-form-urlencoded; leave any other body unsigned.",
    ),
    Mistake(
        "repeated-parameter",
        _counted_once,
        "Each pair counts as often as it is sent; a server may take repeated_query='once' for"
        " those who copy the query into the form.",
    ),
    Mistake("form-parameter", _unsigned, "Sign the pairs of the query, and those of a form body."),
    Mistake("repeated-parameter", _counted_twice, "Each pair counts as often as it is sent."),
    Mistake("repeated-parameter", _collapsed, "Sign each pair of a name that is repeated."),
    Mistake("other-name", _renamed, f"Brackets and what is in them belong to a name. {_SENT}"),
    Mistake("empty-value", _dropped, "Sign a parameter without a value as name=."),
    Mistake("missing-parameter", _missing, _SENT),
    Mistake("added-parameter", _added, _SENT),
    Mistake("line-break", _line_breaks, f"{_SENT} Browsers send CRLF for each line break."),
)
