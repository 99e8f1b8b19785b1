"""A browser without a window, for the applications that a page serves: it opens and clicks."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class Browser:
    """One user, with the cookies of one browser; ``url``, ``status`` and ``text`` are a page's."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False

    def open(self, url: str) -> Browser:
        """Go to an address, and follow where it leads."""
        return self._show(self._session.get(url, timeout=30))

    def click(self, button: str) -> Browser:
        """Send the form of the page by the button with this text."""
        form = _Form(self.text)
        fields = {**form.hidden, **form.buttons[button]}
        return self._show(
            self._session.post(urljoin(self.url, form.action), data=fields, timeout=30)
        )

    def press(self, url: str) -> Browser:
        """Send an empty form to an address, as the page of another site can."""
        return self._show(self._session.post(url, timeout=30))

    def with_cookies_of(self, other: Browser) -> Browser:
        """Have the cookies that another browser has."""
        self._session.cookies.update(other._session.cookies)
        return self

    def close(self) -> None:
        """Close the window."""
        self._session.close()

    @property
    def cookies(self) -> list[str]:
        """Return the values of the cookies, which the user can read."""
        return [cookie.value or "" for cookie in self._session.cookies]

    def _show(self, response: requests.Response) -> Browser:
        self.url, self.status, self.text = response.url, response.status_code, response.text
        return self


class _Form(HTMLParser):
    """The one form of a page: where it goes to, what is hidden in it, and what each button adds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}
        self.buttons: dict[str, dict[str, str]] = {}
        self._pressed: dict[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.action = told["action"]
        elif tag == "input" and told["type"] == "hidden":
            self.hidden[told["name"]] = told["value"]
        elif tag == "button":
            self._pressed = {told["name"]: told["value"]} if "name" in told else {}

    def handle_data(self, data: str) -> None:
        if self._pressed is not None:
            self.buttons[data.strip()], self._pressed = self._pressed, None
