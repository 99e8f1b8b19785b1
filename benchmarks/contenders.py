"""One task for every library: the status update of Twitter's page "Creating a signature".

Each function sets a library up, and returns what is then timed: a function that
signs with a fresh nonce and timestamp and returns the Authorization header, or
one that verifies such a header and raises ValueError when it is refused. What
a program sets up once is not timed.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

CONSUMER = "xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"
TOKEN = (
    "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)
ENDPOINT = "https://api.twitter.com/1/statuses/update.json"
URL = ENDPOINT + "?include_entities=true"
FORM = {"status": "Hello Ladies + Gentlemen, a signed OAuth request!"}
BODY = urlencode(FORM, quote_via=quote)
CONTENT_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}

# What the environ of a request has, behind "wsgi." and "HTTP_", and beside them.
_WSGI = (
    *("errors", "file_wrapper", "input", "input_terminated", "multiprocess", "multithread"),
    *("run_once", "url_scheme", "version"),
)
_FIELDS = (
    *("ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE", "CACHE_CONTROL", "CONNECTION", "COOKIE"),
    *("DNT", "HOST", "PRAGMA", "REFERER", "USER_AGENT", "X_FORWARDED_FOR", "X_FORWARDED_HOST"),
    *("X_FORWARDED_PROTO", "X_REQUEST_ID"),
)
_VARIABLES = (
    *("CONTENT_TYPE", "PATH_INFO", "QUERY_STRING", "RAW_URI", "REMOTE_ADDR", "REMOTE_PORT"),
    *("REQUEST_METHOD", "SCRIPT_NAME", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL"),
    "SERVER_SOFTWARE",
)

Sign = Callable[[], str]
Verify = Callable[[str], None]


def floor() -> Callable[[], bytes]:
    """Do what no signer can do without: a nonce, a look at the clock and one HMAC."""
    import oauth2

    consumer, token = oauth2.Consumer(*CONSUMER), oauth2.Token(*TOKEN)
    method = oauth2.SignatureMethod_HMAC_SHA1()
    request = oauth2.Request.from_consumer_and_token(
        consumer, token, "POST", URL, FORM, is_form_encoded=True
    )
    request.sign_request(method, consumer, token)
    key, base = method.signing_base(request, consumer, token)

    def work() -> bytes:
        secrets.token_hex(16)
        time.time()
        return hmac.digest(key, base, "sha1")

    return work


def oauth2_sign(form: dict[str, str] = FORM) -> Sign:
    import oauth2

    consumer, token = oauth2.Consumer(*CONSUMER), oauth2.Token(*TOKEN)
    method = oauth2.SignatureMethod_HMAC_SHA1()

    def sign() -> str:
        request = oauth2.Request.from_consumer_and_token(
            consumer, token, "POST", URL, form, is_form_encoded=True
        )
        request.sign_request(method, consumer, token)
        return request.to_header()["Authorization"]

    return sign


def signer_sign() -> Sign:
    """Sign by a Signer, which parses the form by itself."""
    import oauth2

    signer = oauth2.Signer(oauth2.Consumer(*CONSUMER), oauth2.Token(*TOKEN))
    return lambda: signer.sign("POST", URL, headers=CONTENT_TYPE, body=BODY).headers[
        "Authorization"
    ]


def oauthlib_sign() -> Sign:
    from oauthlib.oauth1 import Client

    client = Client(*CONSUMER, *TOKEN)

    def sign() -> str:
        _, headers, _ = client.sign(URL, "POST", BODY, CONTENT_TYPE)
        header: str = headers["Authorization"]
        return header

    return sign


def authlib_sign() -> Sign:
    from authlib.oauth1 import ClientAuth

    client = ClientAuth(*CONSUMER, *TOKEN)

    def sign() -> str:
        _, headers, _ = client.prepare("POST", URL, dict(CONTENT_TYPE), BODY)
        header: str = headers["Authorization"]
        return header

    return sign


def rauth_sign() -> Sign:
    """Sign as rauth's OAuth1Session.request does, short of handing the request to requests."""
    from rauth import OAuth1Session
    from rauth.utils import OAuth1Auth

    session = OAuth1Session(*CONSUMER, *TOKEN)

    def sign() -> str:
        sent = {"params": {"include_entities": "true"}, "data": FORM, "headers": CONTENT_TYPE}
        oauth = session._get_oauth_params(sent)
        oauth["oauth_signature"] = session.signature.sign(
            session.consumer_secret, session.access_token_secret, "POST", ENDPOINT, oauth, sent
        )
        header: str = OAuth1Auth(oauth)._get_auth_header()
        return header

    return sign


def oauth2_verify() -> Verify:
    import oauth2

    consumer, token = oauth2.Consumer(*CONSUMER), oauth2.Token(*TOKEN)
    method = oauth2.SignatureMethod_HMAC_SHA1()
    server = oauth2.Server({method.name: method})

    def verify(header: str) -> None:
        request = oauth2.Request.from_request(
            "POST", URL, headers={**CONTENT_TYPE, "Authorization": header}, parameters=FORM
        )
        if request is None:
            raise ValueError("unsigned")
        try:
            server.verify_request(request, consumer, token)
        except oauth2.Error as exc:
            raise ValueError("refused") from exc

    return verify


def environ_reading() -> Callable[[], Any]:
    """Read a request of a WSGI server, as gunicorn has it behind a proxy: 37 keys."""
    import oauth2

    environ: dict[str, Any] = {
        **dict.fromkeys([f"wsgi.{name}" for name in _WSGI], True),
        **dict.fromkeys([f"HTTP_{name}" for name in _FIELDS], "one value or another"),
        **dict.fromkeys(_VARIABLES, ""),
        "HTTP_AUTHORIZATION": oauth2_sign()(),
    }
    return lambda: oauth2.Request.from_request("GET", URL, headers=environ)


def oauthlib_verify() -> Verify:
    from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint

    class InMemory(RequestValidator):
        nonce_length = 20, 64

        def __init__(self) -> None:
            super().__init__()
            self.seen: set[tuple[str, str, str]] = set()

        def validate_client_key(self, client_key: str, request: Any) -> bool:
            return client_key == CONSUMER[0]

        def get_client_secret(self, client_key: str, request: Any) -> str:
            return CONSUMER[1]

        def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
            return TOKEN[1]

        def validate_timestamp_and_nonce(
            self, client_key: str, timestamp: str, nonce: str, request: Any, *_: Any, **__: Any
        ) -> bool:
            known = len(self.seen)
            self.seen.add((client_key, timestamp, nonce))
            return len(self.seen) > known

    endpoint = SignatureOnlyEndpoint(InMemory())

    def verify(header: str) -> None:
        headers = {**CONTENT_TYPE, "Authorization": header}
        valid, _ = endpoint.validate_request(URL, "POST", BODY, headers)
        if not valid:
            raise ValueError("refused")

    return verify


SIGNERS = {
    "oauth2": oauth2_sign,
    "Signer": signer_sign,
    "oauthlib": oauthlib_sign,
    "Authlib": authlib_sign,
    "rauth": rauth_sign,
}
VERIFIERS = {"oauth2": oauth2_verify, "oauthlib": oauthlib_verify}


def check() -> None:
    """Raise ValueError unless each verifier accepts what each signer makes, and accepts it once."""
    for set_up_verify in VERIFIERS.values():
        for set_up_sign in SIGNERS.values():
            verify, header = set_up_verify(), set_up_sign()()
            verify(header)
            try:
                verify(header)
            except ValueError:
                continue
            raise ValueError(f"{set_up_verify.__name__} accepted the same request twice")
