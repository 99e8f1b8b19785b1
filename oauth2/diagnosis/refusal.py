"""The error of a wrong signature, with what was found out about it."""

from __future__ import annotations

from typing import Any

from ..checks import EXPECTED
from ..credentials import Credentials
from ..encoding import text_of
from ..errors import Error, SignatureInvalid
from ..redaction import redacted_base_string
from ..request import Request
from ..signature import SIGNATURE_METHODS, SignatureMethod, signature_class
from .keys import UNPROVED, find_signed

__all__ = ["explained"]


def explained(
    error: Error,
    request: Request,
    consumer: Credentials,
    token: Credentials | None,
    method: SignatureMethod | None,
) -> Error:
    """Return an error with the ``causes`` of a wrong signature, which its message says, too.

    Any other error is returned as it is, as is that of a method of a program's own.
    """
    if type(error) is not SignatureInvalid or not _is_ours(method):
        return error
    if error.base_string is None and not getattr(consumer, "secret", None):
        return error
    causes, base = find_signed(request, consumer, token, method)
    proved = [cause.summary for cause in causes if cause.code != UNPROVED.code]
    before, mark, after = error.message.partition(EXPECTED)
    message = " ".join([before, *proved]) + mark + after
    signed = None if base is None else redacted_base_string(text_of(base))
    return SignatureInvalid(
        message, base_string=error.base_string, signed_base_string=signed, causes=causes
    )


def _is_ours(method: Any) -> bool:
    name = getattr(method, "name", None)
    return name in SIGNATURE_METHODS and type(method) is signature_class(name)
