"""Issue and verify tokens (RFC 5849 sections 2 and 3), without HTTP."""

from __future__ import annotations

import hmac
import json
import re
import secrets
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from ..credentials import Consumer, Credentials, generate_verifier, require_credentials
from ..encoding import escape, octets_of, text_of
from ..errors import ConsumerUnknown, Error, ParameterRejected, SignatureInvalid, TokenUnknown
from ..request import Request
from ..server import Server
from ..signature import SHARED_SECRET_METHODS, signature_method
from .pending import CannotAuthorize, require_pending
from .quirks import Quirks
from .recording import Keys
from .store import AccessToken, Outcome, RequestToken, Store

__all__ = ["OWNER", "Authority"]

OWNER = "ann"

_REQUEST_TOKEN_SECONDS = 600
_LONGEST_SHOWN = 200
_is_url = re.compile(
    r"https?://(?:\[[0-9a-f:.]+\]|[\w-]+(?:\.[\w-]+)*)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?", re.I | re.A
).fullmatch

Fields = dict[str, str]
AnyToken = TypeVar("AnyToken", RequestToken, AccessToken)


class Authority:
    """Issues tokens and verifies them; each refusal is an `Error` with its problem code.

    Requests are verified by ``server``. Arguments are as those of `run`, whose ``manners``
    are ``quirks`` here.
    """

    def __init__(
        self,
        consumers: Sequence[Consumer],
        store: Store,
        *,
        quirks: Quirks,
        session_seconds: int | None,
        passwords: Mapping[str, str] | None,
    ) -> None:
        self.consumers: dict[str, Consumer] = {}
        stored = [Consumer(*pair) for pair in store.consumers()]
        for consumer in consumers or stored or [Consumer(*_generate_credentials())]:
            require_credentials(consumer, None)
            self.consumers[text_of(consumer.key)] = consumer
        for key, consumer in self.consumers.items():
            store.add_consumer(key, text_of(consumer.secret))
        self.store = store
        self.quirks = quirks
        self.session_seconds = session_seconds
        self.passwords = passwords
        methods = {name: signature_method(name) for name in SHARED_SECRET_METHODS}
        self.server = Server(methods, nonces=store)
        self.server.clock_offset = quirks.clock_offset

    def issue_request_token(self, request: Request) -> Fields:
        """Answer a request for temporary credentials (RFC 5849 section 2.1)."""
        consumer = self._consumer(request)
        parameters = self._verified(request, consumer, None)
        callback = request.get_parameter("oauth_callback")
        if callback != "oob" and not _is_url(callback):
            raise ParameterRejected(
                "oauth_callback: expected oob, or an http or https URL.",
                rejected=f"oauth_callback={escape(callback[:_LONGEST_SHOWN])}",
            )
        now = self.server.server_time()
        token = RequestToken(
            *_generate_credentials(),
            consumer=text_of(consumer.key),
            callback=callback,
            parameters=json.dumps(parameters),
            expires=now + _REQUEST_TOKEN_SECONDS,
        )
        self.store.add_request_token(token, now)
        fields = {"oauth_token": token.key, "oauth_token_secret": token.secret}
        if self.quirks.confirm_callback:
            fields["oauth_callback_confirmed"] = "true"
        return fields

    def pending_authorization(self, key: str) -> RequestToken:
        """Return a request token that waits for its user (RFC 5849 section 2.2).

        Raises CannotAuthorize, which is told to the user.
        """
        return require_pending(self.store.request_token(key), self.server.server_time())

    def allow(self, token: RequestToken) -> str:
        """Record that access was granted; return the verifier."""
        verifier = generate_verifier()
        if not self.store.set_verifier(token.key, verifier):
            raise CannotAuthorize("You have answered already.", title="You answered already")
        return verifier

    def deny(self, token: RequestToken) -> None:
        """Record that access was denied."""
        self.store.deny_request_token(token.key)

    def issue_access_token(self, request: Request) -> Fields:
        """Answer a token request (RFC 5849 section 2.3): an exchange, a renewal or xAuth."""
        consumer = self._consumer(request)
        if "x_auth_mode" in request:
            return self._exchange_password(request, consumer)
        if "oauth_session_handle" in request:
            return self._renew(request, consumer)
        return self._exchange(request, consumer)

    def verify(self, request: Request) -> tuple[AccessToken, dict[str, Any]]:
        """Return the token of a request for a protected resource, and what it asks for."""
        consumer = self._consumer(request)
        key = request.get_parameter("oauth_token")
        token = self._unexpired(_known(self.store.access_token(key), request["oauth_consumer_key"]))
        return token, self._verified(request, consumer, token)

    def keys_of(self, request: Request) -> Keys | None:
        """Return the consumer and the token that a request names; None for an unknown consumer.

        The token may be of another consumer, and is None where it is not known.
        """
        consumer = self.consumers.get(str(request.get("oauth_consumer_key")))
        key = str(request.get("oauth_token") or "")
        token = key and (self.store.access_token(key) or self.store.request_token(key))
        return None if consumer is None else (consumer, token or None)

    def new_access_token(self, consumer_key: str, owner: str) -> AccessToken:
        """Generate an access token, and keep it."""
        handle = None if self.session_seconds is None else secrets.token_urlsafe(16)
        token = AccessToken(*_generate_credentials(), consumer_key, owner, handle, self._expires())
        self.store.add_access_token(token)
        return token

    # The names of 2.1.
    give_request_token = issue_request_token
    give_access_token = issue_access_token
    asked = pending_authorization

    def _exchange(self, request: Request, consumer: Consumer) -> Fields:
        """Exchange a request token for an access token, once."""
        key = request.get_parameter("oauth_token")
        found = self.store.request_token(key)
        if found is not None and found.outcome not in (None, Outcome.DENIED):
            found = None
        token = self._unexpired(_known(found, request["oauth_consumer_key"]))
        self._verified(request, consumer, token)
        if token.outcome is Outcome.DENIED:  # some clients exchange whatever the user answered
            raise _rejected("The user said no.", problem="permission_denied")
        verifier = request.get_parameter("oauth_verifier")
        if token.verifier is None:
            raise _rejected(
                "The user has not authorized this request token yet.", problem="permission_unknown"
            )
        # Counted before the verifier is compared: attempts that race count as well.
        if not self.store.count_attempt(key):
            raise _rejected("request token: too many attempts with another oauth_verifier")
        if not _equal(verifier, token.verifier):
            raise _rejected(
                "oauth_verifier: it does not belong to this request token.",
                problem="verifier_invalid",
            )
        if not self.store.consume_request_token(key):
            raise _rejected("request token: it was exchanged already")
        return self._access_fields(self.new_access_token(token.consumer, OWNER))

    def _renew(self, request: Request, consumer: Consumer) -> Fields:
        """Put a new token in the place of an old one (OAuth Session extension)."""
        key = request.get_parameter("oauth_token")
        token = _known(self.store.access_token(key), request["oauth_consumer_key"])
        self._verified(request, consumer, token)
        handle = None if self.session_seconds is None else token.session_handle
        if handle is None or not _equal(request["oauth_session_handle"], handle):
            raise _rejected("oauth_session_handle: it does not belong to this token")
        key_and_secret = _generate_credentials()
        new = AccessToken(*key_and_secret, token.consumer, token.owner, handle, self._expires())
        if not self.store.replace_access_token(key, new):
            raise _rejected("access token: it was renewed already")
        return self._access_fields(new)

    def _exchange_password(self, request: Request, consumer: Consumer) -> Fields:
        """Exchange a name and a password for an access token (xAuth)."""
        self._verified(request, consumer, None)
        if self.passwords is None:
            raise _rejected("xAuth is not switched on.", problem="permission_denied")
        user = str(request.get_parameter("x_auth_username"))
        password = str(request.get_parameter("x_auth_password"))
        is_mode = request["x_auth_mode"] == "client_auth"
        # Compared for a user who does not exist, too, so that both take the same time.
        is_password = _equal(password, self.passwords.get(user, ""))
        if not (is_mode and is_password and user in self.passwords):
            expected = "x_auth_mode client_auth, a known user and the password of that user"
            raise _rejected(f"xAuth: expected {expected}.", problem="permission_denied")
        return self._access_fields(self.new_access_token(text_of(consumer.key), user))

    def _access_fields(self, token: AccessToken) -> Fields:
        fields = {
            "oauth_token": token.key,
            "oauth_token_secret": token.secret,
            "user_id": str(zlib.crc32(octets_of(token.owner))),
            "screen_name": token.owner,
        }
        if token.session_handle is not None:
            fields["oauth_session_handle"] = token.session_handle
            fields["oauth_expires_in"] = str(self.session_seconds)
        return fields

    def _verified(
        self, request: Request, consumer: Consumer, token: Credentials | None
    ) -> dict[str, Any]:
        """Verify a request; its refusal says why, as whoever tests a client wants to know."""
        try:
            return self.server.verify_request(request, consumer, token)
        except SignatureInvalid as error:
            raise self.server.explained(error, request, consumer, token) from None

    def _consumer(self, request: Request) -> Consumer:
        request._require_once()
        key = request.get_parameter("oauth_consumer_key")
        if key not in self.consumers:
            raise ConsumerUnknown("oauth_consumer_key: no consumer has this key.")
        return self.consumers[key]

    def _unexpired(self, token: AnyToken) -> AnyToken:
        if token.expires is not None and token.expires <= self.server.server_time():
            raise _rejected("oauth_token: it has expired.", problem="token_expired")
        return token

    def _expires(self) -> int | None:
        seconds = self.session_seconds
        return None if seconds is None else self.server.server_time() + seconds


def _known(token: AnyToken | None, consumer_key: str | None = None) -> AnyToken:
    """Return a token that exists, and was issued to this consumer, if one is named."""
    if token is None or consumer_key not in (None, token.consumer):
        raise TokenUnknown(
            "oauth_token: it was used already, or was never issued to this consumer."
        )
    return token


def _rejected(message: str, problem: str = "token_rejected") -> Error:
    return Error(message, problem=problem, status=401)


def _generate_credentials() -> tuple[str, str]:
    """Return a key and a secret, of 96 and 192 random bits."""
    return secrets.token_hex(12), secrets.token_urlsafe(24)


def _equal(received: str, expected: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(octets_of(received), octets_of(expected))
