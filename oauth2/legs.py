"""The legs of three-legged authorization (RFC 5849 section 2), without their sending.

What each leg asks for, and what the response to it means.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from .credentials import Consumer, Token
from .encoding import octets_of, text_of
from .errors import (
    AuthorizationDenied,
    CallbackNotConfirmed,
    FlowError,
    RequestTokenMismatch,
    TokenRequestError,
)
from .parameters import decode_pairs, grouped
from .problems import Problem, fields, problem, redacted_body, text
from .received import Response
from .redaction import SECRET_PARAMETERS, redacted, shown_line
from .urls import split_url

__all__ = ["Leg", "names_token", "refusal", "token_of", "verifier_from_redirect"]

_DENIALS = ("user_refused", "permission_denied", "access_denied")
# How providers write the "true" of RFC 5849 section 2.1, in any case.
_CONFIRMATIONS = ("true", "1", "yes", "y", "on", "t")
_LONGEST_BODY = 200
_LONGEST_TOKEN = 4096
_is_page = re.compile(r"<!doctype html|<html", re.I).match
_title = re.compile(r"<title>([^<]{1,200})", re.I).search


class Leg(NamedTuple):
    """A request for a token (RFC 5849 sections 2.1 and 2.3), signed for consumer and token.

    ``name`` says which in plain words. ``parameters`` are OAuth's and the provider's own.
    """

    name: str
    method: str
    url: str
    consumer: Consumer
    token: Token | None
    parameters: Mapping[str, Any]
    requires_confirmation: bool = False

    def token_from(self, response: Response | None, content: bytes, failure: str = "") -> Token:
        """Return the token of a response, or raise the TokenRequestError that says why not.

        ``failure`` says why the response counts for nothing, or why there is none.
        """
        token = None if response is None or failure else token_of(response, content)
        if token and (token.callback_confirmed == "true" or not self.requires_confirmation):
            return token
        kind = CallbackNotConfirmed if token else TokenRequestError
        where = f"{self.name}, {split_url(self.url).normalized}"
        raise refusal(kind, where, failure, response, content, self._secrets())

    def _secrets(self) -> list[str | bytes | None]:
        secrets = [self.consumer.secret, *map(self.parameters.get, SECRET_PARAMETERS)]
        return secrets + ([self.token.secret, self.token.verifier] if self.token else [])


def token_of(response: Response, content: bytes) -> Token | None:
    """Read a token out of a response with status 2xx (RFC 5849 sections 2.1 and 2.3).

    All its other fields are in ``extra``. A callback that is confirmed by ``1`` or ``yes`` is
    so by "true". None where key or secret is missing, or one of these or the session handle
    is longer than any that a request could carry.
    """
    received = fields(response, content) if 200 <= response.status < 300 else {}
    key, secret = received.pop("oauth_token", None), received.pop("oauth_token_secret", None)
    if not (key and isinstance(key, str) and isinstance(secret, str)):
        return None
    handle = received.get("oauth_session_handle")
    carried = [key, secret, *([handle] if isinstance(handle, str) else [])]
    if max(map(len, carried)) > _LONGEST_TOKEN or not _can_be_sent("".join(carried)):
        return None
    token = Token(key, secret)
    confirmed = received.pop("oauth_callback_confirmed", None)
    token.callback_confirmed = None if confirmed is None else _confirmation(confirmed)
    token.extra = received
    return token


def _confirmation(value: object) -> str:
    text = str(value).strip().lower()
    return "true" if text in _CONFIRMATIONS else text


def _can_be_sent(text: str) -> bool:
    """Tell of text whether it has octets; JSON can hold half of a surrogate pair, which has not."""
    try:
        octets_of(text)
    except ValueError:
        return False
    return True


def verifier_from_redirect(
    redirect_url: str, request_token: Token, is_required: bool, has_token: bool = True
) -> str | None:
    """Return the verifier of the address to which the user was sent (RFC 5849 section 2.2).

    ``has_token=False`` is for a provider that does not name the request token there. Raises
    RequestTokenMismatch for another request token, AuthorizationDenied, and FlowError for what
    else is reported, or for no verifier where one is required.
    """
    received = _fields_of_redirect(redirect_url)
    reported = Problem.from_fields({"oauth_problem": received.get("error"), **received})
    denied = received.get("denied")
    key = _key_of_redirect(received)
    if key is not None or (has_token and not reported):
        _require_same_key(key, request_token)
    if denied is not None or reported in _DENIALS:
        raise AuthorizationDenied("The user did not allow access.")
    if reported:
        raise FlowError(f"The provider reports {shown_line(reported)}.", problem=reported)
    verifier = received.get("oauth_verifier")
    if verifier and isinstance(verifier, str):
        return verifier
    if not is_required:
        return None
    if verifier == "":  # NetSuite's way to say so
        message = "The user was sent back without an oauth_verifier: access was not allowed."
        raise AuthorizationDenied(message)
    raise FlowError("The provider sent the user back without an oauth_verifier.")


def names_token(redirect_url: str, request_token: Token) -> bool:
    """Tell whether an address names this request token, granted or denied."""
    try:
        _require_same_key(_key_of_redirect(_fields_of_redirect(redirect_url)), request_token)
    except RequestTokenMismatch:
        return False
    return True


def _fields_of_redirect(redirect_url: str) -> dict[str, Any]:
    return grouped(decode_pairs(redirect_url.partition("#")[0].partition("?")[2]))


def _key_of_redirect(received: Mapping[str, Any]) -> object:
    return received.get("oauth_token", received.get("denied"))


def _require_same_key(key: object, request_token: Token) -> None:
    expected = octets_of(text_of(request_token.key))
    if not isinstance(key, str) or not hmac.compare_digest(octets_of(key), expected):
        kind = "another request token" if key else "no request token"
        raise RequestTokenMismatch(
            f"The user was redirected back with {kind}: expected the one that was fetched last."
        )


def refusal(
    kind: type[TokenRequestError],
    where: str,
    failure: str,
    response: Response | None,
    content: bytes,
    secrets: Collection[str | bytes | None],
) -> TokenRequestError:
    """Make an error of a response without a token, after blanking the secrets in it."""
    if response is None:
        return kind(f"{where}: {shown_line(redacted(failure, secrets))}.")
    each: Response | None = response
    while each is not None:
        each.reason = redacted(each.reason, secrets)
        for name, value in list(each.items()):
            del each[name]
            each[redacted(name, secrets)] = redacted(value, secrets)
        each = each.previous
    content = redacted_body(response, content, secrets)
    reported = problem(response, content)
    if kind is CallbackNotConfirmed:
        reason = "it lacks oauth_callback_confirmed=true, which OAuth 1.0a asks for"
    elif reported:
        reason = f"{reported}, {reported.advice}" if reported.advice else reported
    elif "location" in response and not failure:
        reason = f"it redirects to {response['location']}"
    else:
        missing = "oauth_token_secret" if fields(response, content).get("oauth_token") else "token"
        reason = failure or f"no {missing} in {_summary(text(response, content).strip())}"
    status = shown_line(f"{response.status} {response.reason}")
    message = f"{where}: the provider answered {status}: {shown_line(reason)}"
    return kind(message, response=response, content=content, problem=reported)


def _summary(body: str) -> str:
    """Say of a body what fits into a line: the title of a page, or how it begins."""
    if _is_page(body):
        title = _title(body)
        return f"a page of HTML, titled {title[1].strip()!r}" if title else "a page of HTML"
    shown = body[:_LONGEST_BODY] + ("…" if len(body) > _LONGEST_BODY else "")
    return shown or "an empty answer"
