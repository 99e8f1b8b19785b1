"""Take the pictures of docs/inspector.md: what the inspector shows of requests that are sent.

In an environment that has the extra ``dev``, and with Chromium::

    PYTHONPATH=tests python tests/cli/driver/pictures.py docs
"""

from __future__ import annotations

import base64
import struct
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httplib2
from browser import Browser, started
from waiting import wait_until

import oauth2
import oauth2.sandbox
from oauth2.sandbox import Provider

# A picture of text has few colours: by a palette it has half the octets.
_MOST_COLOURS = 256
_PIXELS = """
const [picture, done] = arguments;
const octets = Uint8Array.from(atob(picture), (octet) => octet.charCodeAt(0));
createImageBitmap(new Blob([octets])).then((bitmap) => {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const file = new FileReader();
  file.onload = () => done(file.result.split(",")[1]);
  file.readAsDataURL(new Blob([data]));
});
"""


class Picture(NamedTuple):
    """A file of docs/: its name, its size in pixels, light or dark, and what it is of."""

    name: str
    width: int
    height: int
    scheme: str
    title: str


PICTURES = (
    Picture("inspector-light.png", 1440, 864, "light", "GET /echo: 401"),
    Picture("inspector-phone-dark.png", 375, 800, "dark", "Sandbox inspector"),
)


def main(folder: Path) -> None:
    """Write the pictures into a folder that exists."""
    with tempfile.TemporaryDirectory() as profile, started(Path(profile)) as browser:
        with oauth2.sandbox.run(oauth2.Consumer("printer", "kd94hf93k423kf44")) as provider:
            refused = _print_photos(provider)
            paths = dict(zip(PICTURES, (f"/inspector/{refused}", "/")))
            for picture, path in paths.items():
                _emulate(browser, picture)
                browser.get(provider.url + path)
                browser.wait_for(picture.title)
                wait_until(lambda: browser.text_of("live") == "Live")
                (folder / picture.name).write_bytes(_taken(browser, picture))
            # A page that is open would keep the sandbox waiting.
            browser.get("about:blank")


def _print_photos(provider: Provider) -> int:
    """Send what a printer of photos sends, with two mistakes that clients make.

    Return the number of the request that was signed with a plus for a space.
    """
    flow = oauth2.Flow(
        provider.consumer,
        request_token_url=provider.request_token_url,
        authorize_url=provider.authorize_url,
        access_token_url=provider.access_token_url,
    )
    flow.fetch_request_token()
    token = flow.fetch_access_token(provider.allow(flow.authorization_url()))
    signer = oauth2.Signer(provider.consumer, token, include_body_hash=False)
    vacation = f"{provider.resource_url}?file=vacation.jpg&size=original"
    coffee = f"{provider.resource_url}?file=hot%20coffee.jpg&size=original"
    _send(signer, vacation)
    _send(signer, vacation, signed=vacation.replace("http:", "https:"))
    _send(signer, coffee, signed=coffee.replace("%20", "%2B"))
    refused = provider.recorder.exchanges()[0].number
    _send(signer, coffee)
    return refused


def _send(signer: oauth2.Signer, url: str, signed: str = "") -> None:
    """Send a GET with a signature, for another URL where one is given."""
    headers = signer.sign("GET", signed or url).headers
    httplib2.Http(proxy_info=None).request(url, headers=headers)


def _emulate(browser: Browser, picture: Picture) -> None:
    scheme = {"name": "prefers-color-scheme", "value": picture.scheme}
    _devtools(browser, "Emulation.setEmulatedMedia", features=[scheme])
    size = {"width": picture.width, "height": picture.height, "deviceScaleFactor": 1}
    _devtools(browser, "Emulation.setDeviceMetricsOverride", **size, mobile=False)
    _devtools(browser, "Emulation.setScrollbarsHidden", hidden=True)


def _taken(browser: Browser, picture: Picture) -> bytes:
    """Return what the browser shows as PNG, in the colours that are there most."""
    shown = _devtools(browser, "Page.captureScreenshot", format="png")["data"]
    octets = base64.b64decode(browser.execute_async_script(_PIXELS, shown))
    pixels = [(red, green, blue) for red, green, blue, _ in struct.iter_unpack("4B", octets)]
    counts = Counter(pixels)
    palette = [colour for colour, _ in counts.most_common(_MOST_COLOURS)]
    nearest = {colour: _nearest(palette, colour) for colour in counts}
    indices = bytes([nearest[pixel] for pixel in pixels])
    starts = range(0, len(indices), picture.width)
    rows = b"".join([b"\0" + indices[start : start + picture.width] for start in starts])
    head = struct.pack(">2I5B", picture.width, picture.height, 8, 3, 0, 0, 0)
    colours = b"".join(map(bytes, palette))
    chunks = {b"IHDR": head, b"PLTE": colours, b"IDAT": zlib.compress(rows, 9), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(chunks))


def _nearest(palette: list[tuple[int, int, int]], colour: tuple[int, int, int]) -> int:
    distances = [sum([(a - b) ** 2 for a, b in zip(kept, colour)]) for kept in palette]
    return distances.index(min(distances))


def _chunks(contents: dict[bytes, bytes]) -> Iterator[bytes]:
    for name, content in contents.items():
        checksum = zlib.crc32(name + content)
        yield struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def _devtools(browser: Browser, command: str, **options: Any) -> Any:
    untyped: Any = browser.execute_cdp_cmd
    return untyped(command, options)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
