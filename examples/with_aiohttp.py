"""Sign with aiohttp, by what 'oauth2 authorize tumblr' has stored.

    python examples/with_aiohttp.py tumblr https://api.tumblr.com/v2/user/info

One middleware serves any number of sessions.
"""

from __future__ import annotations

import asyncio
import sys

import aiohttp

import oauth2.profiles
from oauth2.auth.aiohttp import OAuth1


async def main(name: str, url: str) -> None:
    oauth = OAuth1.of(oauth2.profiles.load(name).signer())
    async with aiohttp.ClientSession(middlewares=[oauth]) as session, session.get(url) as response:
        print(response.status, await response.text())


asyncio.run(main(*sys.argv[1:]))
