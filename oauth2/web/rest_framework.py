"""Authentication by signature for Django REST framework."""

from __future__ import annotations

from typing import Any, NamedTuple

try:
    from rest_framework.authentication import BaseAuthentication
    from rest_framework.exceptions import APIException
except ImportError as exc:
    hint = "oauth2.web.rest_framework needs the extra 'djangorestframework'"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[djangorestframework]'") from exc

from ..errors import Error, Unsigned
from ..problems import report
from ..verified import Verified
from ..verifier import Verifier
from .django import read_as_signed, received

__all__ = ["OAuth1Authentication", "SignedBy"]


class SignedBy(NamedTuple):
    """Who stands for the user where a request has none: a consumer that has signed.

    ``pk`` is ``oauth1:`` and its key, by which REST framework counts requests, apart from those
    of users. It has no permissions.
    """

    pk: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False
    is_staff: bool = False
    is_superuser: bool = False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer as a user of Django does."""
        return False

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        """Answer likewise, for several."""
        return not perm_list


class OAuth1Authentication(BaseAuthentication):
    """Authenticates who has signed; a subclass has the Verifier.

    >>> from oauth2 import Consumer
    >>> class Signed(OAuth1Authentication):
    ...     verifier = Verifier({"key": Consumer("key", "secret")}.get, origin="https://a.example")
    ...
    ...     def user_of(self, verified):
    ...         return verified.token.user if verified.token else super().user_of(verified)

    It stands in ``authentication_classes`` of a view, beside others: a request without any
    credentials of OAuth is left to them, and passes where nobody asks for a user, as the
    permission ``IsAuthenticated`` does. ``request.auth`` is the `oauth2.Verified`, and
    ``request.user`` what ``user_of`` returns.
    """

    verifier: Verifier

    def authenticate(self, request: Any) -> tuple[Any, Verified] | None:
        """Return user and Verified; raises an APIException that reports the problem."""
        try:
            verified = self.verifier.verify(received(self.verifier, request._request))
        except Unsigned:
            return None
        except Error as error:
            raise self._refusal(error) from error
        read_as_signed(request._request)
        if request._request.encoding:
            request.parser_context["encoding"] = request._request.encoding
        return self.user_of(verified), verified

    def user_of(self, verified: Verified) -> Any:
        """Return the user of a request: as there is none in general, a `SignedBy`."""
        return SignedBy(f"oauth1:{verified.consumer.key}")

    def authenticate_header(self, request: Any) -> str:
        """Return the challenge; REST framework asks the first of a view's classes for it."""
        return self.verifier.refusal(Unsigned())[1]["WWW-Authenticate"]

    def _refusal(self, error: Error) -> APIException:
        refusal = APIException(report(error))
        refusal.status_code, headers, _ = self.verifier.refusal(error)
        if "WWW-Authenticate" in headers:
            refusal.auth_header = headers["WWW-Authenticate"]
        return refusal
