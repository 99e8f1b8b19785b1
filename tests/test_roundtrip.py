"""Whatever is signed verifies, whatever is changed does not, whatever is written reads back."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlencode, urlsplit

import pytest
from hypothesis import assume, example, given, settings, strategies as st
from known import CONSUMER, FORM, PLAINTEXT, TOKEN
from oauthlib import oauth1
from oauthlib_provider import Provider
from secrets_check import assert_no_secret

import oauth2

settings.register_profile("roundtrip", max_examples=60, deadline=None, database=None)
fast = settings.get_profile("roundtrip")

HMACS = {
    "HMAC-SHA1": (oauth2.SignatureMethod_HMAC_SHA1(), "sha1"),
    "HMAC-SHA256": (oauth2.SignatureMethod_HMAC_SHA256(), "sha256"),
    "HMAC-SHA512": (oauth2.SignatureMethod_HMAC_SHA512(), "sha512"),
}
METHODS = [*[method for method, _ in HMACS.values()], PLAINTEXT]

plain_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
reserved = st.text("%&=+ ;/?#[]@!$'()*,:\"\\<>{}|^`~-._aé☃\r\n\t\0", max_size=12)
octets = st.binary(max_size=8).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
php_names = st.sampled_from(["a[b]", "a[]", "a[b][c]", "a0", "f[a]", "f0"])
texts = st.one_of(plain_text, reserved)
any_texts = st.one_of(plain_text, reserved, octets)


def parameters_of(values: Any) -> Any:
    """Make dicts of parameters; some names repeat, some values are blank, none is OAuth's."""
    names = st.one_of(values, php_names).filter(lambda name: not name.startswith("oauth_"))
    repeated = st.lists(values, min_size=2, max_size=3)
    return st.dictionaries(names, st.one_of(values, repeated), max_size=4)


def keys_of(values: Any) -> Any:
    return values.filter(bool)


methods = st.sampled_from(METHODS)
placements = st.sampled_from(["header, query", "header, form", "query", "body"])


class Wire(NamedTuple):
    """A request as it is on the wire."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None

    def read(self) -> oauth2.Request | None:
        return oauth2.Request.from_request(self.method, self.url, self.headers, body=self.body)


def flat(parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in parameters.items():
        pairs += [(name, item) for item in (value if isinstance(value, list) else [value])]
    return sorted(pairs)


def encoded(parameters: Mapping[str, Any]) -> str:
    """Encode as browsers do, by the standard library and not by our own code."""
    pairs = [(name.encode("utf-8", "surrogateescape"), value) for name, value in flat(parameters)]
    return urlencode([(name, value.encode("utf-8", "surrogateescape")) for name, value in pairs])


def sign_and_write(
    method: oauth2.SignatureMethod,
    parameters: dict[str, Any],
    placement: str,
    consumer: oauth2.Consumer = CONSUMER,
    token: oauth2.Token | None = TOKEN,
) -> Wire:
    url = "http://photos.example.net/r%20v/photos?size=original&size=&b=%26+%3D"
    is_form = placement in ("header, form", "body")
    if placement == "header, query" and parameters:
        url, parameters = f"{url}&{encoded(parameters)}", {}
    request = oauth2.Request.from_consumer_and_token(
        consumer, token, "POST" if is_form else "GET", url, parameters, is_form_encoded=is_form
    )
    request.sign_request(method, consumer, token)
    if placement == "query":
        return Wire("GET", request.to_url(), {})
    if placement == "body":
        body = request.to_postdata().encode()
        return Wire("POST", url, {"content-type": FORM}, body)
    headers = request.to_header("Photos")
    if is_form:
        headers["Content-Type"] = FORM
        return Wire("POST", url, headers, encoded(parameters).encode())
    return Wire("GET", url, headers)


def verify(wire: Wire, consumer: Any = CONSUMER, token: Any = TOKEN) -> dict[str, Any] | None:
    """Verify without memory and clock, so that nothing is refused for its nonce or its age."""
    server = oauth2.Server({method.name: method for method in METHODS}, nonces=None)
    server.timestamp_threshold = 10**9
    request = wire.read()
    return None if request is None else server.verify_request(request, consumer, token)


@fast
@given(
    methods,
    parameters_of(any_texts),
    placements,
    keys_of(any_texts),
    any_texts,
    st.one_of(st.none(), st.tuples(keys_of(any_texts), any_texts)),
)
@example(METHODS[0], {"": ""}, "query", "key", "", None)
@example(METHODS[1], {"a[b]": ["2", "1", "2"], "é": "\udce9"}, "body", "%", "&", ("=", "+"))
@example(METHODS[3], {"a b": "+"}, "body", "key", "a+b/c=%2B", ("token", "%252F"))
def test_whatever_is_signed_verifies(
    method: oauth2.SignatureMethod,
    parameters: dict[str, Any],
    placement: str,
    key: str,
    secret: str,
    token_pair: Any,
) -> None:
    """Any parameters and credentials, in any place and by any method, come through."""
    consumer = oauth2.Consumer(key, secret)
    token = oauth2.Token(*token_pair) if token_pair else None
    wire = sign_and_write(method, parameters, placement, consumer, token)
    found = verify(wire, consumer, token)
    sent = [*flat(parameters), ("b", "& ="), ("size", ""), ("size", "original")]
    assert flat(found or {}) == sorted(sent)


def octet_pairs(text: str) -> list[tuple[bytes, bytes]]:
    """Read a query or a form as octets, by the standard library alone."""
    pairs = []
    for piece in text.replace("+", " ").split("&"):
        name, _, value = piece.partition("=")
        if piece:
            pairs.append((unquote_to_bytes(name), unquote_to_bytes(value)))
    return pairs


def header_pairs(text: str) -> list[tuple[bytes, bytes]]:
    scheme, _, parameters = text.partition(" ")
    pairs = [
        (unquote_to_bytes(name), unquote_to_bytes(value))
        for name, value in re.findall(r'([^\s,="]+)="([^"]*)"', parameters)
    ]
    return [pair for pair in pairs if pair[0] != b"realm"] + [(scheme.lower().encode(), b"")]


def encode_octets(raw: bytes) -> str:
    return quote(raw, safe="~")


def signature_of(wire: Wire, digest: str) -> bytes:
    """Compute the HMAC of RFC 5849 from the octets on the wire, by the standard library alone."""
    address, _, query = wire.url.partition("?")
    pairs = octet_pairs(query)
    if "Authorization" in wire.headers:
        pairs += [
            pair for pair in header_pairs(wire.headers["Authorization"]) if pair[0] != b"oauth"
        ]
    pairs += octet_pairs((wire.body or b"").decode())
    counted = [
        (encode_octets(name), encode_octets(value))
        for name, value in pairs
        if name != b"oauth_signature"
    ]
    normalized = "&".join([f"{name}={value}" for name, value in sorted(counted)])
    base = "&".join([quote(part, safe="~") for part in (wire.method, address, normalized)])
    key = f"{CONSUMER.secret!s}&{TOKEN.secret!s}".encode()
    return b64encode(hmac.new(key, base.encode(), getattr(hashlib, digest)).digest())


@fast
@given(st.sampled_from([*HMACS]), parameters_of(octets), placements)
@example("HMAC-SHA1", {"é": "\udce9", "\udcff[]": ["\udc80", "é"]}, "query")
def test_octets_are_signed_as_they_are_on_the_wire(
    name: str, parameters: dict[str, Any], placement: str
) -> None:
    """The signature is the HMAC over the octets that were sent, UTF-8 or not."""
    method, digest = HMACS[name]
    wire = sign_and_write(method, parameters, placement)
    request = wire.read()
    assert request is not None
    assert request["oauth_signature"].encode() == signature_of(wire, digest)
    assert method.check(request, CONSUMER, TOKEN, signature_of(wire, digest))


@fast
@given(
    st.sampled_from([*HMACS]),
    parameters_of(texts),
    parameters_of(texts),
    st.sampled_from(["AUTH_HEADER", "QUERY", "BODY"]),
    texts,
    texts,
)
def test_what_oauthlib_signs_verifies(
    name: str, query: Any, form: Any, signature_type: str, secret: str, token_secret: str
) -> None:
    """Any query and any form that oauthlib signs verify, in all its placements."""
    client = oauth1.Client(
        str(CONSUMER.key),
        secret,
        TOKEN.key,
        token_secret,
        signature_method=name,
        signature_type=signature_type,
    )
    url = "https://a.example:8080/photos" + ("?" + encoded(query) if query else "")
    sent = client.sign(url, "POST", encoded(form), {"Content-Type": FORM})
    wire = Wire("POST", sent[0], sent[1], sent[2].encode())
    found = verify(
        wire, oauth2.Consumer(CONSUMER.key, secret), oauth2.Token(TOKEN.key, token_secret)
    )
    assert flat(found or {}) == sorted(flat(query) + flat(form))


@fast
@given(st.sampled_from([*HMACS]), parameters_of(texts), placements, texts, texts)
def test_what_we_sign_verifies_with_oauthlib(
    name: str, parameters: dict[str, Any], placement: str, secret: str, token_secret: str
) -> None:
    """Any text that we sign is accepted by oauthlib, in all our placements."""
    consumer = oauth2.Consumer(CONSUMER.key, secret)
    token = oauth2.Token(TOKEN.key, token_secret)
    wire = sign_and_write(HMACS[name][0], parameters, placement, consumer, token)
    body = None if wire.body is None else wire.body.decode()
    headers = {name.title(): value for name, value in wire.headers.items()}
    endpoint = oauth1.SignatureOnlyEndpoint(Provider(consumer, token))
    valid, _ = endpoint.validate_request(wire.url, wire.method, body, headers)
    assert valid, f"oauthlib refuses {wire}"


def meaning(wire: Wire) -> Any:
    """Tell what a request says; two spellings of the same thing have the same meaning."""
    parts = urlsplit(wire.url)
    return (
        wire.method.upper(),
        parts.netloc.lower(),
        unquote_to_bytes(parts.path),
        sorted(octet_pairs(parts.query)),
        sorted(header_pairs(wire.headers.get("Authorization", ""))),
        sorted(octet_pairs((wire.body or b"").decode())),
    )


def replaced(text: str, at: int, by: str) -> str:
    at %= len(text)
    return text[:at] + by + text[at + 1 :]


def assert_refused(wire: Wire, consumer: Any = CONSUMER, token: Any = TOKEN) -> None:
    try:
        found = verify(wire, consumer, token)
    except oauth2.Error as error:
        assert_no_secret(error, CONSUMER.secret, TOKEN.secret)
    else:
        assert found is None, f"accepted although it was changed: {wire}"


PARAMETERS = {"status": "Hello Ladies + Gentlemen!", "m[]": ["2", "1"], "é": "☃", "blank": ""}
SIGNED = [
    sign_and_write(method, PARAMETERS, placement)
    for method in METHODS[:3]
    for placement in ("header, query", "header, form", "query", "body")
]
indexes = st.integers(0, 10_000)
printable = st.sampled_from([chr(code) for code in range(0x21, 0x7F)])


@settings(fast, max_examples=250)
@given(
    st.sampled_from([wire for wire in SIGNED if "Authorization" in wire.headers]),
    indexes,
    printable,
)
def test_a_changed_byte_of_the_header_is_refused(wire: Wire, at: int, by: str) -> None:
    """Another octet anywhere in the header is refused, if it changes what is said."""
    header = replaced(wire.headers["Authorization"], at, by)
    changed = wire._replace(headers={**wire.headers, "Authorization": header})
    assume(meaning(changed) != meaning(wire))
    assert_refused(changed)


@settings(fast, max_examples=250)
@given(st.sampled_from([wire for wire in SIGNED if wire.body]), indexes, printable)
def test_a_changed_byte_of_the_body_is_refused(wire: Wire, at: int, by: str) -> None:
    """Another octet anywhere in a form is refused, if it changes what is said."""
    body = replaced((wire.body or b"").decode(), at, by)
    changed = wire._replace(body=body.encode())
    assume(meaning(changed) != meaning(wire))
    assert_refused(changed)


@settings(fast, max_examples=250)
@given(st.sampled_from(SIGNED), indexes, printable)
def test_a_changed_byte_of_path_or_query_is_refused(wire: Wire, at: int, by: str) -> None:
    """Another octet anywhere behind the host is refused, if it changes what is said."""
    host = "http://photos.example.net"
    changed = wire._replace(url=host + "/" + replaced(wire.url[len(host) + 1 :], at, by))
    assume(meaning(changed) != meaning(wire))
    assert_refused(changed)


@fast
@given(st.sampled_from(SIGNED), indexes, st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"))
def test_a_changed_letter_of_the_host_is_refused(wire: Wire, at: int, by: str) -> None:
    """A request to another host is refused."""
    host = replaced("photos.example.net", at, by)
    changed = wire._replace(url=wire.url.replace("photos.example.net", host))
    assume(meaning(changed) != meaning(wire))
    assert_refused(changed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://", "https://"),
        ("example.net/", "example.net:8080/"),
        ("example.net/", "example.net:443/"),
        ("/photos?", "/photos/?"),
        ("/photos?", "/photos;a?"),
    ],
)
def test_another_address_is_refused(old: str, new: str) -> None:
    """Another scheme, port or path is refused, whichever method and place the signature has."""
    for wire in SIGNED:
        assert_refused(wire._replace(url=wire.url.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://photos", "HTTP://PHOTOS"),
        ("example.net/", "example.net:80/"),
        ("http://", "http://user:word@"),
        ("%26+%3D", "%26%20%3d"),
        ("size=&", "size&"),
        ("&b=", "&&%62="),
    ],
)
def test_another_spelling_of_the_same_is_accepted(old: str, new: str) -> None:
    """Spellings that mean the same address and the same pairs change nothing."""
    for wire in SIGNED:
        assert old in wire.url
        found = verify(wire._replace(url=wire.url.replace(old, new)))
        assert flat(found or {}) == flat({**PARAMETERS, "size": ["", "original"], "b": "& ="})


@pytest.mark.parametrize("http_method", ["HEAD", "PUT", "PATCH", "DELETE", "GETT", "G", "OPTIONS"])
def test_another_http_method_is_refused(http_method: str) -> None:
    """The same request by another method is refused."""
    for wire in SIGNED:
        assert_refused(wire._replace(method=http_method))


@fast
@given(st.sampled_from([*SIGNED]), st.booleans(), indexes, printable)
def test_a_changed_letter_of_a_secret_is_refused(
    wire: Wire, is_token: bool, at: int, by: str
) -> None:
    """Another letter anywhere in either secret is refused."""
    owner = TOKEN if is_token else CONSUMER
    other = type(owner)(owner.key, replaced(str(owner.secret), at, by))
    assume(other.secret != owner.secret)
    assert_refused(wire, *((CONSUMER, other) if is_token else (other, TOKEN)))


@fast
@given(
    st.dictionaries(any_texts.map(lambda text: f"oauth_{text}"), any_texts, max_size=4),
    st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)),
)
@example({}, None)
@example({}, "")
@example({"oauth_token": "a"}, 'a, "b" \\ oauth_token="c",')
def test_reading_a_header_undoes_building_it(parameters: dict[str, str], realm: Any) -> None:
    """What to_header writes, _split_header reads: the same pairs, and the realm beside them."""
    header = oauth2.Request(parameters=parameters).to_header(realm)["Authorization"]
    read: Any = oauth2.Request._split_header(header)
    assert dict(read) == parameters
    assert read.realm == realm
    assert header.isascii() or not (realm or "").isascii()


@fast
@given(parameters_of(any_texts))
def test_reading_postdata_gives_the_same_pairs(parameters: dict[str, Any]) -> None:
    """What to_postdata writes reads back as the same pairs, by our code and by another."""
    text = oauth2.Request(parameters=parameters).to_postdata()
    assert flat(oauth2.Request._split_url_string(text)) == flat(parameters)
    pairs = [
        (name.encode("utf-8", "surrogateescape"), value.encode("utf-8", "surrogateescape"))
        for name, value in flat(parameters)
    ]
    assert sorted(octet_pairs(text)) == sorted(pairs)
    assert text.isascii()
    assert not re.search(r"[^A-Za-z0-9\-._~%=&]", text)


@fast
@given(parameters_of(any_texts))
def test_reading_a_url_gives_the_same_pairs(parameters: dict[str, Any]) -> None:
    """What to_url writes reads back as the URL's own pairs and those of the dict."""
    request = oauth2.Request("GET", "http://a.example/?own=1&own=2#part", parameters)
    query = urlsplit(request.to_url()).query
    assert flat(oauth2.Request._split_url_string(query)) == sorted(
        [*flat(parameters), ("own", "1"), ("own", "2")]
    )
    incoming = oauth2.Request.from_request("GET", request.to_url())
    assert incoming is not None
    assert incoming.to_url() == request.to_url(), "read and written again it is another URL"


@fast
@given(parameters_of(any_texts))
def test_bytes_and_text_are_the_same_parameters(parameters: dict[str, Any]) -> None:
    """Names and values given as bytes make the request that they make as text."""
    as_bytes = {
        name.encode("utf-8", "surrogateescape"): (
            [item.encode("utf-8", "surrogateescape") for item in value]
            if isinstance(value, list)
            else value.encode("utf-8", "surrogateescape")
        )
        for name, value in parameters.items()
    }
    assert oauth2.Request(parameters=as_bytes) == oauth2.Request(parameters=parameters)


@fast
@given(
    methods,
    parameters_of(any_texts),
    st.one_of(st.none(), st.binary(max_size=20), plain_text),
    st.booleans(),
)
def test_signing_twice_is_signing_once(
    method: oauth2.SignatureMethod, parameters: dict[str, Any], body: Any, is_form: bool
) -> None:
    """A second sign_request leaves a request as the first one made it."""
    request = oauth2.Request.from_consumer_and_token(
        CONSUMER, TOKEN, "POST", "http://a.example/?b=1", parameters, body, is_form
    )
    request.sign_request(method, CONSUMER, TOKEN)
    once = dict(request)
    request.sign_request(method, CONSUMER, TOKEN)
    assert dict(request) == once


@fast
@given(keys_of(any_texts), any_texts, st.booleans())
@example("a=b&c", "%26", True)
def test_a_token_reads_back_from_its_string(key: str, secret: str, is_confirmed: bool) -> None:
    """Token.from_string undoes to_string, as str and as bytes."""
    token = oauth2.Token(key, secret)
    if is_confirmed:
        token.set_callback("http://printer.example.com/ready")
    for text in (token.to_string(), token.to_string().encode()):
        read = oauth2.Token.from_string(text)
        assert (read.key, read.secret, read.extra) == (key, secret, {})
        assert read.callback_confirmed == token.callback_confirmed
        assert read.to_string() == token.to_string()
