"""IMAP over TLS with XOAUTH."""

from __future__ import annotations

import imaplib
from typing import Any

from .xoauth import initial_response

__all__ = ["IMAP4_SSL"]


class IMAP4_SSL(imaplib.IMAP4_SSL):
    """`imaplib.IMAP4_SSL` whose `authenticate` does XOAUTH.

    Needs a server that still offers it; arguments are those of imaplib.
    """

    def authenticate(self, url: str, consumer: Any, token: Any = None) -> Any:
        """Log in; raises ValueError for wrong types, and ``error`` when the server refuses."""
        answer = initial_response(url, consumer, token)
        return super().authenticate("XOAUTH", lambda _: answer)
