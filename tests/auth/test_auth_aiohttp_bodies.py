"""What aiohttp sends: payloads that are read twice, or once, and what is sent again."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from known import FORM
from libraries.over_aiohttp import OverAiohttp, got
from libraries.servers import Web
from wire import KEYS, Answer, Received, assert_signed, judging, redirect

from oauth2.auth.aiohttp import OAuth1

pytestmark = pytest.mark.parametrize("driver", ["aiohttp"], indirect=True)

HOUR = 3600
MP4 = {"Content-Type": "video/mp4"}
OF_A_FORM = {"Content-Type": FORM}


def sent(web: Web, driver: OverAiohttp, auth: OAuth1 | None = None, **options: Any) -> Received:
    """Send a POST, which the provider judges, and return what was received."""
    middlewares = [auth or driver.auth()]
    url = f"{web.provider.url}/r"
    driver.run(got(driver.session, url, "POST", middlewares=middlewares, **options))
    assert_signed(web.provider.last, KEYS)
    return web.provider.last


async def pieces(*octets: bytes) -> AsyncIterator[bytes]:
    """Yield a body that can be read once."""
    for piece in octets:
        yield piece


class Late:
    """Answers by a clock that is an hour ahead, and tells of it where it refuses."""

    def __call__(self, received: Received) -> Answer:
        now = int(time.time()) + HOUR
        if abs(int(received.oauth("oauth_timestamp") or 0) - now) < 60:
            return judging(received)
        told = {"oauth_problem": "timestamp_refused"}
        told["oauth_acceptable_timestamps"] = f"{now - 300}-{now + 300}"
        return Answer(401, OF_A_FORM, urlencode(told).encode())


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Write a file that takes more than one piece."""
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(256)) * 600)
    return path


@pytest.mark.parametrize("start", [0, 1000])
def test_a_file_is_hashed_from_where_it_stands(
    web: Web, driver: OverAiohttp, film: Path, start: int
) -> None:
    """It is read from there once more to be sent."""
    with film.open("rb") as file:
        file.seek(start)
        received = sent(web, driver, data=file, headers=MP4)
    assert received.body == film.read_bytes()[start:]
    assert received.oauth("oauth_body_hash")


def test_a_text_file_is_hashed_as_it_is_sent(web: Web, driver: OverAiohttp, tmp_path: Path) -> None:
    """That is in the encoding that aiohttp takes."""
    path = tmp_path / "a.txt"
    path.write_text("h\u00e9llo\n" * 20_000, encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        received = sent(web, driver, data=file)
    assert received.body == path.read_bytes()
    assert received.oauth("oauth_body_hash")


def test_a_pipe_has_no_hash(web: Web, driver: OverAiohttp) -> None:
    """It cannot be read twice."""
    end, other_end = os.pipe()
    os.write(other_end, b"\x00piped\xff")
    os.close(other_end)
    with os.fdopen(end, "rb") as pipe:
        received = sent(web, driver, data=pipe, headers=MP4)
    assert received.body == b"\x00piped\xff"
    assert received.oauth("oauth_body_hash") is None


@pytest.mark.parametrize(
    ("add", "has_hash"),
    [
        (lambda form, file: form.add_field("film", file, filename="a.mp4"), True),
        (lambda form, file: form.add_field("film", pieces(b"ab"), filename="a.mp4"), False),
    ],
    ids=["file", "generator"],
)
def test_a_multipart_body_is_hashed_if_all_of_it_can_be_read_twice(
    web: Web,
    driver: OverAiohttp,
    film: Path,
    add: Callable[[aiohttp.FormData, Any], None],
    has_hash: bool,
) -> None:
    """What is sent has the same octets."""
    form = aiohttp.FormData({"a": "1"})
    with film.open("rb") as file:
        add(form, file)
        received = sent(web, driver, data=form)
    assert (received.oauth("oauth_body_hash") is not None) == has_hash


def test_a_part_in_base64_is_hashed_as_it_is_sent(web: Web, driver: OverAiohttp) -> None:
    """The encoding of a part is a part of the body."""
    with aiohttp.MultipartWriter("mixed") as writer:
        writer.append(b"\xff" * 1000, {"Content-Transfer-Encoding": "base64"})
        received = sent(web, driver, data=writer)
    assert b"////" in received.body
    assert received.oauth("oauth_body_hash")


class Own(aiohttp.Payload):
    """A payload of a program, of which nobody knows whether it can be written twice."""

    has_written = False

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise TypeError("a stream")

    async def write(self, writer: Any) -> None:
        assert not self.has_written
        self.has_written = True
        await writer.write(self._value)


@pytest.mark.parametrize(
    "options",
    [{"data": Own(b"a=1")}, {"data": b"a=1", "compress": True}],
    ids=["payload of one's own", "compressed by aiohttp"],
)
def test_what_is_not_known_to_be_sent_as_it_is_read_has_no_hash(
    web: Web, driver: OverAiohttp, options: Any
) -> None:
    """It is sent as without a signature."""
    received = sent(web, driver, headers=MP4, **options)
    assert received.body
    assert received.oauth("oauth_body_hash") is None


def test_no_file_is_read_for_a_hash_that_is_not_wanted(
    web: Web, driver: OverAiohttp, film: Path
) -> None:
    """With ``include_body_hash=False`` a file is read once."""
    with film.open("rb") as file:
        auth = driver.auth(include_body_hash=False)
        received = sent(web, driver, auth, data=file, headers=MP4)
    assert received.body == film.read_bytes()
    assert received.oauth("oauth_body_hash") is None


def test_a_form_in_a_file_is_signed(web: Web, driver: OverAiohttp, tmp_path: Path) -> None:
    """Its pairs are, as of any form."""
    path = tmp_path / "form"
    path.write_bytes(b"a=1&b=%C3%A9")
    with path.open("rb") as file:
        received = sent(web, driver, data=file, headers=OF_A_FORM)
    assert received.body == b"a=1&b=%C3%A9"


def test_a_form_of_pieces_is_put_together(web: Web, driver: OverAiohttp) -> None:
    """What was read to be signed takes the place of the generator."""
    received = sent(web, driver, data=pieces(b"a=1", b"&b", b"=2"), headers=OF_A_FORM)
    assert received.body == b"a=1&b=2"


def test_a_form_whose_type_is_not_sent_is_none(web: Web, driver: OverAiohttp) -> None:
    """What ``skip_auto_headers`` leaves out does not count."""
    received = sent(web, driver, data={"a": "1"}, skip_auto_headers=["Content-Type"])
    assert (received.header("content-type"), received.body) == (None, b"a=1")
    assert received.oauth("oauth_body_hash")


@pytest.mark.parametrize("kind", ["file", "generator"])
def test_a_body_is_sent_again_by_the_clock_if_it_can_be_read_again(
    web: Web, driver: OverAiohttp, film: Path, kind: str
) -> None:
    """One that cannot be read again is refused; what comes next is signed by that clock."""
    web.provider.script["/r"] = Late()
    options: dict[str, Any] = {"middlewares": [driver.auth(clock_skew="learn")], "headers": MP4}

    async def work() -> list[int]:
        with film.open("rb") as file:
            data: Any = file if kind == "file" else pieces(b"ab")
            url = f"{web.provider.url}/r"
            first = await got(driver.session, url, "POST", data=data, **options)
        return [first.status, (await got(driver.session, url, **options)).status]

    assert driver.run(work()) == ([200, 200] if kind == "file" else [401, 200])
    if kind == "file":
        refused, accepted, _ = web.provider.received
        assert refused.body == accepted.body == film.read_bytes()
        assert refused.oauth("oauth_body_hash") == accepted.oauth("oauth_body_hash") is not None


def test_a_body_that_was_not_asked_for_is_sent_by_the_clock(driver: OverAiohttp) -> None:
    """A server that refuses in the place of ``100 Continue`` is asked once more."""
    told = f"oauth_problem=timestamp_refused&oauth_acceptable_timestamps={int(time.time()) + HOUR}"
    told = f"{told}-{int(time.time()) + HOUR}"
    head = f"HTTP/1.1 401 Late\r\nContent-Type: {FORM}\r\nContent-Length: {len(told)}\r\n"
    refusals = [f"{head}Connection: close\r\n\r\n{told}".encode()]
    bodies = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if refusals:
            writer.write(refusals.pop())
        else:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            bodies.append(await reader.readexactly(4))
            writer.write(b"HTTP/1.1 204 Done\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def work() -> int:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/r"
            options = {"data": b"body", "expect100": True}
            auth = driver.auth(clock_skew="learn")
            response = await got(driver.session, url, "POST", middlewares=[auth], **options)
        return int(response.status)

    assert driver.run(work()) == 204
    assert bodies == [b"body"]


@pytest.mark.parametrize("body", [b"", b"no, not you " * 20_000])
def test_a_refusal_for_another_reason_can_be_read(
    web: Web, driver: OverAiohttp, body: bytes
) -> None:
    """Whole, and in pieces."""
    web.provider.script["/r"] = Answer(403, body=body)
    options: dict[str, Any] = {"middlewares": [driver.auth(clock_skew="learn")]}

    async def work() -> tuple[bytes, bytes]:
        async with driver.session.get(f"{web.provider.url}/r", **options) as response:
            streamed = b"".join([piece async for piece in response.content.iter_chunked(999)])
            return streamed, await response.read()

    assert driver.run(work()) == (body, body)
    assert len(web.provider.received) == 1


def test_another_origin_tells_no_time(web: Web, driver: OverAiohttp) -> None:
    """What it refuses was not signed."""
    web.provider.script["/r"] = redirect(302, f"{web.stranger.url}/there")
    web.stranger.script["/there"] = Late()
    auth = driver.auth(clock_skew="learn")
    response = driver.run(got(driver.session, f"{web.provider.url}/r", middlewares=[auth]))
    assert (response.status, auth.clock_offset, len(web.stranger.received)) == (401, 0, 1)
