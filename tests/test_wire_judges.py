"""The judges of `wire` are judged: by a published answer, and by what they must refuse."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from known import FORM
from wire import Keys, Received, by_hand, by_oauthlib, readable

KEYS = Keys("kd94hf93k423kf44", "pfkkdhi9sl3r4s00")
JUDGES = [by_hand, by_oauthlib]
PHOTO = Received(
    "http",
    "GET",
    "/photos?file=vacation.jpg&size=original",
    [
        ("Host", "photos.example.net"),
        (
            "Authorization",
            'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", '
            'oauth_token="nnch734d00sl2jdk", oauth_signature_method="HMAC-SHA1", '
            'oauth_timestamp="137131202", oauth_nonce="chapoH", '
            'oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"',
        ),
    ],
    b"",
    b"",
    0,
)
"""The request for a photo of RFC 5849 section 1.2; oauthlib takes none of so long ago."""

BODY = b'{"a": "\xc3\xa9"}'


def written_out(target: str, signed: str, body: bytes = b"", content_type: str = "") -> Received:
    """Sign by a base string that is written out, with ``{now}`` for the time, in the header."""
    now = str(int(time.time()))
    base_string = signed.replace("{now}", now).encode()
    digest = hmac.new(b"kd94hf93k423kf44&pfkkdhi9sl3r4s00", base_string, "sha1").digest()
    signature = quote(base64.b64encode(digest), safe="")
    body_hash = quote(base64.b64encode(hashlib.sha1(body).digest()), safe="")
    fields = {
        **{"oauth_consumer_key": "key", "oauth_token": "token", "oauth_timestamp": now},
        **{"oauth_nonce": "nonce0001", "oauth_signature_method": "HMAC-SHA1"},
        **({} if content_type == FORM else {"oauth_body_hash": body_hash}),
        "oauth_signature": signature,
    }
    header = "OAuth " + ", ".join([f'{name}="{value}"' for name, value in fields.items()])
    headers = [("host", "API.example:80"), ("authorization", header)]
    if content_type:
        headers.append(("content-type", content_type))
    return Received("http", "POST", target, headers, body, body, 0)


PLAIN = (
    "POST&http%3A%2F%2Fapi.example%2Fr&f%255Ba%255D%3D%257Bx%257D"
    "%26oauth_body_hash%3D3h1bGhKf3VutTgYD1lTCfgAdj3A%253D"
    "%26oauth_consumer_key%3Dkey%26oauth_nonce%3Dnonce0001%26oauth_signature_method%3DHMAC-SHA1"
    "%26oauth_timestamp%3D{now}%26oauth_token%3Dtoken%26p%3D5%2525"
)
WITH_FORM = (
    "POST&http%3A%2F%2Fapi.example%2Fr&a%3D%252B%2520%26a%3D1%26b%255B%255D%3D%2525zz"
    "%26oauth_consumer_key%3Dkey%26oauth_nonce%3Dnonce0001%26oauth_signature_method%3DHMAC-SHA1"
    "%26oauth_timestamp%3D{now}%26oauth_token%3Dtoken"
)


def plain() -> Received:
    """Make a request whose query holds what oauthlib cannot read, and whose body is JSON."""
    return written_out("/r?p=5%&f[a]={x}", PLAIN, BODY, "application/json")


def with_form() -> Received:
    """Make a request whose form holds what oauthlib cannot read."""
    return written_out("/r?a=1", WITH_FORM, b"b[]=%zz&a=%2B+", FORM)


def changed(received: Received, name: str, value: str) -> Received:
    """Change the value of a header, as if it had been sent so."""
    fields = [(key, value if key == name else old) for key, old in received.headers]
    return received._replace(headers=fields)


def without(received: Received, parameter: str) -> Received:
    """Take a parameter out of the Authorization header."""
    header = received.header("authorization") or ""
    pieces = header[len("OAuth ") :].split(", ")
    left = [piece for piece in pieces if not piece.startswith(f"{parameter}=")]
    return changed(received, "authorization", "OAuth " + ", ".join(left))


def test_the_published_answer_is_accepted() -> None:
    """The photo of RFC 5849; and not with another secret."""
    assert by_hand(PHOTO, KEYS)
    assert not by_hand(PHOTO, Keys("kd94hf93k423kf44"))


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("make", [plain, with_form])
def test_what_is_written_out_is_accepted(
    make: Callable[[], Received], judge: Callable[[Received, Keys], bool]
) -> None:
    """A base string by hand, over brackets, braces and a bare percent sign."""
    assert judge(readable(make()), KEYS)


def test_oauthlib_cannot_read_it_as_it_is() -> None:
    """Which is why it is escaped; the judge by hand takes it either way."""
    with pytest.raises(ValueError, match="invalid characters"):
        by_oauthlib(plain(), KEYS)
    assert by_hand(plain(), KEYS)
    assert by_hand(with_form(), KEYS)


CHANGES: dict[str, Callable[[Received], Received]] = {
    "signature": lambda request: without(request, "oauth_signature"),
    "nonce": lambda request: without(request, "oauth_nonce"),
    "token": lambda request: without(request, "oauth_token"),
    "host": lambda request: changed(request, "host", "other.example"),
    "port": lambda request: changed(request, "host", "api.example:8080"),
    "scheme": lambda request: request._replace(scheme="https"),
    "path": lambda request: request._replace(target=request.target.replace("/r", "/R")),
    "query": lambda request: request._replace(target=f"{request.target}&b=2"),
    "method": lambda request: request._replace(method="PUT"),
}


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("make", [plain, with_form])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_refused(
    change: Callable[[Received], Received],
    make: Callable[[], Received],
    judge: Callable[[Received, Keys], bool],
) -> None:
    """Whatever was signed, and whatever is missing."""
    assert not judge(readable(change(make())), KEYS)


@pytest.mark.parametrize("judge", JUDGES)
def test_another_form_is_refused(judge: Callable[[Received, Keys], bool]) -> None:
    """Its pairs are signed."""
    assert not judge(readable(with_form()._replace(body=b"b[]=%zz&a=%2B%2B")), KEYS)


def test_another_body_is_refused_by_hand() -> None:
    """Its hash is not the one that is signed; oauthlib does not look at it."""
    assert not by_hand(plain()._replace(body=BODY + b" "), KEYS)


@pytest.mark.parametrize("judge", JUDGES)
def test_a_form_is_one_by_its_content_type(judge: Callable[[Received, Keys], bool]) -> None:
    """The same octets as text hold no pairs."""
    request = changed(with_form(), "content-type", "text/plain")
    assert not judge(readable(request), KEYS)


def test_what_a_proxy_is_given_is_judged_by_its_path_and_host() -> None:
    """The absolute form of a target has scheme and authority before the path."""
    request = PHOTO._replace(target=f"http://photos.example.net{PHOTO.target}")
    assert by_hand(request, KEYS)
    assert request.url == f"http://photos.example.net{PHOTO.target}"
