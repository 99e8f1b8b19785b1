"""Names, arguments, results and errors of what takes the place of requests-oauthlib."""

from __future__ import annotations

import importlib
import inspect
import pickle
from collections.abc import Iterator, Mapping
from typing import Any

import oauthlib.oauth1
import pytest
import requests
import requests_oauthlib
from known import CONSUMER_SECRET, TOKEN_SECRET
from libraries.servers import Web
from libraries.side_by_side import CREDENTIALS
from wire import (
    KEYS,
    Answer,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
    judging,
    redirect,
)

import oauth2
import oauth2.auth.requests_oauthlib as in_its_place
from oauth2.body import body_hash

THEIRS: Any = requests_oauthlib
OURS: Any = in_its_place
OAuth1, OAuth1Session = OURS.OAuth1, OURS.OAuth1Session  # as programs without types have them
OAUTH1 = ["OAuth1", "OAuth1.__init__", "OAuth1.__call__"]
SESSION = [
    f"OAuth1Session.{name}"
    for name, member in inspect.getmembers(requests_oauthlib.OAuth1Session)
    if callable(member) and (name == "__init__" or not name.startswith("_"))
]
ERRORS = ["TokenRequestDenied.__init__", "TokenMissing.__init__"]
URL = "https://provider.example/token"
PAIR = "oauth_token=t&oauth_token_secret=s"


def named(package: Any, name: str) -> Any:
    """Return what a package has by a dotted name."""
    thing = package
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


def arguments(function: Any) -> list[Any]:
    """Return names, kinds and defaults of the arguments."""
    given = inspect.signature(function).parameters.values()
    return [(each.name, each.kind, each.default) for each in given]


@pytest.mark.parametrize(
    ("room", "name"),
    [
        *[("oauth1_auth", name) for name in OAUTH1],
        *[("oauth1_session", name) for name in [*SESSION, *ERRORS]],
    ],
)
def test_arguments_are_the_same(room: str, name: str) -> None:
    """Their order, their names and their defaults, in a module of the same name."""
    of_theirs = importlib.import_module(f"requests_oauthlib.{room}")
    of_ours = importlib.import_module(f"oauth2.auth.requests_oauthlib.{room}")
    assert arguments(named(of_ours, name)) == arguments(named(of_theirs, name))


def test_a_client_has_the_attributes_of_oauthlibs() -> None:
    """By the same arguments, and with the same values."""
    assert arguments(OURS.Client) == arguments(oauthlib.oauth1.Client)
    given = {**CREDENTIALS, "realm": "r", "verifier": b"v", "callback_uri": "oob"}
    of_theirs, of_ours = THEIRS.OAuth1(**given).client, OAuth1(**given).client
    public = {name: value for name, value in vars(of_ours).items() if name[0] != "_"}
    assert public == vars(of_theirs)


CONSTANTS = [name for name in OURS.__all__ if name.startswith("SIGNATURE_")]


@pytest.mark.parametrize("name", CONSTANTS)
def test_constants_are_those_of_oauthlib(name: str) -> None:
    """They are strings, so that those of oauthlib do as well."""
    assert getattr(OURS, name) == getattr(oauthlib.oauth1, name)


@pytest.mark.parametrize("name", ["TokenRequestDenied", "TokenMissing", "VerifierMissing"])
def test_errors_have_the_same_base(name: str) -> None:
    """A program may catch ValueError."""
    expected = getattr(importlib.import_module("requests_oauthlib.oauth1_session"), name)
    assert getattr(OURS, name).__bases__ == expected.__bases__ == (ValueError,)


class Canned(requests.adapters.BaseAdapter):
    """Answers each request alike, and keeps it."""

    def __init__(self, status: int, content: str | bytes) -> None:
        super().__init__()
        self.status = status
        self.content = content.encode() if isinstance(content, str) else content
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.sent.append(request.copy())
        response = requests.Response()
        response.status_code = self.status
        response._content = self.content
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        pass


def answered(kind: Any, status: int, content: str | bytes, **options: Any) -> tuple[Any, Canned]:
    """Return a session to which a provider always says the same, and what answers it."""
    session, adapter = (
        kind("key", client_secret=CONSUMER_SECRET, **options),
        Canned(status, content),
    )
    session.mount("https://", adapter)
    return session, adapter


def outcome(kind: Any, status: int, content: str | bytes) -> Any:
    """Fetch a request token; return it and what the session has then, or the kind of error."""
    session, _ = answered(kind, status, content, callback_uri="oob", resource_owner_secret="old")
    try:
        token = session.fetch_request_token(URL)
    except ValueError as exc:
        return type(exc).__name__, session.token, session.authorized
    return token, session.token, session.authorized


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, f"{PAIR}&user_id=7&oauth_callback_confirmed=true"),
        (201, f" {PAIR}\n"),
        (200, "oauth_token=a+b%2F%C3%A9&oauth_token_secret=s%26"),
        (200, '{"oauth_token": "t", "oauth_token_secret": "s", "n": 1}'),
        (200, f"a=1&a=2&b=&{PAIR}&oauth_token=last"),
        (200, "oauth_token=t"),
        (200, "oauth_problem=token_rejected"),
        (200, ""),
        (302, ""),
        (400, PAIR),
        (401, "oauth_problem=nonce_used"),
        (503, "<html>"),
    ],
)
def test_a_response_for_a_token_means_the_same(status: int, content: str) -> None:
    """All its fields are returned; without a token, the error is the same."""
    assert outcome(OAuth1Session, status, content) == outcome(THEIRS.OAuth1Session, status, content)


@pytest.mark.parametrize(
    "content",
    [
        *("<html>an error", "oauth_token=&oauth_token_secret=", '{"oauth_token": 7}', "{", "[1]"),
        *('{"oauth_token": "t", "oauth_token_secret": null}', "words", b"\xff\xfe"),
    ],
)
def test_what_is_no_token_is_missing(content: str | bytes) -> None:
    """There it is a ValueError of another kind, or a token that cannot be signed by."""
    session, _ = answered(OAuth1Session, 200, content, callback_uri="oob")
    with pytest.raises(OURS.TokenMissing, match="expected oauth_token, got "):
        session.fetch_request_token(URL)
    assert (session.token, session.authorized) == ({}, False)


@pytest.mark.parametrize("kind", [THEIRS.OAuth1Session, OAuth1Session], ids=["theirs", "ours"])
def test_callback_and_realm_are_for_the_request_token_alone(kind: Any) -> None:
    """The next request has neither."""
    session, adapter = answered(kind, 200, PAIR, callback_uri="https://printer.example/ready")
    session.fetch_request_token(URL, realm=["photos", "videos"])
    session.get(URL)
    first, second = [_text(request.headers["Authorization"]) for request in adapter.sent]
    assert first.startswith('OAuth realm="photos videos", oauth_')
    assert 'oauth_callback="https%3A%2F%2Fprinter.example%2Fready"' in first
    assert "realm" not in second
    assert "oauth_callback" not in second


@pytest.mark.parametrize("kind", [THEIRS.OAuth1Session, OAuth1Session], ids=["theirs", "ours"])
def test_a_verifier_is_for_the_access_token_alone(kind: Any) -> None:
    """What ``post`` takes is handed on to it."""
    session, adapter = answered(kind, 200, PAIR, resource_owner_key="request token")
    session.fetch_access_token(URL, verifier="v 1", data={"a": "1"}, headers={"X-A": "b"})
    session.get(URL)
    first, second = adapter.sent
    assert 'oauth_verifier="v%201"' in _text(first.headers["Authorization"])
    assert (_text(first.body), _text(first.headers["X-A"])) == ("a=1", "b")
    assert "oauth_verifier" not in _text(second.headers["Authorization"])


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize("kind", [THEIRS.OAuth1Session, OAuth1Session], ids=["theirs", "ours"])
def test_an_access_token_needs_a_verifier(kind: Any) -> None:
    """Without one nothing is sent."""
    session, adapter = answered(kind, 200, PAIR, resource_owner_key="request token")
    with pytest.raises(ValueError, match="verifier") as caught:
        session.fetch_access_token(URL)
    assert type(caught.value).__name__ == "VerifierMissing"
    assert not adapter.sent


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("https://p.example/a", {}),
        ("https://p.example/a?", {"request_token": "other"}),
        ("https://p.example/a?x=1", {"b": "2 3", "a": "é&", "n": 5}),
        ("https://p.example/a?x=1#part", {"oauth_token": "not this"}),
    ],
)
def test_the_address_for_the_user_is_the_same(url: str, options: dict[str, Any]) -> None:
    """The token is the last of the parameters, before a fragment."""
    expected, got = (
        kind(**CREDENTIALS).authorization_url(url, **options)
        for kind in (THEIRS.OAuth1Session, OAuth1Session)
    )
    assert got == expected


def test_there_is_no_address_for_the_user_without_a_token() -> None:
    """There, it has ``oauth_token=None``."""
    with pytest.raises(OURS.TokenMissing, match="expected fetch_request_token first"):
        OAuth1Session("key").authorization_url("https://p.example/a")


@pytest.mark.parametrize(
    "query",
    [
        "?oauth_token=token&oauth_verifier=v%201&a=b+c",
        "?oauth_token=token&a=1&a=2#oauth_token=no",
        "?oauth_token=token",
        "?denied=token",
        "",
    ],
)
@pytest.mark.parametrize("known", ["token", None])
def test_the_way_back_is_read_the_same(query: str, known: str | None) -> None:
    """The whole query is returned, and the session has the verifier."""
    outcomes = []
    for kind in (THEIRS.OAuth1Session, OAuth1Session):
        session = kind("key", CONSUMER_SECRET, known, TOKEN_SECRET)
        try:
            parsed = session.parse_authorization_response(f"https://printer.example/{query}")
        except ValueError as exc:
            parsed = type(exc).__name__, getattr(exc, "response", None)
        outcomes.append((parsed, session.token))
    assert outcomes[1] == outcomes[0]


def test_a_way_back_with_another_request_token_is_refused() -> None:
    """There, the session goes on with the token of whoever made the URL, and its secret."""
    session = OAuth1Session(**CREDENTIALS)
    before = session.token
    with pytest.raises(OURS.TokenMissing, match="got another"):
        session.parse_authorization_response("https://c.example/?oauth_token=t2&oauth_verifier=v")
    assert session.token == before


def test_no_secret_is_taken_out_of_a_url() -> None:
    """Anybody may have made it."""
    session = OAuth1Session("key", CONSUMER_SECRET)
    session.parse_authorization_response("https://c.example/?oauth_token=t&oauth_token_secret=s")
    assert session.token == {"oauth_token": "t"}


@pytest.mark.parametrize("kind", [THEIRS.OAuth1Session, OAuth1Session], ids=["theirs", "ours"])
@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (
            {"oauth_token": "n", "oauth_token_secret": "m", "extra": 1},
            {"oauth_token": "n", "oauth_token_secret": "m"},
        ),
        (
            {"oauth_token": "n", "oauth_verifier": "v"},
            {"oauth_token": "n", "oauth_token_secret": TOKEN_SECRET, "oauth_verifier": "v"},
        ),
    ],
)
def test_a_token_is_assigned_field_by_field(
    kind: Any, token: Mapping[str, Any], expected: Mapping[str, Any]
) -> None:
    """What is not in it stays."""
    session = kind(**CREDENTIALS)
    session.token = token
    assert session.token == expected


def test_a_token_without_a_key_is_not_assigned() -> None:
    """The error names the fields, and no value."""
    session = OAuth1Session(**CREDENTIALS)
    with pytest.raises(OURS.TokenMissing) as caught:
        session.token = {"oauth_token_secret": "sekrit"}
    assert str(caught.value) == "expected oauth_token, got the fields: oauth_token_secret"
    assert caught.value.response == {"oauth_token_secret": "sekrit"}


@pytest.mark.parametrize(
    ("left_out", "method", "is_authorized"),
    [
        ("", "HMAC-SHA1", True),
        ("client_secret", "HMAC-SHA1", False),
        ("resource_owner_secret", "PLAINTEXT", False),
        ("resource_owner_key", "RSA-SHA1", False),
        ("client_secret", "RSA-SHA1", True),
    ],
)
def test_what_is_authorized(left_out: str, method: str, is_authorized: bool) -> None:
    """RSA needs no secrets."""
    given = {**CREDENTIALS, left_out: None} if left_out else CREDENTIALS
    for kind in (THEIRS.OAuth1Session, OAuth1Session):
        assert kind(**given, signature_method=method).authorized is is_authorized


def test_rsa_by_another_hash_needs_no_secrets_either() -> None:
    """There, RSA-SHA256 is never authorized without them."""
    session = OAuth1Session("key", resource_owner_key="token", signature_method="RSA-SHA256")
    assert session.authorized


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"signature_method": "hmac-sha1"}, "signature_method: expected one of .*HMAC-SHA1"),
        ({"signature_method": None}, "signature_method: expected one of .*, got None"),
        ({"signature_type": "header"}, "signature_type: expected one of .*, got 'HEADER'"),
        ({"signature_type": None}, "signature_type: expected one of .*, got None"),
    ],
)
def test_an_argument_that_is_not_known(options: dict[str, Any], message: str) -> None:
    """It is told at once, with what would do."""
    with pytest.raises(ValueError, match=message):
        OAuth1Session("key", **options)


@pytest.mark.parametrize("kind", [oauthlib.oauth1.Client, "Client", object()])
def test_a_client_class_of_another_library(kind: Any) -> None:
    """The error names the class of which it is to be a subclass."""
    expected = r"expected a subclass of oauth2\.auth\.requests_oauthlib\.client\.Client"
    with pytest.raises(TypeError, match=expected):
        OAuth1("key", client_class=kind)


def test_a_client_class_of_ours() -> None:
    """What it overrides counts."""

    class Marked(in_its_place.Client):
        def parameters(self) -> dict[str, str]:
            return {**super().parameters(), "oauth_mark": "1"}

    session, adapter = answered(OAuth1Session, 200, "", client_class=Marked)
    session.get(URL)
    assert 'oauth_mark="1"' in adapter.sent[0].headers["Authorization"]


def test_an_argument_that_nobody_takes() -> None:
    """It is a TypeError, as of any function."""
    with pytest.raises(TypeError, match="bogus"):
        OAuth1("key", bogus=1)


def test_attributes_of_the_client_count_from_the_next_request_on() -> None:
    """Programs assign them."""
    session, adapter = answered(OAuth1Session, 200, "")
    session.get(URL)
    client = session.auth.client
    client.signature_method, client.client_key, client.realm = "PLAINTEXT", b"other", "r"
    client.client_secret, client.nonce, client.timestamp = "a", "n", 7
    session.get(URL)
    assert adapter.sent[1].headers["Authorization"] == (
        'OAuth realm="r", oauth_consumer_key="other", oauth_timestamp="7", oauth_nonce="n",'
        ' oauth_version="1.0", oauth_signature_method="PLAINTEXT", oauth_signature="a%26"'
    )


def test_a_signature_method_of_ours_does_as_well() -> None:
    """A SignatureMethod, such as one that a program has made."""

    class Fixed(oauth2.SignatureMethod):
        name = "FIXED"

        def sign(self, request: Any, consumer: Any, token: Any) -> str:
            return "always"

    session, adapter = answered(OAuth1Session, 200, "", signature_method=Fixed())
    session.get(URL)
    assert 'oauth_signature="always"' in adapter.sent[0].headers["Authorization"]


def test_a_body_is_hashed_by_the_hash_of_the_signature_method() -> None:
    """There, it is SHA-1 beside HMAC-SHA256, too, which verifiers by the extension refuse."""
    options = {"signature_method": "HMAC-SHA256", "force_include_body": True}
    hashes = []
    for kind in (THEIRS.OAuth1Session, OAuth1Session):
        session, adapter = answered(kind, 200, "", **options)
        session.post(URL, json={})
        header = _text(adapter.sent[0].headers["Authorization"])
        hashes.append(oauth2.Request.from_request("POST", URL, {"Authorization": header}))
    expected = [body_hash(b"{}", name) for name in ("sha1", "sha256")]
    assert [each["oauth_body_hash"].encode() for each in hashes if each] == expected


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "options",
    [
        {"data": {"a": "1"}},
        {"headers": {"Content-Type": "application/json"}},
    ],
)
def test_a_get_that_it_refuses_to_sign(web: Web, method: str, options: dict[str, Any]) -> None:
    """Be it for a form, or for a body that is to be hashed and is not there."""
    url, is_included = f"{web.provider.url}/r", "headers" in options
    theirs, ours = (
        kind(**CREDENTIALS, force_include_body=is_included)
        for kind in (THEIRS.OAuth1Session, OAuth1Session)
    )
    with theirs, pytest.raises(ValueError, match=r"[Bb]ody"):
        theirs.request(method, url, **options)
    with ours:
        ours.trust_env = False
        ours.request(method, url, **options)
    assert_signed(web.provider.last, KEYS)


def test_rsa_without_a_key() -> None:
    """A key may be assigned later; a request without it says what is missing."""
    session, _ = answered(OAuth1Session, 200, "", signature_method="RSA-SHA256")
    with pytest.raises(ValueError, match="rsa_key: expected PEM of a private key for RSA-SHA256"):
        session.get(URL)


@pytest.mark.parametrize(
    ("method", "options", "got"),
    [
        ("GET", {}, "a GET"),
        ("POST", {"json": {}}, "application/json"),
        ("POST", {"data": b"\xff="}, "a body that is none, without a Content-Type"),
        ("POST", {"data": iter([b"a=1"])}, "a body that is none, without a Content-Type"),
    ],
)
def test_a_signature_in_the_body_needs_a_form(
    method: str, options: dict[str, Any], got: str
) -> None:
    """The error says what was there in its place."""
    session, adapter = answered(OAuth1Session, 200, "", signature_type="BODY")
    with pytest.raises(ValueError, match=f"expected a form where it is BODY, got {got}"):
        session.request(method, URL, **options)
    assert not adapter.sent


def test_nothing_shows_a_secret() -> None:
    """Neither a repr, nor an error with what a provider repeats, nor the log."""
    session, _ = answered(
        OAuth1Session,
        401,
        f"bad secret {CONSUMER_SECRET}, {TOKEN_SECRET}",
        resource_owner_key="t",
        resource_owner_secret=TOKEN_SECRET,
        verifier="verifier-sekrit",
    )
    with pytest.raises(OURS.TokenRequestDenied) as caught:
        session.fetch_access_token(URL)
    shown = [repr(each) for each in (session, session.auth, session.auth.client)]
    assert "sekrit" not in " ".join([*shown, str(caught.value)])
    assert str(caught.value) == f"{URL}: expected a token, got status 401: bad secret ***, ***"


def test_a_token_from_another_origin_is_not_taken(web: Web) -> None:
    """A redirect is no proof that the provider has made it; there, it is taken."""
    web.provider.script["/token"] = redirect(307, f"{web.stranger.url}/token")
    web.stranger.script["/token"] = Answer(body=PAIR.encode())
    with OAuth1Session("key", CONSUMER_SECRET, callback_uri="oob") as session:
        session.trust_env = False
        with pytest.raises(OURS.TokenRequestDenied, match="got a redirect to another") as caught:
            session.fetch_request_token(f"{web.provider.url}/token")
        assert (caught.value.status_code, session.token) == (200, {})
    assert_unsigned(web.stranger.last)


@pytest.fixture
def session() -> Iterator[Any]:
    """Open a session that signs in the body."""
    with OAuth1Session(**CREDENTIALS, signature_type="BODY", verifier="v") as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize("status", [307, 308])
def test_a_signature_in_the_body_is_made_anew_within_the_origin(
    web: Web, session: Any, status: int
) -> None:
    """What the first request had of OAuth makes way; the form is kept."""
    web.provider.script["/r"] = redirect(status, "/end?x=1")
    web.provider.script["/end"] = judging
    assert session.post(f"{web.provider.url}/r", {"a": "1 é"}).status_code == 200
    first, last = web.provider.received
    assert_signed(last, KEYS)
    assert (last.place(), last.body.count(b"oauth_signature=")) == ("body", 1)
    assert last.body.startswith(b"a=1+%C3%A9&oauth_")
    assert_fresh_nonces(first, last)


@pytest.mark.parametrize(("method", "status"), [("POST", 303), ("POST", 301), ("PUT", 301)])
def test_a_redirect_without_a_body_is_signed_in_the_header(
    web: Web, session: Any, method: str, status: int
) -> None:
    """As there is no form any more."""
    web.provider.script["/r"] = redirect(status, "/end")
    web.provider.script["/end"] = judging
    response = session.request(method, f"{web.provider.url}/r", data={"a": "1"})
    assert (response.status_code, web.provider.last.place()) == (200, "header")
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_another_origin_gets_the_form_without_oauth(web: Web, session: Any, status: int) -> None:
    """Neither the signature nor the token, but all else, with its length."""
    web.provider.script["/r"] = redirect(status, f"{web.stranger.url}/end")
    form = {"a": "1", "x_auth_password": "sekrit", "oauth_x": "mine"}
    assert session.post(f"{web.provider.url}/r", form).status_code == 200
    assert_signed(web.provider.last, KEYS)
    assert_unsigned(web.stranger.last)
    assert web.stranger.last.body == (b"a=1" if status in (307, 308) else b"")


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
def test_a_prepared_request_can_be_sent_again(web: Web, session: Any, signature_type: str) -> None:
    """With a signature of its own each time, also where a callback goes with it."""
    client = session.auth.client
    client.signature_type, client.callback_uri = signature_type, "https://printer.example/"
    prepared = session.prepare_request(
        requests.Request("POST", f"{web.provider.url}/r", data={"a": "1"})
    )
    for _ in range(3):
        assert session.send(prepared).status_code == 200
        assert_signed(web.provider.last, KEYS)
    assert_fresh_nonces(*web.provider.received)


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
def test_a_callback_with_escapes_is_signed_as_it_is_sent(
    web: Web, session: Any, signature_type: str
) -> None:
    """Oauthlib unescapes it twice where it is in the query or the body, as a judge, too."""
    client = session.auth.client
    client.signature_type, client.callback_uri = signature_type, "https://printer.example/?a=%2F"
    session.post(f"{web.provider.url}/r", {"a": "1"})
    assert_signed(web.provider.last, KEYS, oauthlib=signature_type == "AUTH_HEADER")


def test_a_refused_form_is_sent_once(web: Web, session: Any) -> None:
    """The signature in its body is its own, so that another one would help nobody."""
    session.auth.client.signature_type = "BODY"
    web.provider.script["/r"] = Answer(401)
    assert session.post(f"{web.provider.url}/r", {"a": "1"}).status_code == 401
    assert len(web.provider.received) == 1


def test_a_redirect_within_the_origin_is_signed_whatever_netrc_says(
    web: Web, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Requests puts Basic there otherwise."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password sekrit\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    web.provider.script["/r"] = redirect(302, "/end")
    web.provider.script["/end"] = judging
    with OAuth1Session(**CREDENTIALS) as session:
        assert session.get(f"{web.provider.url}/r").status_code == 200
    assert_signed(web.provider.last, KEYS)


def test_a_response_can_be_pickled() -> None:
    """As caches do it; there is no secret in it."""
    session, _ = answered(OAuth1Session, 200, "a")
    response = session.get(URL)
    pickled = pickle.dumps(response)
    assert CONSUMER_SECRET.encode() not in pickled
    assert pickle.loads(pickled).content == b"a"
