"""``auth=`` for requests, with the arguments of requests-oauthlib."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...encoding import text_of
from ...headers import FORM_CONTENT_TYPE, Headers, has_header, media_type
from ...parameters import without_names
from ..requests import AuthBase, ResponseHook
from ..signing import PROTOCOL_PARAMETERS, Sent, Signing
from .client import (
    SIGNATURE_HMAC as SIGNATURE_HMAC,
    SIGNATURE_TYPE_AUTH_HEADER as SIGNATURE_TYPE_AUTH_HEADER,
    SIGNATURE_TYPE_BODY as SIGNATURE_TYPE_BODY,
    Client,
)

if TYPE_CHECKING:
    from requests.models import PreparedRequest

__all__ = [
    "CONTENT_TYPE_FORM_URLENCODED",
    "CONTENT_TYPE_MULTI_PART",
    "SIGNATURE_HMAC",
    "SIGNATURE_TYPE_AUTH_HEADER",
    "SIGNATURE_TYPE_BODY",
    "Client",
    "OAuth1",
]

CONTENT_TYPE_FORM_URLENCODED = FORM_CONTENT_TYPE
CONTENT_TYPE_MULTI_PART = "multipart/form-data"

# What oauthlib takes for a form: characters that a form may have, and a name among them.
_is_form_text = re.compile(
    r"(?!&*\Z)(?:[\w!$&'()*+,\-./:;=?@~]|%(?!.?[^0-9A-Fa-f]))+", re.ASCII
).fullmatch
_user_info = re.compile(r"\A(\w+://)[^/?#]*@")
_BODILESS = ("GET", "HEAD")


class OAuth1(AuthBase):
    """Signs what requests sends, with the arguments and defaults of requests-oauthlib.

    >>> auth = OAuth1("key", client_secret="secret", signature_method="HMAC-SHA256")
    >>> auth.client.signature_method
    'HMAC-SHA256'

    ``client_key`` and ``client_secret`` are those of the consumer, ``resource_owner_key`` and
    ``resource_owner_secret`` those of the token (each str or bytes). ``signature_method`` and
    ``signature_type`` are constants of this package, which are str. ``rsa_key`` (str or bytes)
    is a private key as PEM. ``callback_uri`` and ``verifier`` are sent with every request, as
    long as they are set. ``kwargs`` are ``realm``, ``nonce``, ``timestamp`` and ``encoding``.

    The attribute ``client`` is a `Client`, or of its subclass ``client_class``, and has all
    these as attributes. With ``force_include_body``, a body that is not a form is signed by its
    hash, if the request has a Content-Type. A body of str without a Content-Type is sent as a
    form if it can be read as one.

    Redirects are signed as by `oauth2.auth.requests.OAuth1`. Raises ValueError for another
    ``signature_method`` or ``signature_type``, and TypeError for other arguments; a request that
    cannot be signed raises ValueError.
    """

    client_class: type[Client] = Client

    def __init__(
        self,
        client_key: Any,
        client_secret: Any = None,
        resource_owner_key: Any = None,
        resource_owner_secret: Any = None,
        callback_uri: Any = None,
        signature_method: Any = SIGNATURE_HMAC,
        signature_type: Any = SIGNATURE_TYPE_AUTH_HEADER,
        rsa_key: Any = None,
        verifier: Any = None,
        decoding: str | None = "utf-8",
        client_class: type[Client] | None = None,
        force_include_body: bool = False,
        **kwargs: Any,
    ) -> None:
        client_class = client_class or self.client_class
        if not (isinstance(client_class, type) and issubclass(client_class, Client)):
            expected = f"a subclass of {Client.__module__}.Client"
            raise TypeError(f"client_class: expected {expected}, got {client_class!r}")
        if hasattr(signature_type, "upper"):
            signature_type = signature_type.upper()
        self.client = client_class(
            client_key,
            client_secret=client_secret,
            resource_owner_key=resource_owner_key,
            resource_owner_secret=resource_owner_secret,
            callback_uri=callback_uri,
            signature_method=signature_method,
            signature_type=signature_type,
            rsa_key=rsa_key,
            verifier=verifier,
            decoding=decoding,
            **kwargs,
        )
        self.client.require_known()
        self.force_include_body = force_include_body

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Sign a prepared request."""
        is_for_body = self.client.signature_type == SIGNATURE_TYPE_BODY
        if is_for_body:
            _require_form(r)
            r.body = r.body or ""  # None is that of a redirect, which is signed in the header
        if not r.headers.get("Content-Type") and (is_for_body or _reads_as_form(r.body)):
            r.headers["Content-Type"] = FORM_CONTENT_TYPE
        r.register_hook("response", ResponseHook(_SigningByClient(self), r))
        return r


class _SigningByClient(Signing):
    """Signs with the attributes that a client has when a request is signed."""

    clock_skew = None
    _replaced = PROTOCOL_PARAMETERS | {"oauth_callback"}

    def __init__(self, auth: OAuth1) -> None:
        self._auth = auth

    def sign(
        self,
        method: str,
        url: str,
        headers: Headers,
        body: Any,
        parameters: Mapping[str, str] | None = None,
    ) -> Sent:
        auth, client = self._auth, self._auth.client
        has_form = body is not None and media_type(headers) == FORM_CONTENT_TYPE
        is_hashed = bool(auth.force_include_body and body and has_header(headers, "content-type"))
        signer = client.signer(has_form=has_form, include_body_hash=is_hashed)
        url = _user_info.sub(r"\1", url)  # which requests does not send beside an auth
        if signer.placement == "body" and isinstance(body, (str, bytes)):
            form = text_of(body)
            body = without_names(form, self._replaced) if "oauth_signature=" in form else body
        given = {**client.parameters(), **(parameters or {})}
        return self._sign_by(signer, method, url, headers, body, given)


def _reads_as_form(body: object) -> bool:
    return isinstance(body, str) and _is_form_text(body) is not None


def _require_form(request: PreparedRequest) -> None:
    """Raise ValueError for a request that cannot hold its signature in the body."""
    media, body = media_type(request.headers), request.body
    if request.method in _BODILESS:
        got = f"a {request.method}"
    elif media and media != FORM_CONTENT_TYPE:
        got = media
    elif media or not body or (isinstance(body, (str, bytes)) and _reads_as_form(text_of(body))):
        return
    else:
        got = "a body that is none, without a Content-Type"
    raise ValueError(
        f"signature_type: expected a form where it is {SIGNATURE_TYPE_BODY}, got {got}"
    )
