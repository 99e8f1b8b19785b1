"""Sign with httpx2, by key and secrets from the environment.

    eval "$(oauth2 profiles export tumblr --show-secrets)"
    python examples/with_httpx2.py https://api.tumblr.com/v2/user/info

An httpx2.AsyncClient takes the same auth.
"""

from __future__ import annotations

import os
import sys

import httpx2

from oauth2 import Consumer, Token
from oauth2.auth.httpx2 import OAuth1

auth = OAuth1(
    Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"]),
    Token(os.environ["OAUTH_TOKEN"], os.environ["OAUTH_TOKEN_SECRET"]),
)
with httpx2.Client(auth=auth, follow_redirects=True) as client:
    response = client.get(sys.argv[1])
    print(response.status_code, response.text)
