"""Judged by others: oauthlib and requests-oauthlib sign for us, and verify what we sign."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import pytest
import requests
import requests_oauthlib
from known import FORM, MARKED_CONSUMER as CONSUMER, MARKED_TOKEN as TOKEN
from oauthlib import oauth1
from oauthlib_provider import Provider
from present import present
from secrets_check import assert_no_secret
from tables import rows

import oauth2

JSON = "application/json"
SECRETS = (CONSUMER.secret, TOKEN.secret)
# oauthlib decodes oauth_ parameters of a query or a form twice: there it can verify PLAINTEXT
# only of secrets that need no encoding.
UNRESERVED = ("kd94hf93k423kf44", "pfkkdhi9sl3r4s00")
METHODS = {
    "HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1(),
    "HMAC-SHA256": oauth2.SignatureMethod_HMAC_SHA256(),
    "HMAC-SHA512": oauth2.SignatureMethod_HMAC_SHA512(),
    "PLAINTEXT": oauth2.SignatureMethod_PLAINTEXT(),
}

each_method = pytest.mark.parametrize("method", METHODS)
OWNERS = {"token": TOKEN, "no token": None}


class Sent(NamedTuple):
    """A request as it is on the wire."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None

    @property
    def form(self) -> dict[str, Any]:
        is_form = self.headers.get("Content-Type", "").startswith(FORM)
        return _parsed(self.body.decode()) if is_form and self.body else {}

    @property
    def bare_url(self) -> str:
        return self.url.partition("?")[0]

    @property
    def query(self) -> str:
        return self.url.partition("?")[2]


def _parsed(text: str) -> dict[str, Any]:
    """Parse a query or a form as a framework does."""
    return parse_qs(text, keep_blank_values=True)


def with_the_body(sent: Sent) -> oauth2.Request | None:
    return oauth2.Request.from_request(sent.method, sent.url, sent.headers, body=sent.body)


def with_the_form_parsed(sent: Sent) -> oauth2.Request | None:
    return oauth2.Request.from_request(sent.method, sent.url, sent.headers, sent.form)


def with_form_and_query_parsed(sent: Sent) -> oauth2.Request | None:
    """Flask's request.values, Rails' params and others merge the two."""
    merged = _parsed(sent.query)
    for name, values in sent.form.items():
        merged[name] = merged.get(name, []) + values
    return oauth2.Request.from_request(sent.method, sent.url, sent.headers, merged)


def with_the_query_apart(sent: Sent) -> oauth2.Request | None:
    return oauth2.Request.from_request(
        sent.method, sent.bare_url, sent.headers, query_string=sent.query, body=sent.body
    )


def with_the_query_twice(sent: Sent) -> oauth2.Request | None:
    return oauth2.Request.from_request(
        sent.method, sent.url, sent.headers, sent.form, query_string=sent.query
    )


def from_a_wsgi_environ(sent: Sent) -> oauth2.Request | None:
    parts = urlsplit(sent.url)
    environ: dict[Any, Any] = {
        "REQUEST_METHOD": sent.method,
        "PATH_INFO": parts.path,
        "QUERY_STRING": sent.query,
        "HTTP_HOST": parts.netloc,
        "wsgi.url_scheme": parts.scheme,
        "wsgi.version": (1, 0),
        7: None,
    }
    for name, value in sent.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT") else f"HTTP_{key}"] = value
    return oauth2.Request.from_request(
        sent.method, sent.bare_url, environ, query_string=environ["QUERY_STRING"], body=sent.body
    )


def from_asgi_pairs(sent: Sent) -> oauth2.Request | None:
    pairs = [(b"host", b"ignored.example"), (b"accept", b"*/*"), (b"accept", b"text/*")]
    pairs += [(name.lower().encode(), value.encode()) for name, value in sent.headers.items()]
    return oauth2.Request.from_request(
        sent.method, sent.bare_url, pairs, query_string=sent.query.encode(), body=sent.body
    )


WAYS = [
    with_the_body,
    with_the_form_parsed,
    with_form_and_query_parsed,
    with_the_query_apart,
    with_the_query_twice,
    from_a_wsgi_environ,
    from_asgi_pairs,
]

each_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
HEADER_QUERY = ["AUTH_HEADER", "QUERY"]
HEADER_QUERY_BODY = ["AUTH_HEADER", "QUERY", "BODY"]
SHA1 = ["HMAC-SHA1"]


def name_of(value: Any) -> str | None:
    """Name a way in the id of a test; pytest names the rest."""
    return value.__name__ if callable(value) else None


def server() -> oauth2.Server:
    return oauth2.Server(METHODS)


def assert_accepted(
    way: Callable[[Sent], oauth2.Request | None], sent: Sent, token: oauth2.Token | None
) -> None:
    request = way(sent)
    assert request is not None, f"{way.__name__} found nothing in {sent}"
    found = server().verify_request(request, CONSUMER, token)
    assert not [name for name in found if name.startswith("oauth_")]
    forged = way(sent._replace(method="PATCH"))
    assert forged is not None
    if forged["oauth_signature_method"] != "PLAINTEXT":
        with pytest.raises(oauth2.SignatureInvalid) as caught:
            server().verify_request(forged, CONSUMER, token)
        assert_no_secret(caught.value, *SECRETS)


URLS = {
    "plain": "https://photos.example.net/photos",
    "empty path": "http://photos.example.net",
    "upper case": "HTTPS://Photos.EXAMPLE.net/Photos",
    "default port": "https://photos.example.net:443/photos",
    "port": "http://photos.example.net:8080/photos",
    "query": "http://photos.example.net/photos?file=vacation.jpg&size=original",
    "repeated": "http://photos.example.net/?a=2&a=1&a=2&b=1",
    "blank": "http://photos.example.net/?a=&b&c=3",
    "escapes": "http://photos.example.net/r%20v/%E2%98%83?q=%26%3D%2541&%C3%A9=%2B+%20~",
    "reserved": "http://photos.example.net/a(b)!*'c/?x=a!b*c(d)'e$f,g/h?i:j@k",
    "matrix": "http://photos.example.net/a;b=c;d/e?f=1",
    "brackets": "http://photos.example.net/?f%5Ba%5D=1&f0=2&f%5Bb%5D=3",
    "IPv6": "http://[2001:db8::1]:8080/photos?a=1",
}

FORMS = {
    "none": "",
    "one": "status=Hello%20Ladies%20%2B%20Gentlemen",
    "repeated": "multi=1&multi=2&multi=1",
    "blank": "empty=&other=1",
    "escapes": "q=%26%3D%2541&%C3%A9=%2B+%20~&realm=a",
    "brackets": "f%5Ba%5D=1&f0=2&f%5B%5D=3",
}


def judge(
    method: str, token: oauth2.Token | None, signature_type: str = "AUTH_HEADER", **options: Any
) -> oauth1.Client:
    pair: dict[str, Any] = {}
    if token:
        pair = {"resource_owner_key": token.key, "resource_owner_secret": token.secret}
    return oauth1.Client(
        str(CONSUMER.key),
        str(CONSUMER.secret),
        signature_method=method,
        signature_type=signature_type,
        **pair,
        **options,
    )


def signed_by_oauthlib(
    client: oauth1.Client, http_method: Any, url: str, form: str | None = None
) -> Sent:
    headers = {} if form is None else {"Content-Type": FORM}
    url, headers, body = client.sign(url, http_method, form, headers)
    return Sent(http_method, url, headers, None if body is None else body.encode())


@pytest.mark.parametrize(
    ("way", "method", "signature_type", "url"),
    rows(
        (WAYS, SHA1, ["AUTH_HEADER"], URLS),
        (WAYS, SHA1, ["QUERY"], ["plain", "repeated", "escapes"]),
        ([with_the_body], SHA1, ["QUERY"], URLS),
        ([with_the_body], METHODS, HEADER_QUERY, ["escapes"]),
    ),
    ids=name_of,
)
def test_what_oauthlib_signs_is_accepted(
    way: Any, method: str, signature_type: str, url: str
) -> None:
    """A GET that oauthlib signed, in the header or in the query, is accepted each way."""
    sent = signed_by_oauthlib(judge(method, TOKEN, signature_type), "GET", URLS[url])
    assert_accepted(way, sent, TOKEN)


@pytest.mark.parametrize(
    ("way", "method", "signature_type", "form"),
    rows(
        (WAYS, SHA1, ["BODY"], FORMS),
        (WAYS, SHA1, HEADER_QUERY, ["none", "escapes"]),
        ([with_the_body], SHA1, HEADER_QUERY, FORMS),
        ([with_the_body], METHODS, HEADER_QUERY_BODY, ["escapes"]),
    ),
    ids=name_of,
)
def test_forms_that_oauthlib_signs_are_accepted(
    way: Any, method: str, signature_type: str, form: str
) -> None:
    """A form that oauthlib signed, in all three places, is accepted each way."""
    client = judge(method, TOKEN, signature_type)
    sent = signed_by_oauthlib(client, "POST", URLS["query"] + "&a+b=%2b", FORMS[form])
    assert_accepted(way, sent, TOKEN)


@pytest.mark.parametrize(
    ("way", "method", "signature_type"),
    rows((WAYS, SHA1, HEADER_QUERY_BODY), ([with_the_body], METHODS, ["BODY"])),
    ids=name_of,
)
def test_requests_without_a_token_are_accepted(way: Any, method: str, signature_type: str) -> None:
    """The first leg, with oauth_callback and without a token, is accepted each way."""
    client = judge(
        method, None, signature_type, callback_uri="http://printer.example.com/ready?a=b"
    )
    assert_accepted(way, signed_by_oauthlib(client, "POST", URLS["plain"], ""), None)


@pytest.mark.parametrize("realm", ["Photos", "a, b", "http://photos.example.net/", "oauth_token=x"])
@each_way
def test_a_realm_of_oauthlib_is_no_parameter(way: Any, realm: str) -> None:
    """The realm that oauthlib writes is read, and not signed."""
    client = judge("HMAC-SHA1", TOKEN, realm=realm)
    sent = signed_by_oauthlib(client, "GET", URLS["query"])
    assert_accepted(way, sent, TOKEN)
    request = way(sent)
    assert request is not None
    assert request.realm == realm


@pytest.mark.parametrize("body", ['{"a": 1}', "Hello World!", "", '{"é": "☃"}'])
@pytest.mark.parametrize("way", [with_the_body, from_a_wsgi_environ, from_asgi_pairs])
def test_a_body_hash_of_oauthlib_is_checked(way: Any, body: str) -> None:
    """The oauth_body_hash of oauthlib fits the body that it signed, and no other."""
    headers = {"Content-Type": JSON}
    url, headers, _ = judge("HMAC-SHA1", TOKEN).sign(URLS["query"], "PUT", body or None, headers)
    sent = Sent("PUT", url, headers, body.encode())
    assert ("oauth_body_hash" in headers["Authorization"]) is bool(body)
    assert_accepted(way, sent, TOKEN)
    if body:
        with pytest.raises(oauth2.BodyHashInvalid) as caught:
            server().verify_request(way(sent._replace(body=b"another")), CONSUMER, TOKEN)
        assert_no_secret(caught.value, *SECRETS)


CHARACTERS = "abcXYZ0189-._~ !*'()+&=%/:;@$,?#[]\"<>\\é☃😀\n\t\x7f"


def _random_text(rng: random.Random) -> str:
    return "".join([rng.choice(CHARACTERS) for _ in range(rng.randrange(8))])


def _random_pairs(rng: random.Random) -> list[tuple[str, str]]:
    names = [_random_text(rng) for _ in range(3)]
    return [(rng.choice(names), _random_text(rng)) for _ in range(rng.randrange(6))]


def _random_url(rng: random.Random) -> str:
    path = "/".join([quote(_random_text(rng), safe="") for _ in range(rng.randrange(4))])
    port = rng.choice(["", ":80", ":443", ":8080"])
    query = urlencode(_random_pairs(rng))
    return f"{rng.choice(['http', 'https'])}://a.example{port}/{path}{query and '?' + query}"


def _random_credentials(rng: random.Random) -> tuple[oauth2.Consumer, Any]:
    # oauthlib decodes oauth_ parameters of a query or a form twice: no percent sign in keys
    key, token = [("k" + _random_text(rng)).replace("%", "") for _ in range(2)]
    return oauth2.Consumer(key, _random_text(rng)), oauth2.Token(token, _random_text(rng))


def _unreserved(
    consumer: oauth2.Consumer, token: oauth2.Token | None
) -> tuple[oauth2.Consumer, Any]:
    """Give the same keys with secrets whose PLAINTEXT signature needs no encoding."""
    plain_token = token and oauth2.Token(token.key, UNRESERVED[1])
    return oauth2.Consumer(consumer.key, UNRESERVED[0]), plain_token


def _seeds(number: int) -> list[Any]:
    return [pytest.param(seed, id=f"seed {seed}") for seed in range(number)]


@pytest.mark.parametrize("seed", _seeds(10))
@pytest.mark.parametrize("signature_type", HEADER_QUERY_BODY)
@each_method
def test_random_requests_that_oauthlib_signs_are_accepted(
    method: str, signature_type: str, seed: int
) -> None:
    """Random URLs, forms and credentials, signed by oauthlib, are accepted, and read as sent."""
    rng = random.Random(f"{method} {signature_type} {seed}")
    consumer, token = _random_credentials(rng)
    client = oauth1.Client(
        str(consumer.key),
        str(consumer.secret),
        token.key,
        token.secret,
        signature_method=method,
        signature_type=signature_type,
    )
    url, pairs = _random_url(rng), _random_pairs(rng)
    sent = signed_by_oauthlib(client, "POST", url, urlencode(pairs))
    expected = sorted([*pairs, *parse_qsl(urlsplit(url).query, keep_blank_values=True)])
    for way in (with_the_body, from_asgi_pairs):
        found = server().verify_request(present(way(sent)), consumer, token)
        assert sorted(_flat(found)) == expected


def _flat(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in parameters.items()
        for value in (values if isinstance(values, list) else [values])
    ]


def prepared(method: str, signature_type: str, http_method: str, url: str, **options: Any) -> Sent:
    auth = requests_oauthlib.OAuth1(
        CONSUMER.key,
        CONSUMER.secret,
        TOKEN.key,
        TOKEN.secret,
        signature_method=method,
        signature_type=signature_type,
    )
    made: Any = requests.Request(http_method, url, auth=auth, **options).prepare()
    headers = {_text(name): _text(value) for name, value in made.headers.items()}
    body = made.body.encode() if isinstance(made.body, str) else made.body
    return Sent(http_method, made.url, headers, body)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


@pytest.mark.parametrize(
    ("way", "method", "signature_type"),
    rows((WAYS, SHA1, HEADER_QUERY), ([with_the_body], METHODS, HEADER_QUERY)),
    ids=name_of,
)
def test_a_get_of_requests_oauthlib_is_accepted(way: Any, method: str, signature_type: str) -> None:
    """What requests prepares of a GET with params is accepted each way."""
    params = {"q": ["a b", "é&=+%41"], "blank": "", "f[a]": "☃"}
    sent = prepared(method, signature_type, "GET", URLS["blank"], params=params)
    assert_accepted(way, sent, TOKEN)


@pytest.mark.parametrize(
    ("way", "method", "http_method", "signature_type"),
    rows(
        (WAYS, SHA1, ["POST"], HEADER_QUERY_BODY),
        ([with_the_body], METHODS, ["POST"], HEADER_QUERY_BODY),
        ([with_the_body], SHA1, ["PUT", "DELETE"], HEADER_QUERY_BODY),
    ),
    ids=name_of,
)
def test_a_form_of_requests_oauthlib_is_accepted(
    way: Any, method: str, http_method: str, signature_type: str
) -> None:
    """What requests prepares of a form is accepted each way."""
    data = {"status": "Hello Ladies + Gentlemen, a signed OAuth request!", "m": ["1", "2", "1"]}
    sent = prepared(method, signature_type, http_method, URLS["query"], data=data)
    assert_accepted(way, sent, TOKEN)


@pytest.mark.parametrize(
    ("way", "method", "signature_type"),
    rows((WAYS, SHA1, HEADER_QUERY), ([with_the_body], METHODS, HEADER_QUERY)),
    ids=name_of,
)
def test_json_of_requests_oauthlib_is_accepted(way: Any, method: str, signature_type: str) -> None:
    """What requests prepares of JSON is accepted each way; its body is not signed."""
    sent = prepared(method, signature_type, "POST", URLS["query"], json={"a=1&b": "é"})
    assert json.loads(sent.body or b"") == {"a=1&b": "é"}
    assert_accepted(way, sent, TOKEN)


def is_accepted_by_oauthlib(sent: Sent, provider: Provider | None = None) -> bool:
    endpoint = oauth1.SignatureOnlyEndpoint(provider or Provider(CONSUMER, TOKEN))
    body = None if sent.body is None else sent.body.decode()
    valid, _ = endpoint.validate_request(sent.url, sent.method, body, sent.headers)
    return bool(valid)


def assert_oauthlib_accepts(sent: Sent, provider: Provider | None = None) -> None:
    assert is_accepted_by_oauthlib(sent, provider), f"oauthlib refuses {sent}"


def in_the_header(request: oauth2.Request, form: dict[str, Any], realm: Any = "") -> Sent:
    headers = request.to_header(realm)
    body = None
    if request.is_form_encoded:
        headers["Content-Type"] = FORM
        body = urlencode(form, doseq=True).encode()
    return Sent(request.method, request.url, headers, body)


def in_the_query(request: oauth2.Request) -> Sent:
    return Sent(request.method, request.to_url(), {}, None)


def in_the_body(request: oauth2.Request) -> Sent:
    body = request.to_postdata().encode()
    return Sent(request.method, request.url, {"Content-Type": FORM}, body)


def signed_by_us(
    method: str,
    http_method: str,
    url: str,
    parameters: dict[str, Any],
    consumer: oauth2.Consumer = CONSUMER,
    token: oauth2.Token | None = TOKEN,
    **options: Any,
) -> oauth2.Request:
    request = oauth2.Request.from_consumer_and_token(
        consumer, token, http_method, url, parameters, **options
    )
    request.sign_request(METHODS[method], consumer, token)
    return request


@pytest.mark.parametrize(
    ("method", "owner", "url"), rows((SHA1, OWNERS, URLS), (METHODS, OWNERS, ["escapes"]))
)
def test_oauthlib_accepts_our_header(method: str, owner: str, url: str) -> None:
    """The header of a GET is accepted by oauthlib, with any realm."""
    request = signed_by_us(method, "GET", URLS[url], {}, token=OWNERS[owner])
    for realm in ("", "Photos", None, "http://photos.example.net/"):
        assert_oauthlib_accepts(in_the_header(request, {}, realm))


PARAMETERS: dict[str, dict[str, Any]] = {
    "none": {},
    "text": {"status": "Hello Ladies + Gentlemen, a signed OAuth request!"},
    "unicode": {"é": "☃", "q": "😀 ~"},
    "repeated": {"multi": ["2", "1", "2"]},
    "blank": {"empty": "", "": "nameless"},
    "brackets": {"f[a]": "1", "f0": "2", "f[]": ["a", "b"]},
    "percent": {"%41": "%2541%", "100%": "+"},
}


each_method_owner_and_form = pytest.mark.parametrize(
    ("method", "owner", "form"),
    rows((SHA1, ["token"], PARAMETERS), (METHODS, OWNERS, ["unicode", "percent"])),
)


@each_method_owner_and_form
def test_oauthlib_accepts_our_query(method: str, owner: str, form: str) -> None:
    """What to_url gives is accepted by oauthlib, beside a query that the URL had."""
    consumer, token = CONSUMER, OWNERS[owner]
    if method == "PLAINTEXT":
        consumer, token = _unreserved(consumer, token)
    for url in (URLS["plain"], URLS["escapes"]):
        request = signed_by_us(method, "GET", url, PARAMETERS[form], consumer, token)
        assert_oauthlib_accepts(in_the_query(request), Provider(consumer, token))


@each_method_owner_and_form
def test_oauthlib_accepts_our_body(method: str, owner: str, form: str) -> None:
    """What to_postdata gives is accepted by oauthlib."""
    consumer, token = CONSUMER, OWNERS[owner]
    if method == "PLAINTEXT":
        consumer, token = _unreserved(consumer, token)
    request = signed_by_us(
        method, "POST", URLS["query"], PARAMETERS[form], consumer, token, is_form_encoded=True
    )
    assert_oauthlib_accepts(in_the_body(request), Provider(consumer, token))


@pytest.mark.parametrize(
    ("method", "form"), rows((SHA1, PARAMETERS), (METHODS, ["unicode", "percent"]))
)
def test_oauthlib_accepts_our_header_beside_a_form(method: str, form: str) -> None:
    """The header of a form is accepted by oauthlib, the form going as others encode it."""
    request = signed_by_us(method, "PUT", URLS["query"], PARAMETERS[form], is_form_encoded=True)
    assert_oauthlib_accepts(in_the_header(request, PARAMETERS[form]))


@each_method
def test_oauthlib_accepts_our_body_hash(method: str) -> None:
    """A header with an oauth_body_hash is accepted by oauthlib, which leaves it unchecked."""
    request = signed_by_us(method, "POST", URLS["query"], {}, body=b'{"a": 1}')
    assert "oauth_body_hash" in request
    assert_oauthlib_accepts(in_the_header(request, {}))


def test_oauthlib_computes_our_body_hash() -> None:
    """For the same JSON oauthlib and we send the same oauth_body_hash."""
    body = '{"é": "☃"}'
    headers = {"Content-Type": JSON}
    _, theirs, _ = judge("HMAC-SHA1", TOKEN).sign(URLS["plain"], "POST", body, headers)
    ours = signed_by_us("HMAC-SHA1", "POST", URLS["plain"], {}, body=body).to_header()
    hashes = [
        [part for part in header["Authorization"].split(", ") if "oauth_body_hash" in part]
        for header in (theirs, ours)
    ]
    assert hashes[0] == hashes[1] != []


@pytest.mark.parametrize("seed", _seeds(10))
@each_method
def test_oauthlib_accepts_random_requests_of_ours(method: str, seed: int) -> None:
    """Random URLs, parameters and credentials, signed by us, are accepted by oauthlib."""
    rng = random.Random(f"{method} {seed}")
    consumer, token = _random_credentials(rng)
    if method == "PLAINTEXT":
        consumer, token = _unreserved(consumer, token)
    provider = Provider(consumer, token)
    url = _random_url(rng)
    parameters: dict[str, Any] = {}
    for name, value in _random_pairs(rng):
        parameters[name] = [*parameters.get(name, []), value]
    request = signed_by_us(method, "GET", url, parameters, consumer, token)
    assert_oauthlib_accepts(in_the_query(request), provider)
    form = signed_by_us(method, "POST", url, parameters, consumer, token, is_form_encoded=True)
    assert_oauthlib_accepts(in_the_body(form), provider)
    assert_oauthlib_accepts(in_the_header(form, parameters), provider)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "PLAINTEXT"])
def test_oauthlib_refuses_what_was_changed(method: str) -> None:
    """The judge is awake: it refuses what is not what we signed."""
    request = signed_by_us(method, "GET", URLS["query"], {"a": "1"})
    sent = in_the_query(request)
    assert is_accepted_by_oauthlib(sent)
    assert not is_accepted_by_oauthlib(sent._replace(method="POST"))
    assert not is_accepted_by_oauthlib(sent._replace(url=sent.url.replace("a=1", "a=2")))
    another = Provider(oauth2.Consumer(CONSUMER.key, "another"), TOKEN)
    assert not is_accepted_by_oauthlib(sent, another)
