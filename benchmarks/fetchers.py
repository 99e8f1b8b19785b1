"""A GET on a kept-alive connection, by each HTTP library, bare and signed.

Each function takes the origin of a server, sets a library up, and returns what is then timed.
A bare one sends what a signed one does, but always the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contenders import CONSUMER, TOKEN

Fetch = Callable[[], Any]


def timeline(origin: str) -> str:
    return f"{origin}/1/statuses/home_timeline.json?count=20"


def authorization(url: str) -> dict[str, str]:
    """Sign once what a bare library sends again and again."""
    import oauth2

    signer = oauth2.Signer(oauth2.Consumer(*CONSUMER), oauth2.Token(*TOKEN))
    return signer.sign("GET", url).headers


def bare_httplib2(origin: str) -> Fetch:
    import httplib2

    http, url = httplib2.Http(), timeline(origin)
    headers = authorization(url)
    return lambda: http.request(url, headers=headers)


def client(origin: str) -> Fetch:
    import oauth2

    url = timeline(origin)
    client = oauth2.Client(oauth2.Consumer(*CONSUMER), oauth2.Token(*TOKEN), placement="header")
    return lambda: client.request(url)


def bare_requests(origin: str) -> Fetch:
    import requests

    session, url = requests.Session(), timeline(origin)
    session.trust_env = False
    session.headers.update(authorization(url))
    return lambda: session.get(url)


def oauth2_requests(origin: str) -> Fetch:
    import requests

    import oauth2
    from oauth2.auth.requests import OAuth1

    session, url = requests.Session(), timeline(origin)
    session.trust_env = False
    session.auth = OAuth1(oauth2.Consumer(*CONSUMER), oauth2.Token(*TOKEN))
    return lambda: session.get(url)


def requests_oauthlib(origin: str) -> Fetch:
    import requests
    from requests_oauthlib import OAuth1

    session, url = requests.Session(), timeline(origin)
    session.trust_env = False
    session.auth = OAuth1(*CONSUMER, *TOKEN)
    return lambda: session.get(url)


def bare_httpx2(origin: str) -> Fetch:
    import httpx2

    url = timeline(origin)
    client = httpx2.Client(trust_env=False, headers=authorization(url))
    return lambda: client.get(url)


def oauth2_httpx2(origin: str) -> Fetch:
    import httpx2

    import oauth2
    from oauth2.auth.httpx2 import OAuth1

    auth = OAuth1(oauth2.Consumer(*CONSUMER), oauth2.Token(*TOKEN))
    client, url = httpx2.Client(trust_env=False, auth=auth), timeline(origin)
    return lambda: client.get(url)


def authlib_httpx2(origin: str) -> Fetch:
    import httpx2
    from authlib.integrations.httpx_client import OAuth1Auth

    auth = OAuth1Auth(*CONSUMER, *TOKEN)
    client, url = httpx2.Client(trust_env=False, auth=auth), timeline(origin)
    return lambda: client.get(url)


FETCHERS: dict[str, Callable[[str], Fetch]] = {
    "httplib2": bare_httplib2,
    "Client": client,
    "requests": bare_requests,
    "requests, oauth2": oauth2_requests,
    "requests, requests-oauthlib": requests_oauthlib,
    "httpx2": bare_httpx2,
    "httpx2, oauth2": oauth2_httpx2,
    "httpx2, Authlib": authlib_httpx2,
}
