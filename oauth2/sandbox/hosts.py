"""Which names a sandbox answers to, so that no page of another site can read it.

A site may point its own name to 127.0.0.1, and have a browser ask the sandbox by that name: for
the browser, the answer is the site's own (DNS rebinding).
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address

from ..errors import Error
from ..redaction import shown_value
from ..urls import split_authority

__all__ = ["HostRefused", "KnownHosts", "is_loopback"]


class HostRefused(Error):
    """A Host header has a name that is not one of the sandbox."""

    problem = "parameter_rejected"
    status = 421


class KnownHosts:
    """The loopback names, the address that a sandbox listens on, and those it was given.

    One that listens on every address answers to any address, and to the name of its machine:
    only other names can be pointed at it by anybody else.
    """

    def __init__(self, listens_on: str, allowed: Collection[str] = ()) -> None:
        self._names = {listens_on.lower(), *(name.lower().strip("[].") for name in allowed)}
        address = _address(listens_on)
        self._is_on_every_address = address is not None and address.is_unspecified
        if self._is_on_every_address:
            self._names.add(socket.gethostname().lower())

    def require(self, host: str | None) -> None:
        """Raise HostRefused for a Host header with another name; there may be none."""
        if host is None:
            return
        try:
            name = split_authority(host)[0].strip("[].")
        except ValueError as exc:
            raise Error(f"Host: {exc}", problem="parameter_rejected") from exc
        if not self._is_known(name):
            raise HostRefused(
                f"Host: expected a loopback name, or one that was allowed, got {shown_value(name)}"
            )

    def _is_known(self, name: str) -> bool:
        is_address = _address(name) is not None
        return (
            name in self._names or is_loopback(name) or (self._is_on_every_address and is_address)
        )


def is_loopback(name: str) -> bool:
    """Tell whether a name or an address is this machine's own, for itself alone."""
    address = _address(name)
    if address is None:
        return name == "localhost" or name.endswith(".localhost")
    return address.is_loopback


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
