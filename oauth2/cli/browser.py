"""The user's browser, opened without the secrets of this environment."""

from __future__ import annotations

import os
import re
import webbrowser

__all__ = ["open_browser"]

# Credentials as this command reads them, and whatever else says that it is a secret. A token by
# another name is not one: desktops hand such to what they open, as XDG_ACTIVATION_TOKEN.
_is_secret = re.compile(r"OAUTH|.*(?:SECRET|PASSWORD|PASSWD)", re.I).match


def open_browser(url: str) -> bool:
    """Open a page, and tell whether a browser could be opened.

    The module webbrowser hands on this process's own environment, so that secrets are taken
    out of it meanwhile; no other thread of the command reads them.
    """
    secrets = {name: value for name, value in os.environ.items() if _is_secret(name)}
    for name in secrets:
        del os.environ[name]
    try:
        return webbrowser.open(url)
    finally:
        os.environ.update(secrets)
