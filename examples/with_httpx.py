"""Sign with httpx, by what 'oauth2 authorize tumblr' has stored.

    python examples/with_httpx.py tumblr https://api.tumblr.com/v2/user/info

An httpx.Client takes the same auth.
"""

from __future__ import annotations

import asyncio
import sys

import httpx

import oauth2.profiles
from oauth2.auth.httpx import OAuth1


async def main(name: str, url: str) -> None:
    auth = OAuth1.of(oauth2.profiles.load(name).signer())
    async with httpx.AsyncClient(auth=auth, follow_redirects=True) as client:
        response = await client.get(url)
        print(response.status_code, response.text)


asyncio.run(main(*sys.argv[1:]))
