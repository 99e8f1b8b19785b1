"""Which proxy a connection goes through: what the environment says, and what is exempt from it."""

from __future__ import annotations

import os
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import unquote, urlsplit

import httplib2

__all__ = ["name_proxy", "proxy_from_environment", "settle_proxy"]

_HTTP, _SOCKS4, _SOCKS5 = 3, 1, 2  # as PySocks numbers them
_KINDS = {
    "http": (_HTTP, 80),
    "socks": (_SOCKS5, 1080),
    "socks4": (_SOCKS4, 1080),
    "socks4a": (_SOCKS4, 1080),
    "socks5": (_SOCKS5, 1080),
    "socks5h": (_SOCKS5, 1080),
}
_INSTALL = "python -m pip install 'oauth2[proxy]'"


def proxy_from_environment(scheme: str = "http") -> httplib2.ProxyInfo | None:
    """Return the proxy for "http" or "https" targets, as curl and requests read its URL.

    That is what ``http_proxy`` or ``https_proxy`` says, else ``all_proxy``, in lower or
    upper case. Raises ProxiesUnavailableError for what is no URL of a proxy that can be
    used.
    """
    for name in (f"{scheme}_proxy", "all_proxy"):
        url = os.environ.get(name) or _in_upper_case(name)
        if url:
            proxy = _proxy_from_url(name, url.strip())
            proxy.bypass_hosts = tuple(
                (os.environ.get("no_proxy") or _in_upper_case("no_proxy")).split(",")
            )
            return proxy
    return None


def _in_upper_case(name: str) -> str:
    if name == "http_proxy" and "REQUEST_METHOD" in os.environ:
        return ""  # In a CGI program, HTTP_PROXY is the header "Proxy" of whoever calls it.
    return os.environ.get(name.upper(), "")


def _proxy_from_url(name: str, url: str) -> httplib2.ProxyInfo:
    """Read the URL that a variable holds; its errors do not show it, as it may hold a password."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        kind, default_port = _KINDS[parts.scheme]
        host, port = parts.hostname, parts.port or default_port
    except KeyError as exc:
        message = f"{name}: expected a proxy of {', '.join(_KINDS)}, got {exc}"
        raise httplib2.ProxiesUnavailableError(message) from None
    except ValueError:
        host = None
    if not host:
        message = f"{name}: expected the URL of a proxy, as http://proxy.example:3128, got another"
        raise httplib2.ProxiesUnavailableError(message)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return httplib2.ProxyInfo(
        kind, host, port, proxy_user=user or None, proxy_pass=password or None
    )


def settle_proxy(conn: Any) -> None:
    """Take its proxy from a connection of httplib2 whose host is exempt; see that others have one.

    Exempt are loopback addresses, and what the proxy itself or ``no_proxy`` excepts. Raises
    ProxiesUnavailableError where the proxy cannot be used: httplib2 may pass it by in silence.
    """
    proxy = getattr(conn, "proxy_info", None)
    if not proxy:
        return
    host = conn.host.lower().rstrip(".")
    if proxy.proxy_host is None or _is_loopback(host) or _is_excepted(proxy, host, conn.port):
        conn.proxy_info = None
    elif proxy.proxy_port is None:
        message = f"the proxy {proxy.proxy_host}: expected a port, got None"
        raise httplib2.ProxiesUnavailableError(message)
    elif getattr(httplib2, "socks", None) is None:
        where = f"{proxy.proxy_host}:{proxy.proxy_port}"
        message = f"the proxy {where} cannot be used without PySocks: {_INSTALL}"
        raise httplib2.ProxiesUnavailableError(message)


def name_proxy(conn: Any, error: Any) -> None:
    """Let an error say that it is the proxy's: PySocks does not, of what a proxy answers."""
    proxy = getattr(conn, "proxy_info", None)
    http: Any = httplib2
    if proxy and isinstance(error, http.socks.ProxyError):
        where = f"{proxy.proxy_host}:{proxy.proxy_port}"
        if where not in error.msg:
            error.msg = f"the proxy {where}: {error.msg}"


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_loopback(host: str) -> bool:
    # Not the name localhost, which stands in no_proxy where it is to be reached directly.
    address = _address(host)
    return address is not None and address.is_loopback


def _is_excepted(proxy: Any, host: str, port: int) -> bool:
    if not proxy.applies_to(host):
        return True
    entries = " ".join(proxy.bypass_hosts).lower().split()
    return any(_matches(entry, host, port) for entry in entries)


def _matches(entry: str, host: str, port: int) -> bool:
    """Tell whether one entry of ``no_proxy`` names a host, its domain or its network."""
    if entry == "*":
        return True
    name, colon, number = entry.rpartition(":")
    if colon and number.isdecimal() and (":" not in name or name.endswith("]")):
        if int(number) != port:
            return False
        entry = name
    address = _address(host)
    if address is not None:
        try:
            return address in ip_network(entry.strip("[]"), strict=False)
        except ValueError:
            return False
    domain = entry.lstrip("*").strip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
