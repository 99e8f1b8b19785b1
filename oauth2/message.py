"""The import path of 2.1 for `oauth2.diagnosis.raw_request`."""

from __future__ import annotations

from .diagnosis.raw_request import Message as Message, parse_message as parse_message

__all__ = ["Message", "parse_message"]
