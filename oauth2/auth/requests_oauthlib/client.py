"""What a request is signed by, in the words of oauthlib."""

from __future__ import annotations

from copy import copy
from typing import Any

from ...credentials import Consumer, Token
from ...signature import SignatureMethod, signature_method as method_of_name
from ...signature_method import shown_method
from ...signer import Signer

__all__ = [
    "SIGNATURE_HMAC",
    "SIGNATURE_HMAC_SHA1",
    "SIGNATURE_HMAC_SHA256",
    "SIGNATURE_HMAC_SHA512",
    "SIGNATURE_PLAINTEXT",
    "SIGNATURE_RSA",
    "SIGNATURE_RSA_SHA1",
    "SIGNATURE_RSA_SHA256",
    "SIGNATURE_RSA_SHA512",
    "SIGNATURE_TYPE_AUTH_HEADER",
    "SIGNATURE_TYPE_BODY",
    "SIGNATURE_TYPE_QUERY",
    "Client",
]

SIGNATURE_HMAC_SHA1 = "HMAC-SHA1"
SIGNATURE_HMAC_SHA256 = "HMAC-SHA256"
SIGNATURE_HMAC_SHA512 = "HMAC-SHA512"
SIGNATURE_HMAC = SIGNATURE_HMAC_SHA1
SIGNATURE_RSA_SHA1 = "RSA-SHA1"
SIGNATURE_RSA_SHA256 = "RSA-SHA256"
SIGNATURE_RSA_SHA512 = "RSA-SHA512"
SIGNATURE_RSA = SIGNATURE_RSA_SHA1
SIGNATURE_PLAINTEXT = "PLAINTEXT"

SIGNATURE_TYPE_AUTH_HEADER = "AUTH_HEADER"
SIGNATURE_TYPE_QUERY = "QUERY"
SIGNATURE_TYPE_BODY = "BODY"

_METHODS = (
    *(SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256, SIGNATURE_HMAC_SHA512),
    *(SIGNATURE_RSA_SHA1, SIGNATURE_RSA_SHA256, SIGNATURE_RSA_SHA512, SIGNATURE_PLAINTEXT),
)
_PLACEMENTS = {
    SIGNATURE_TYPE_AUTH_HEADER: "header",
    SIGNATURE_TYPE_QUERY: "query",
    SIGNATURE_TYPE_BODY: "body",
}


class Client:
    """Credentials and options, as attributes by the names of oauthlib's Client.

    A program may assign each of them at any time: the next request is signed by it. Text may be
    str, or bytes in ``encoding``. ``signature_method`` is one of the strings above, or a
    SignatureMethod of oauth2's. ``rsa_key`` is PEM (str or bytes). ``callback_uri`` and
    ``verifier`` are sent with every request, as long as they are set; ``nonce`` and
    ``timestamp`` take the place of what is generated. ``decoding`` is kept, and changes nothing.

    >>> Client("key", client_secret="secret", realm="photos")
    <Client client_key='key' signature_method='HMAC-SHA1' signature_type='AUTH_HEADER'>
    """

    def __init__(
        self,
        client_key: Any,
        client_secret: Any = None,
        resource_owner_key: Any = None,
        resource_owner_secret: Any = None,
        callback_uri: Any = None,
        signature_method: Any = SIGNATURE_HMAC_SHA1,
        signature_type: Any = SIGNATURE_TYPE_AUTH_HEADER,
        rsa_key: Any = None,
        verifier: Any = None,
        realm: Any = None,
        encoding: str = "utf-8",
        decoding: str | None = None,
        nonce: Any = None,
        timestamp: Any = None,
    ) -> None:
        self.encoding = encoding
        self.decoding = decoding
        self.client_key = self._text(client_key)
        self.client_secret = self._text(client_secret)
        self.resource_owner_key = self._text(resource_owner_key)
        self.resource_owner_secret = self._text(resource_owner_secret)
        self.callback_uri = self._text(callback_uri)
        self.signature_method = self._text(signature_method)
        self.signature_type = self._text(signature_type)
        self.rsa_key = rsa_key
        self.verifier = self._text(verifier)
        self.realm = self._text(realm)
        self.nonce = self._text(nonce)
        self.timestamp = self._text(timestamp)
        self._signed_by: tuple[tuple[Any, ...], Signer] | None = None

    def __repr__(self) -> str:
        shown = ("client_key", "signature_method", "signature_type")
        return f"<Client {' '.join([f'{name}={getattr(self, name)!r}' for name in shown])}>"

    @property
    def uses_rsa(self) -> bool:
        """Whether the consumer signs by a key of its own, and no secret is shared."""
        method = self.signature_method
        return str(getattr(method, "name", method)).startswith("RSA")

    @property
    def secrets(self) -> list[str | bytes | None]:
        """What no error may hold."""
        return [self.client_secret, self.resource_owner_secret, self.verifier]

    def require_known(self) -> None:
        """Raise ValueError for a signature method or type that oauthlib has not either."""
        method = self.signature_method
        if method not in _METHODS and not hasattr(method, "sign"):
            got = shown_method(method)
            raise ValueError(f"signature_method: expected one of {_METHODS}, got {got}")
        if self.signature_type not in _PLACEMENTS:
            expected, got = tuple(_PLACEMENTS), self.signature_type
            raise ValueError(f"signature_type: expected one of {expected}, got {got!r}")

    def parameters(self) -> dict[str, str]:
        """Return the OAuth parameters that a program has set, and no signer knows of."""
        given = {
            "oauth_callback": self.callback_uri,
            "oauth_verifier": self.verifier,
            "oauth_nonce": self.nonce,
            "oauth_timestamp": self.timestamp,
        }
        return {name: str(self._text(value)) for name, value in given.items() if value}

    def signer(self, *, has_form: bool, include_body_hash: bool) -> Signer:
        """Return a Signer for the attributes as they are now; one for the body needs a form.

        Raises ValueError for what cannot be signed by, and ImportError without the extra ``rsa``.
        """
        state = (
            *(self.client_key, self.client_secret),
            *(self.resource_owner_key, self.resource_owner_secret, self.realm),
            *(self.signature_method, self.signature_type, self.rsa_key),
        )
        signed_by = self._signed_by
        if signed_by is None or signed_by[0] != state:
            self._signed_by = signed_by = state, self._new_signer()
        signer = signed_by[1]
        is_misplaced = signer.placement == "body" and not has_form
        if include_body_hash or is_misplaced:
            signer = copy(signer)
            signer.include_body_hash = include_body_hash
            signer.placement = "header" if is_misplaced else signer.placement
        return signer

    def _new_signer(self) -> Signer:
        self.require_known()
        token = None
        if self.resource_owner_key:
            token = Token(self._text(self.resource_owner_key), self._secret("resource_owner"))
        return Signer(
            Consumer(self._text(self.client_key), self._secret("client")),
            token,
            signature_method=self._method(),
            placement=_PLACEMENTS[self.signature_type],
            realm=self._text(self.realm) or None,
            include_body_hash=False,
        )

    def _method(self) -> SignatureMethod:
        method: Any = self.signature_method
        if hasattr(method, "sign"):
            chosen: SignatureMethod = method
            return chosen
        if self.uses_rsa and not self.rsa_key:
            raise ValueError(f"rsa_key: expected PEM of a private key for {method}, got none")
        return method_of_name(method, self.rsa_key)

    def _secret(self, owner: str) -> Any:
        secret = getattr(self, f"{owner}_secret")
        return "" if secret is None else self._text(secret)

    def _text(self, value: Any) -> Any:
        return value.decode(self.encoding) if isinstance(value, bytes) else value
