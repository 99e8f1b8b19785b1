"""Requests from those who mean harm, or make no sense."""

from __future__ import annotations

import base64
import hmac
import random
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from growth import assert_linear
from known import CONSUMER, FORM, HMAC_SHA1, TOKEN
from present import present
from secrets_check import assert_no_secret

import oauth2

URL = "http://photos.example.net/photos"
SECRETS = (CONSUMER.secret, TOKEN.secret)
METHODS: dict[str, oauth2.SignatureMethod] = {
    "HMAC-SHA1": HMAC_SHA1,
    "HMAC-SHA256": oauth2.SignatureMethod_HMAC_SHA256(),
    "PLAINTEXT": oauth2.SignatureMethod_PLAINTEXT(),
}


class SetOfKeys:
    """The NonceStore that a program would write first: a set of what it is asked for."""

    def __init__(self) -> None:
        self.seen: set[Any] = set()

    def remember(self, key: Any, expires: int, now: int) -> bool:
        is_new = key not in self.seen
        self.seen.add(key)
        return is_new


STORES = {"MemoryNonces": oauth2.MemoryNonces, "a set of keys": SetOfKeys}


def signed(
    method: oauth2.SignatureMethod = HMAC_SHA1,
    url: str = URL,
    consumer: oauth2.Consumer = CONSUMER,
    token: oauth2.Token | None = TOKEN,
    **parameters: Any,
) -> oauth2.Request:
    request = oauth2.Request.from_consumer_and_token(consumer, token, "POST", url, parameters)
    request.sign_request(method, consumer, token, include_body_hash=False)
    return request


def header_of(request: oauth2.Request) -> str:
    return request.to_header("Photos")["Authorization"]


def read(
    header: str | bytes | None = None, url: str = URL, form: str | bytes | None = None, **more: Any
) -> oauth2.Request | None:
    headers: dict[Any, Any] = {} if header is None else {"Authorization": header}
    if form is not None:
        headers["Content-Type"] = FORM
        more["body"] = form.encode() if isinstance(form, str) else form
    return oauth2.Request.from_request("POST", url, headers, **more)


def refusal(make: Callable[[], oauth2.Request | None], server: Any = None) -> oauth2.Error:
    """Read a request and verify it; give the Error that one of the two raises."""
    server = server or oauth2.Server(METHODS)
    with pytest.raises(oauth2.Error) as caught:
        server.verify_request(present(make()), CONSUMER, TOKEN)
    assert_no_secret(caught.value, *SECRETS)
    return caught.value


def judge(server: oauth2.Server, **arguments: Any) -> Any:
    """Give what comes of a request: None, an Error, or the accepted parameters."""
    try:
        request = read(**arguments)
        if request is None:
            return None
        assert isinstance(request, oauth2.Request)
        written = request.to_header()["Authorization"] + request.to_postdata()
        control = re.search(r"[\x00-\x1f\x7f]", written)
        assert control is None, f"{control} came out of to_header or to_postdata"
        assert request.to_url().startswith(request.url.partition("#")[0])
        return server.verify_request(request, CONSUMER, TOKEN)
    except oauth2.Error as error:
        assert_no_secret(error, *SECRETS)
        return error


def _chunks(seed: int) -> list[bytes]:
    """Cut 350,000 random bytes into chunks of one to some thousand bytes."""
    rng = random.Random(seed)
    left, chunks = 350_000, []
    while left > 0:
        chunks.append(rng.randbytes(min(left, int(10 ** rng.uniform(0, 3.7)))))
        left -= len(chunks[-1])
    return chunks


def _in_the_header(chunk: bytes) -> list[dict[str, Any]]:
    text = chunk.decode("latin-1")
    return [
        {"header": b"OAuth " + chunk},
        {"header": f'OAuth oauth_token="{text}'},
        {"header": f'oauth realm="{text}", {text}="a"'},
        {"header": text},
    ]


def _in_the_query(chunk: bytes) -> list[dict[str, Any]]:
    text = chunk.decode("latin-1")
    return [
        {"query_string": chunk},
        {"query_string": text, "url": f"{URL}?{text}"},
        {"url": f"{URL}?oauth_signature={text}&{text}"},
    ]


def _in_the_body(chunk: bytes) -> list[dict[str, Any]]:
    return [{"form": chunk}, {"form": b"oauth_token=" + chunk}, {"body": chunk}]


@pytest.mark.long
@pytest.mark.parametrize(
    ("place", "seed"), [(_in_the_header, 1), (_in_the_query, 2), (_in_the_body, 3)]
)
def test_random_bytes_do_no_harm(place: Any, seed: int) -> None:
    """A million random bytes, a third in each place, give an Error, a Request, or nothing."""
    server = oauth2.Server(METHODS)
    for chunk in _chunks(seed):
        for arguments in place(chunk):
            outcome = judge(server, **arguments)
            assert outcome is None or isinstance(outcome, oauth2.Error), "junk was accepted"


NASTY = [
    '"',
    "\\",
    ",",
    "=",
    "%",
    "&",
    " ",
    "\t",
    "+",
    ";",
    "\r\n",
    "\0",
    "%00",
    "%0D%0A",
    "%u",
    "é",
]
NASTY += ["oauth_token=", 'oauth_nonce="', "realm", "OAuth ", "%2", "%E9", "\udce9", "[", "1" * 50]


def _mutated(rng: random.Random, text: str) -> str:
    for _ in range(rng.randrange(1, 4)):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + int(10 ** rng.uniform(0, 1.5)))
        piece = rng.choice([rng.choice(NASTY), text[start:end], "", chr(rng.randrange(1, 0x3000))])
        text = text[:start] + piece + text[rng.choice([start, end, end]) :]
    return text


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_mutations_of_valid_requests_do_no_harm(seed: int) -> None:
    """Nothing, an Error, or the accepted request that says just what was signed."""
    rng = random.Random(seed)
    server = oauth2.Server(METHODS, nonces=None)
    outcomes = set()
    for method in METHODS.values():
        request = signed(method, url=f"{URL}?a=1&b=%20+", c="é & =")
        header, query = header_of(request), request.to_url().partition("?")[2]
        meant = _meaning(request)
        for _ in range(250):
            changed = _mutated(rng, query)
            for arguments in (
                {"header": _mutated(rng, header), "url": request.url},
                {"header": _mutated(rng, header).encode("utf-8", "surrogateescape")},
                {"url": f"{URL}?{changed}"},
                {"query_string": changed.encode("utf-8", "surrogateescape")},
                {"form": changed.encode("utf-8", "surrogateescape")},
            ):
                outcome = judge(server, **arguments)
                outcomes.add(type(outcome))
                if isinstance(outcome, dict):
                    accepted = read(**arguments)
                    assert accepted is not None
                    assert _meaning(accepted) == meant, f"accepted, though changed: {arguments}"
                else:
                    assert outcome is None or isinstance(outcome, oauth2.Error)
    refused = {oauth2.SignatureInvalid, oauth2.MalformedHeader, oauth2.ParameterAbsent}
    assert outcomes >= {dict, *refused}


def _meaning(request: oauth2.Request) -> Any:
    """Tell what a signature vouches for: all that is sent, or of PLAINTEXT the secrets alone."""
    if request["oauth_signature_method"] == "PLAINTEXT":
        return oauth2.to_unicode(request["oauth_signature"])
    return request.get_normalized_parameters()


SHAPES: dict[str, Callable[[int], str]] = {
    "quotes": lambda size: '"' * size,
    "backslashes": lambda size: "\\" * size,
    "quoted pairs": lambda size: '\\"' * (size // 2),
    "commas": lambda size: "," * size,
    "spaces": lambda size: " " * size,
    "tabs and spaces": lambda size: "\t " * (size // 2),
    "percent signs": lambda size: "%" * size,
    "escapes": lambda size: "%41" * (size // 3),
    "octets that are no UTF-8": lambda size: "%E9" * (size // 3),
    "ampersands": lambda size: "&" * size,
    "equals signs": lambda size: "=" * size,
    "plus signs": lambda size: "+" * size,
    "letters": lambda size: "a" * size,
    "non-ASCII letters": lambda size: "é" * size,
    "openings": lambda size: 'oauth_a="' * (size // 9),
    "parameters": lambda size: 'oauth_a="b",' * (size // 12),
    "parameters and blanks": lambda size: 'a="" ,  ' * (size // 8),
    "spaces around equals signs": lambda size: "a" + " " * (size // 2) + "=" + " " * (size // 2),
    "one long value": lambda size: f'a="{"b" * size}',
    "one value of quoted pairs": lambda size: 'a="' + "\\\\" * (size // 2),
    "a value and spaces": lambda size: 'a="b"' + " " * size + "x",
    "pairs": lambda size: "a=b&" * (size // 4),
    "names": lambda size: "&".join([f"n{number}" for number in range(size // 6)]),
}


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("place", ["header", "header without a scheme", "realm", "query", "form"])
def test_junk_costs_linear_time(place: str, shape: Callable[[int], str]) -> None:
    """From some thousands of characters on, more where they take no time."""
    server = oauth2.Server(METHODS)

    def read_and_verify(text: str) -> None:
        arguments: dict[str, Any] = {
            "header": {"header": f"OAuth {text}"},
            "header without a scheme": {"header": f'OAuth a="{text}'},
            "realm": {"header": f'OAuth realm="{text}", oauth_a="b"'},
            "query": {"url": f"{URL}?{text}"},
            "form": {"form": text},
        }[place]
        judge(server, **arguments)

    assert_linear(read_and_verify, shape, 16_000)


def test_ten_thousand_repeated_parameters_are_signed_and_verified() -> None:
    """A name repeated ten thousand times is a list of ten thousand values."""
    values = [str(number % 100) for number in range(10_000)]
    request = signed(a=values)
    for incoming in (
        present(read(url=request.to_url())),
        present(read(form=request.to_postdata())),
    ):
        found = oauth2.Server(METHODS).verify_request(incoming, CONSUMER, TOKEN)
        assert sorted(found["a"]) == sorted(values)


@pytest.mark.parametrize("place", ["header", "query", "form", "parameters"])
def test_ten_thousand_nonces_are_refused(place: str) -> None:
    """An oauth_ parameter repeated ten thousand times is refused by its name."""
    places: dict[str, dict[str, Any]] = {
        "header": {"header": "OAuth " + ",".join(['oauth_nonce="n"'] * 10_000)},
        "query": {"url": f"{URL}?" + "&".join(["oauth_nonce=n"] * 10_000)},
        "form": {"form": "&".join(["oauth_nonce=n"] * 10_000)},
        "parameters": {"parameters": {"oauth_nonce": ["n"] * 10_000}},
    }
    error = refusal(partial(read, **places[place]))
    assert isinstance(error, oauth2.DuplicateParameter)
    assert (error.parameter, error.message) == (
        "oauth_nonce",
        "oauth_nonce was received 10000 times.",
    )


INJECTIONS = ["\r\n", "\n", "\r", "a\r\nSet-Cookie: b=c", "\r\n\r\n<html>", "\0", "\x7f", "\x0b"]


@pytest.mark.parametrize("realm", INJECTIONS, ids=ascii)
def test_a_realm_cannot_end_a_header(realm: str) -> None:
    """A realm with control characters is a ValueError, wherever a header is built."""
    for build in (
        oauth2.build_authenticate_header,
        oauth2.Server().build_authenticate_header,
        signed().to_header,
    ):
        with pytest.raises(ValueError, match="realm without control characters") as caught:
            build(realm)
        assert_no_secret(caught.value, *SECRETS)


@pytest.mark.parametrize("text", [*INJECTIONS, 'a", oauth_token="b', "a, b=c"], ids=ascii)
def test_a_parameter_cannot_end_a_header(text: str) -> None:
    """Names and values are percent-encoded in a header, whatever they hold."""
    request = oauth2.Request(parameters={f"oauth_{text}": text, "oauth_list": [text, text]})
    header = request.to_header("Photos")["Authorization"]
    assert re.fullmatch(r'OAuth realm="Photos"(, [\w%.~-]+="[\w%.~-]*"){3}', header, re.A)


@pytest.mark.parametrize("realm", ['a", oauth_token="b', 'a\\", oauth_token=\\"b', "\\", '"'])
def test_a_realm_cannot_become_a_parameter(realm: str) -> None:
    """Quotes and backslashes of a realm come out quoted, and read back as the realm."""
    incoming = read(signed().to_header(realm)["Authorization"])
    assert incoming is not None
    assert (incoming.realm, incoming["oauth_token"]) == (realm, TOKEN.key)


def _every_letter_escaped(header: str, name: str, hexadecimal: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        octets = [format(ord(letter), hexadecimal) for letter in match[2]]
        return match[1] + "".join([f"%{octet}" for octet in octets]) + '"'

    return re.sub(rf'({name}=")([^"%]*)"', escaped, header)


REPLAYS: dict[str, Callable[[str], str]] = {
    "as it was": lambda header: header,
    "nonce escaped": lambda header: _every_letter_escaped(header, "oauth_nonce", "02X"),
    "nonce in lower-case escapes": lambda header: _every_letter_escaped(
        header, "oauth_nonce", "02x"
    ),
    "timestamp escaped": lambda header: _every_letter_escaped(header, "oauth_timestamp", "02X"),
    "key escaped": lambda header: _every_letter_escaped(header, "oauth_consumer_key", "02X"),
    "token escaped": lambda header: _every_letter_escaped(header, "oauth_token", "02X"),
    "name escaped": lambda header: header.replace("oauth_nonce", "%6Fauth%5Fnonce"),
    "another realm": lambda header: header.replace("Photos", "Videos"),
    "no realm": lambda header: header.replace('realm="Photos", ', ""),
    "two realms": lambda header: header + ', realm="Videos"',
    "lower-case escapes": lambda header: re.sub(
        "%[0-9A-F]{2}", lambda match: match[0].lower(), header
    ),
    "scheme in lower case": lambda header: header.replace("OAuth", "oauth"),
    "more white space": lambda header: header.replace(", ", " \t,\t  ").replace("=", " = "),
    "another order": lambda header: "OAuth " + ", ".join(reversed(header[6:].split(", "))),
    "a trailing comma": lambda header: header + ", ",
    "quoted pairs": lambda header: re.sub('(oauth_nonce=")', r"\1\\", header),
}


@pytest.mark.parametrize("store", STORES.values(), ids=STORES)
@pytest.mark.parametrize("trick", REPLAYS.values(), ids=REPLAYS)
def test_a_replay_in_disguise_is_a_replay(trick: Callable[[str], str], store: Any) -> None:
    """The same request spelled otherwise is recognised by its nonce."""
    server = oauth2.Server(METHODS, nonces=store())
    header = header_of(signed())
    assert server.verify_request(present(read(header)), CONSUMER, TOKEN) == {}
    assert isinstance(refusal(lambda: read(trick(header)), server), oauth2.NonceUsed)


@pytest.mark.parametrize("store", STORES.values(), ids=STORES)
def test_a_replay_in_another_place_is_a_replay(store: Any) -> None:
    """The parameters of the header, sent as query or form, are recognised by their nonce."""
    server = oauth2.Server(METHODS, nonces=store())
    request = signed()
    server.verify_request(present(read(header_of(request))), CONSUMER, TOKEN)
    for arguments in (
        {"url": request.to_url()},
        {"query_string": request.to_postdata()},
        {"form": request.to_postdata()},
        {"parameters": {name: [value] for name, value in request.items()}},
    ):
        error = refusal(partial(read, **arguments), server)
        assert isinstance(error, oauth2.NonceUsed)


@pytest.mark.parametrize("store", STORES.values(), ids=STORES)
@pytest.mark.parametrize(
    "spelling", [b"%C3%A9", b"\xc3\xa9", b"%C3\xa9", b"\xc3%A9", b"%c3%a9"], ids=repr
)
def test_a_replay_with_octets_spelled_otherwise_is_a_replay(spelling: bytes, store: Any) -> None:
    """A nonce beyond ASCII, its octets half escaped and half raw, is still the same nonce."""
    server = oauth2.Server(METHODS, nonces=store())
    header = header_of(signed(oauth_nonce="é")).encode()
    server.verify_request(present(read(header)), CONSUMER, TOKEN)
    disguised = header.replace(b"%C3%A9", spelling)
    assert isinstance(refusal(lambda: read(disguised), server), oauth2.NonceUsed)


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header + ', oauth_extra="1"',
        lambda header: header + ', oauth_callback="http%3A%2F%2Fevil.example%2F"',
        lambda header: header + ', oauth_verifier=""',
        lambda header: header + ', size="huge"',
        lambda header: header + ', =""'.replace("=", "x="),
        lambda header: re.sub('oauth_nonce="', 'oauth_nonce="0', header),
        lambda header: re.sub('oauth_timestamp="', 'oauth_timestamp="0', header),
        lambda header: re.sub('oauth_nonce="[^"]*"', 'oauth_nonce=""', header),
        lambda header: header.replace('oauth_version="1.0", ', ""),
        lambda header: header.replace('oauth_version="1.0"', 'oauth_version="1.%30%20"'),
        lambda header: re.sub('oauth_token="[^"]*"', 'oauth_token=""', header),
        lambda header: re.sub(' oauth_token="[^"]*",', "", header),
        lambda header: header.replace("oauth_nonce", "OAUTH_nonce"),
        lambda header: header.replace("oauth_nonce", "oauth%255Fnonce"),
        lambda header: re.sub("%([0-9A-F]{2})", r"%25\1", header + ', oauth_x="%20"'),
    ],
)
def test_a_changed_header_is_refused(change: Callable[[str], str]) -> None:
    """Parameters added, dropped, renamed or encoded twice are no replay, but no way in either."""
    server = oauth2.Server(METHODS)
    header = header_of(signed())
    assert change(header) != header
    assert not isinstance(refusal(lambda: read(change(header)), server), oauth2.NonceUsed)
    assert server.verify_request(present(read(header)), CONSUMER, TOKEN) == {}, (
        "the forgery burnt the nonce"
    )


@pytest.mark.parametrize(
    ("token", "given", "error"),
    [
        ("", None, oauth2.SignatureInvalid),
        ("", TOKEN, oauth2.TokenUnknown),
        (TOKEN.key, None, oauth2.TokenUnknown),
        (TOKEN.key, TOKEN, oauth2.SignatureInvalid),
    ],
)
def test_a_token_added_to_a_request_without_one_is_refused(
    token: str, given: oauth2.Token | None, error: type[oauth2.Error]
) -> None:
    """A request signed without a token does not pass with one, not even with an empty one."""
    header = header_of(signed(token=None))
    forged = present(read(f'{header}, oauth_token="{token}"'))
    with pytest.raises(oauth2.Error) as caught:
        oauth2.Server(METHODS).verify_request(forged, CONSUMER, given)
    assert type(caught.value) is error
    assert_no_secret(caught.value, *SECRETS)


NAMES = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_version",
    "oauth_signature_method",
    "oauth_signature",
]


@pytest.mark.parametrize("is_same", [True, False], ids=["same value", "another value"])
@pytest.mark.parametrize("name", NAMES)
def test_a_protocol_parameter_comes_from_one_place(name: str, is_same: bool) -> None:
    """An oauth_ parameter twice, in any two places, is refused by its name, even if it agrees."""
    request = signed()
    value = oauth2.to_unicode(request[name]) if is_same else "another"
    header, query = header_of(request), request.to_url().partition("?")[2]
    in_header, pair = f'{name}="{quote(value, safe="")}"', f"{name}={quote(value, safe='')}"
    escaped = pair.replace("oauth", "%6Fauth", 1)
    for arguments in (
        {"header": f"{header}, {in_header}"},
        {"header": header, "url": f"{URL}?{pair}"},
        {"header": header, "query_string": pair},
        {"header": header, "form": pair},
        {"header": header, "parameters": {name: value}},
        {"header": header, "parameters": {name: [value]}},
        {"header": header, "url": f"{URL}?{escaped}"},
        {"header": header, "form": escaped},
        {"url": f"{URL}?{query}&{pair}"},
        {"url": f"{URL}?{query}&{escaped}"},
        {"url": f"{URL}?{query}", "form": pair},
        {"form": f"{query}&{pair}"},
        {"form": query, "query_string": pair},
    ):
        error = refusal(partial(read, **arguments))
        assert isinstance(error, oauth2.DuplicateParameter), arguments
        assert (error.parameter, error.status) == (name, 400)


def test_two_headers_that_differ_are_refused() -> None:
    """Two Authorization headers of OAuth leave a doubt which one was checked by whom."""
    pairs = [("Authorization", header_of(signed())), ("authorization", header_of(signed()))]
    error = refusal(lambda: oauth2.Request.from_request("POST", URL, pairs))
    assert isinstance(error, oauth2.MalformedHeader)


SMUGGLED = {
    "an encoded ampersand": ("a=1%26b%3D2", "a=1&b=2"),
    "an encoded equals sign": ("a%3D1", "a=1"),
    "encoded twice": ("a=%2541", "a=%41"),
    "a plus sign": ("a=%2B", "a=+"),
    "two of one name": ("a=1&a=2", "a=1%26a%3D2"),
    "a pair merged": ("a=1&a=1", "a=1"),
    "a pair repeated": ("a=1", "a=1&a=1"),
    "a blank dropped": ("a=&b=1", "b=1"),
    "a fragment": ("a=1&b=2", "a=1#&b=2"),
    "a semicolon": ("a=1&b=2", "a=1;b=2"),
    "a list of PHP": ("a[]=1", "a=1"),
    "a name in upper case": ("a=1", "A=1"),
    "values swapped": ("a=1&b=2", "a=2&b=1"),
    "an invalid escape": ("a=%25zz", "a=%zz%"),
    "a NUL": ("a=1", "a=1%00"),
}


@pytest.mark.parametrize(("was", "comes"), SMUGGLED.values(), ids=SMUGGLED)
def test_other_pairs_than_those_signed_are_refused(was: str, comes: str) -> None:
    """A query or a form that reads as other pairs than the signed ones is refused."""
    query_signed = header_of(signed(url=f"{URL}?{was}"))
    for url, form in ((f"{URL}?{comes}", None), (URL, comes.replace("#", "%23"))):
        error = refusal(partial(read, query_signed, url, form))
        assert type(error) is oauth2.SignatureInvalid


@pytest.mark.parametrize("name", ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"])
@pytest.mark.parametrize("accepted", ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"])
def test_a_method_is_not_taken_for_another(name: str, accepted: str) -> None:
    """A right signature by one method opens no Server that takes another one."""
    header = header_of(signed(METHODS[name]))
    server = oauth2.Server({accepted: METHODS[accepted]}, nonces=None)
    if name == accepted:
        assert server.verify_request(present(read(header)), CONSUMER, TOKEN) == {}
    else:
        error = refusal(lambda: read(header), server)
        assert isinstance(error, oauth2.SignatureMethodRejected)
        assert error.accepted == (accepted,)
        renamed = header.replace(f'"{name}"', f'"{accepted}"')
        assert type(refusal(lambda: read(renamed), server)) is oauth2.SignatureInvalid


@pytest.mark.parametrize("name", ["plaintext", "PLAINTEXT ", "PLAIN%54EXT%00", "", "None", "NONE"])
def test_a_plaintext_signature_opens_no_hmac_server(name: str) -> None:
    """The secrets in clear, under any spelling of the method, are refused by an HMAC server."""
    header = header_of(signed(METHODS["PLAINTEXT"])).replace('"PLAINTEXT"', f'"{name}"')
    server = oauth2.Server({"HMAC-SHA1": HMAC_SHA1})
    assert isinstance(refusal(lambda: read(header), server), oauth2.SignatureMethodRejected)


def test_plaintext_spelled_as_escapes_needs_no_less_than_plaintext() -> None:
    """The name of the method is decoded before it is judged, so it cannot slip past the checks."""
    server = oauth2.Server({"HMAC-SHA1": HMAC_SHA1})
    stripped = re.sub(' oauth_(?:nonce|timestamp)="[^"]*",', "", header_of(signed()))
    for method in ("PLAINTEXT", "%50LAINTEXT"):
        header = stripped.replace('"HMAC-SHA1"', f'"{method}"')
        assert isinstance(refusal(partial(read, header), server), oauth2.Error)
        assert "oauth_nonce" not in header
    assert isinstance(refusal(lambda: read(stripped), server), oauth2.ParameterAbsent)


PUBLIC_PEM = """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC0YjCwIfYoprq/FQO6lb3asXrx
LlJFuCvtinTF5p0GxvQGu5O3gYytUvtC2JlYzypSRjVxwxrsuRcP3e641SdASwfr
mzyvIgP08N4S0IFzEURkV1wp/IpH7kH41EtbmUmrXSwfNZsnQRE5SYSOhh+LcK2w
yQkdgcMv11l4KoBkcwIDAQAB
-----END PUBLIC KEY-----
"""


@pytest.mark.parametrize("secret", [PUBLIC_PEM, PUBLIC_PEM.strip(), "", CONSUMER.key, "None"])
@pytest.mark.parametrize("claimed", ["HMAC-SHA1", "RSA-SHA1"])
def test_what_everybody_knows_is_no_hmac_secret(secret: str, claimed: str) -> None:
    """An HMAC keyed with a public key, nothing, or a consumer key is refused under any name."""
    for token_secret in (TOKEN.secret, ""):
        request = signed()
        key = f"{oauth2.escape(secret)}&{oauth2.escape(token_secret)}".encode()
        digest = hmac.digest(key, request.signature_base_string().encode(), "sha1")
        request["oauth_signature"] = base64.b64encode(digest)
        header = header_of(request)
        error = refusal(partial(read, header.replace('"HMAC-SHA1"', f'"{claimed}"')))
        expected = {
            "HMAC-SHA1": oauth2.SignatureInvalid,
            "RSA-SHA1": oauth2.SignatureMethodRejected,
        }
        assert type(error) is expected[claimed]


@pytest.mark.parametrize("place", ["query", "form"])
def test_a_signature_encoded_twice_is_mended(place: str) -> None:
    """Senders that encode the base64 of a signature twice are understood (pinned)."""
    request = signed()
    while not {"+", "/", "="} <= set(request["oauth_signature"].decode()):
        request = signed()
    text = request.to_postdata()
    signature = quote(request["oauth_signature"].decode(), safe="")
    twice = text.replace(signature, quote(signature, safe=""))
    assert "%252B" in twice
    arguments: dict[str, Any] = {"query": {"query_string": twice}, "form": {"form": twice}}[place]
    assert oauth2.Server(METHODS).verify_request(present(read(**arguments)), CONSUMER, TOKEN) == {}


@pytest.mark.parametrize("place", ["query", "form"])
def test_a_plaintext_signature_is_never_decoded_twice(place: str) -> None:
    """A PLAINTEXT signature has escapes of its own, and is compared with them."""
    consumer = oauth2.Consumer(CONSUMER.key, "a+b/c=")
    literal = oauth2.Consumer(CONSUMER.key, "a%2Bb%2Fc%3D")
    for owner, other in ((consumer, literal), (literal, consumer)):
        text = signed(METHODS["PLAINTEXT"], consumer=owner).to_postdata()
        arguments: dict[str, Any] = {"query": {"query_string": text}, "form": {"form": text}}[place]
        assert oauth2.Server(METHODS).verify_request(present(read(**arguments)), owner, TOKEN) == {}
        with pytest.raises(oauth2.SignatureInvalid) as caught:
            oauth2.Server(METHODS).verify_request(present(read(**arguments)), other, TOKEN)
        assert_no_secret(caught.value, owner.secret, other.secret)


def test_a_header_cannot_be_split_by_its_realm() -> None:
    """Commas, quotes and parameters inside a quoted realm are text."""
    header = header_of(signed())
    realm = r'realm="a, oauth_token=\"evil\", oauth_nonce=\"x"'
    incoming = read(header.replace('realm="Photos"', realm))
    assert incoming is not None
    assert incoming.realm == 'a, oauth_token="evil", oauth_nonce="x'
    assert oauth2.Server(METHODS).verify_request(incoming, CONSUMER, TOKEN) == {}


def test_a_form_is_not_read_from_another_content_type() -> None:
    """A form labelled as something else is no source of parameters."""
    request = signed()
    for content_type in ("text/plain", "application/json", f"x-{FORM}", f"{FORM}x", ""):
        headers = {"Content-Type": content_type}
        body = request.to_postdata().encode()
        assert oauth2.Request.from_request("POST", URL, headers, body=body) is None


def test_a_realm_in_query_or_form_counts() -> None:
    """Only the realm of the header is left out: one smuggled into query or form is refused."""
    header = header_of(signed())
    for arguments in ({"url": f"{URL}?realm=Photos"}, {"form": "realm=Photos"}):
        error = refusal(partial(read, header, **arguments))
        assert type(error) is oauth2.SignatureInvalid


def test_the_signature_counts_in_no_place() -> None:
    """A parameter that only resembles oauth_signature is signed like any other."""
    header = header_of(signed())
    for name in ("Oauth_signature", "oauth_signature%20", "oauth_signature2", "%20oauth_signature"):
        error = refusal(partial(read, header, f"{URL}?{name}=1"))
        assert type(error) is oauth2.SignatureInvalid
