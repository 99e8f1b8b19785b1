"""The entries of services.json, as their pages use them."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import oauth2
from oauth2.services import Service, load

CONSUMER = oauth2.Consumer("your key", "your secret")
EXTRA = "475425"
"""What the access token brings along on the pages, where a URL has a place for it."""

_REQUEST_TOKEN = oauth2.Token("8f31cadc24c6b2fff864c604", "")
_PORT = 8080
# What `oauth2 authorize` is given on a page, beside what its callback needs.
_OPTIONS = {
    "hatena": ["--request-param", "scope=read_public"],
    "launchpad": ["--param", "allow_permission=DESKTOP_INTEGRATION"],
}
_PARAMETERS = {"launchpad": {"allow_permission": "DESKTOP_INTEGRATION"}}
# The origin of their callback has to be known beforehand, though not all of it.
_NAMES_ORIGIN = ("trello",)


class Entry(NamedTuple):
    """A provider: ``raw`` is its entry with all prose, ``service`` what the library reads in it."""

    raw: dict[str, Any]
    service: Service

    @property
    def id(self) -> str:
        """The name that the command knows it by, and that of its page."""
        return self.service.id

    @property
    def variables(self) -> dict[str, str]:
        """The values of variables on its page."""
        return dict(self.raw.get("url_examples", {}))

    @property
    def filled(self) -> Service:
        """The service with these values."""
        return self.service.expand(self.variables)

    @property
    def signs_by_rsa(self) -> bool:
        """Whether its page needs a pair of keys."""
        return self.service.signature_method.startswith("RSA")

    @property
    def shows_pin(self) -> bool:
        """Whether its page gets a token by a PIN: where no redirect to this machine is sure."""
        return self.service.accepts_oob is True and self.service.accepts_any_callback is not True

    @property
    def host(self) -> str:
        """How its page names this machine in the callback."""
        notes = self.service.callback.get("notes") or ""
        return "localhost" if "http://localhost:*" in notes else "127.0.0.1"

    @property
    def callback(self) -> str:
        """The callback of its page, ``"oob"`` for a PIN."""
        return "oob" if self.shows_pin else f"http://{self.host}:{_PORT}/callback"

    @property
    def has_port(self) -> bool:
        """Whether its page says which port the callback has."""
        is_free = self.service.accepts_any_callback is True and self.id not in _NAMES_ORIGIN
        return not self.shows_pin and (
            not is_free or "oauth_callback" in self.service.authorize_names
        )

    def options(self) -> list[str]:
        """Return the options of `oauth2 authorize` on its page."""
        words = [
            word for name, value in self.variables.items() for word in ("--var", f"{name}={value}")
        ]
        words += _OPTIONS.get(self.id, [])
        if self.signs_by_rsa:
            words += ["--private-key", f"{self.id}.pem"]
        if self.has_port:
            words += ["--callback-host", self.host] if self.host == "localhost" else []
            words += ["--port", str(_PORT)]
        elif self.shows_pin and self.service.accepts_any_callback is None:
            words.append("--no-browser")
        return words

    def authorization_url(self) -> str:
        """Return the URL of the authorize page, for some request token."""
        flow = self.service.flow(
            CONSUMER,
            client=oauth2.Client(CONSUMER),
            callback=self.callback,
            variables=self.variables,
        )
        flow.request_token = _REQUEST_TOKEN
        return flow.authorization_url(**_PARAMETERS.get(self.id, {}))

    def whoami(self) -> str | None:
        """Return the URL that tells whose token it is; None where none is known."""
        token = oauth2.Token("token", "")
        token.extra = {"userID": EXTRA}
        # Also where it is called without a signature.
        return self.service._replace(signed_calls=True).whoami(token, self.variables)

    def first_url(self) -> str:
        """Return the URL of the first call: whoami, or a made-up path on the provider's host."""
        parts = urlsplit(self.filled.access_token_url)
        return self.whoami() or f"{parts.scheme}://{parts.netloc}/made-up/path"


def entries() -> list[Entry]:
    """Return what the package ships, in its order."""
    text = resources.files("oauth2.services").joinpath("services.json").read_text(encoding="utf-8")
    services = load()
    return [Entry(raw, services[raw["id"]]) for raw in json.loads(text)]
