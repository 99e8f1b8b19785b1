"""Forms and queries: their pairs, what is signed of them, and tokens read out of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from known import FORM
from oauthlib_base_string import normalize_parameters

import oauth2
from oauth2.encoding import encoded, octets_of
from oauth2.legs import token_of
from oauth2.parameters import decode_pairs, flat_pairs, grouped, without_names
from oauth2.received import Response

from .outcomes import MARK, SECRETS, assert_signs_and_verifies, assert_verdict, attempt, text

__all__ = ["form"]

_URL = "http://photos.example.net/photos"


def form(data: bytes) -> None:
    """Fail where a form is read otherwise than others read it, or than it is written."""
    given = text(data)
    pairs = decode_pairs(given)
    read = [(octets_of(name), octets_of(value)) for name, value in pairs]
    assert read == _pairs_of_octets(data)
    assert read == _pairs_of_the_standard_library(given)
    named = grouped(pairs)
    assert sorted(flat_pairs(named)) == sorted(pairs)
    assert sorted(decode_pairs(encoded(named, "=", "&"))) == sorted(pairs)
    kept = decode_pairs(without_names(given, {"oauth_token"}))
    assert kept == [pair for pair in pairs if pair[0] != "oauth_token"]
    _assert_token(data)
    _assert_received(data, pairs)
    assert_signs_and_verifies(_URL, named)


def _pairs_of_octets(data: bytes) -> list[tuple[bytes, bytes]]:
    pieces = [piece.partition(b"=") for piece in data.replace(b"+", b" ").split(b"&") if piece]
    return [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pieces]


def _pairs_of_the_standard_library(given: str) -> list[tuple[bytes, bytes]]:
    pairs = parse_qsl(given, keep_blank_values=True, errors="surrogateescape")
    return [(octets_of(name), octets_of(value)) for name, value in pairs]


def _assert_token(data: bytes) -> None:
    hidden = () if MARK.encode() in data else SECRETS
    token = attempt(lambda: oauth2.Token.from_string(data), ValueError, secrets=hidden)
    of_leg = token_of(Response(200, "OK"), data)
    if isinstance(token, oauth2.Token):
        again = oauth2.Token.from_string(token.to_string())
        assert _fields(again) == _fields(token)
    if of_leg is not None and isinstance(token, oauth2.Token) and data.lstrip()[:1] != b"{":
        assert (of_leg.key, of_leg.secret) == (token.key, token.secret)


def _fields(token: oauth2.Token) -> Any:
    return token.key, token.secret, token.callback_confirmed


def _assert_received(data: bytes, pairs: list[tuple[str, str]]) -> None:
    fields = {"Content-Type": FORM}
    request = attempt(
        lambda: oauth2.Request.from_request("POST", _URL, fields, body=data), oauth2.Error
    )
    assert (request is None) == (not pairs)
    if not isinstance(request, oauth2.Request):
        return
    assert_verdict(request, MARK.encode() in data)
    names = [name for name, _ in pairs if name.startswith("oauth_")]
    texts = [text for pair in pairs for text in pair]
    if len(set(names)) == len(names) and not any("\ud800" <= c < "\ue000" for c in "".join(texts)):
        counted = [pair for pair in pairs if pair[0] != "oauth_signature"]
        assert request.get_normalized_parameters() == normalize_parameters(counted)
