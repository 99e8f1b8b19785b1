"""Sign with requests, by what 'oauth2 authorize tumblr' has stored.

    python examples/with_requests.py tumblr https://api.tumblr.com/v2/user/info

For niquests, let the import be 'import niquests as requests'; the rest stays as it is.
"""

from __future__ import annotations

import sys

import requests

import oauth2.profiles
from oauth2.auth.requests import OAuth1

name, url = sys.argv[1:]
with requests.Session() as session:
    session.auth = OAuth1.of(oauth2.profiles.load(name).signer())
    response = session.get(url, timeout=30)
    print(response.status_code, response.text)
