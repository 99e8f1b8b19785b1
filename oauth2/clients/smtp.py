"""SMTP with XOAUTH."""

from __future__ import annotations

import base64
import smtplib

from ..credentials import Consumer, Token
from .xoauth import initial_response

__all__ = ["SMTP"]

_AUTHENTICATED = (235, 503)  # done now, or already


class SMTP(smtplib.SMTP):
    """`smtplib.SMTP` with an `authenticate` that does XOAUTH; arguments are those of smtplib."""

    def authenticate(self, url: str, consumer: Consumer, token: Token | None) -> tuple[int, bytes]:
        """Log in; raises ValueError for wrong types.

        Raises `smtplib.SMTPAuthenticationError` when the server refuses.
        """
        answer = base64.b64encode(initial_response(url, consumer, token))
        self.ehlo_or_helo_if_needed()
        code, message = self.docmd("AUTH", f"XOAUTH {answer.decode('ascii')}")
        if code not in _AUTHENTICATED:
            raise smtplib.SMTPAuthenticationError(code, message)
        return code, message
