"""The import path of 2.1 for `oauth2.clients.xoauth`."""

from __future__ import annotations

from .clients.xoauth import (
    build_xoauth_string as build_xoauth_string,
    initial_response as initial_response,
)

__all__ = ["build_xoauth_string", "initial_response"]
