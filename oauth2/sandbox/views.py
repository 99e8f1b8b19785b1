"""What the inspector shows of an exchange, as text that can be shown."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cached_property
from http import HTTPStatus
from typing import NamedTuple

from ..diagnosis import Span
from ..errors import Error
from ..redaction import printable, redacted, redacted_field
from ..server import Server
from .copies import curl_of, python_of
from .inspection import Explanation, explain, refusal_of
from .recording import Content, Exchange, Headers
from .side_by_side import Piece, pieces
from .token_endpoints import Authority

__all__ = ["ExchangeView", "Row", "row_of"]

_LONGEST_BODY = 1 << 14


class Row(NamedTuple):
    """One exchange in a list of them."""

    number: int
    time: str
    when: str
    method: str
    path: str
    status: int
    has_failed: bool
    consumer: str
    cause: str


def row_of(exchange: Exchange) -> Row:
    """Say in a line what an exchange was; the path is without its query."""
    then = time.localtime(exchange.time)
    return Row(
        exchange.number,
        time.strftime("%H:%M:%S", then),
        time.strftime("%Y-%m-%dT%H:%M:%S%z", then),
        printable(exchange.method),
        printable(exchange.path),
        exchange.status,
        exchange.has_failed,
        printable(exchange.consumer or ""),
        printable(refusal_of(exchange.error)) if exchange.error else "",
    )


class ExchangeView:
    """One exchange, to be shown with all that is known about it.

    What a page shows at once is without secrets. ``raw``, ``response_raw``, ``curl`` and ``python``
    may hold some, and are for who may see them: ``shows_secrets``.
    """

    def __init__(
        self, exchange: Exchange, authority: Authority | None, *, shows_secrets: bool
    ) -> None:
        self.exchange = exchange
        self.row = row_of(exchange)
        self.phrase = _phrase(exchange.status)
        self.shows_secrets = shows_secrets
        self._server = authority.server if authority else Server()
        consumers = authority.consumers.values() if authority else ()
        self._secrets = [consumer.secret for consumer in consumers]
        self._secrets += [key.secret for key in exchange.keys or () if key]

    @cached_property
    def explanation(self) -> Explanation:
        """What was checked, and what was signed."""
        return explain(self.exchange, self._server)

    @property
    def signed_pieces(self) -> list[Piece] | None:
        """The base string that was signed, cut where it differs; None if it is not known."""
        strings = self.explanation.base_strings
        return _pieces(strings.signed, strings.signed_marks)

    @property
    def expected_pieces(self) -> list[Piece] | None:
        """The base string that is expected, likewise."""
        strings = self.explanation.base_strings
        return _pieces(strings.expected, strings.expected_marks)

    @property
    def url(self) -> str:
        """The URL, with its query."""
        return self._hidden(self.exchange.url)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of the request."""
        return self._pairs(self.exchange.headers)

    @property
    def body(self) -> str:
        """The body of the request, or what it is."""
        return self._hidden(_text(self.exchange.body))

    @property
    def response_headers(self) -> list[tuple[str, str]]:
        """The headers of the response."""
        return self._pairs(self.exchange.response_headers)

    @property
    def response_body(self) -> str:
        """The body of the response, or what it is."""
        return self._hidden(_text(self.exchange.response_body))

    @property
    def raw(self) -> str:
        """Request line, headers and body as they were received, with their secrets."""
        headers = "\n".join([f"{name}: {value}" for name, value in self.exchange.headers])
        line = f"{self.exchange.method} {self.exchange.target} HTTP/1.1"
        return printable(f"{line}\n{headers}\n\n{_text(self.exchange.body)}")

    @property
    def response_raw(self) -> str:
        """The body of the response, with its secrets."""
        return printable(_text(self.exchange.response_body))

    @property
    def curl(self) -> str | None:
        """The line of curl that sends it once more; None where there is none.

        Nor is there one that would steer the terminal into which it is pasted.
        """
        try:
            line = curl_of(self.exchange)
        except ValueError:
            return None
        seen = line.replace("\r", "")
        return line if printable(seen) == seen else None

    @property
    def python(self) -> str | None:
        """The program that sends such a request; None where there is none."""
        try:
            return python_of(self.exchange)
        except ValueError:
            return None

    @staticmethod
    def refusal(error: Error) -> str:
        """Say why a step was refused."""
        return printable(refusal_of(error))

    @staticmethod
    def side(text: str | None, spans: Sequence[Span]) -> list[Piece]:
        """Cut one side of a row of base strings; [] where it has no such part."""
        return pieces(printable(text or ""), tuple(spans))

    def _pairs(self, headers: Headers) -> list[tuple[str, str]]:
        fields = [(name, redacted_field(f"{name}: {value}")) for name, value in headers]
        return [(printable(name), self._hidden(line[len(name) + 2 :])) for name, line in fields]

    def _hidden(self, text: str) -> str:
        return printable(redacted(text, self._secrets))


def _pieces(text: str | None, spans: tuple[Span, ...]) -> list[Piece] | None:
    return None if text is None else pieces(printable(text), spans)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _text(content: Content) -> str:
    """Return content as text, or say what it is."""
    octets = content.octets[:_LONGEST_BODY]
    text = octets.decode("utf-8", "ignore")
    # Where it was cut, a character may lack its end.
    if len(text.encode()) + 3 < len(octets) or "\0" in text:
        return f"({content.length:,} octets that are not text)"
    is_cut = content.length > _LONGEST_BODY
    return f"{text}\n({content.length:,} octets in all)" if is_cut else text
