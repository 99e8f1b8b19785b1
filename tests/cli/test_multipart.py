"""A multipart form that is sent piece by piece."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from driving import ENVIRON, Command
from urllib3.filepost import encode_multipart_formdata
from wire import KEYS, Answer, Origin, assert_signed

from oauth2.cli.multipart import Multipart

LARGE = 40 << 20
SMALL = 1 << 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write a file that is longer than what is read at once."""
    path = tmp_path / "a.bin"
    path.write_bytes(os.urandom(20_000))
    return path


def peak(command: Command, size: int, url: str) -> int:
    """Return the most memory, in kilobytes, that sending a file of this size took."""
    with open(command.folder / "sent", "wb") as made:
        made.truncate(size)
    line = command.line("request", "POST", url, "-F", "f=@sent")
    running = subprocess.Popen(
        line, env={**command.environ, **ENVIRON}, cwd=command.folder, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    return usage.ru_maxrss


@pytest.mark.parametrize("amount", [1, 7, 8192, -1])
def test_pieces_make_the_same_body_as_a_form_in_one_piece(file: Path, amount: int) -> None:
    """As urllib3 encodes it, however much is read at once."""
    kind = "text/plain"
    parts = [("é", "ü"), ("f", ("ä.bin", file, kind)), ("o", ("b", b"\xff", kind)), ("n", "")]
    whole: Any = [
        (n, (v[0], file.read_bytes(), v[2]) if v[1:2] == (file,) else v) for n, v in parts
    ]
    expected, content_type = encode_multipart_formdata(whole, "limit")
    with Multipart(parts, "limit") as form:
        assert (form.content_type, form.size) == (content_type, len(expected))
        assert b"".join(iter(lambda: form.read(amount), b"")) == expected


def test_form_can_be_read_twice_from_anywhere(file: Path) -> None:
    """As for a hash of the body, and after a redirect."""
    other = file.with_name("b.bin")
    other.write_bytes(b"other")
    with Multipart([("a", ("a", file, "x/y")), ("b", ("b", other, "x/y"))]) as form:
        assert form.readable()
        once = form.read()
        assert once.index(file.read_bytes()) < once.index(b"\r\n\r\nother\r\n")
        assert (form.seek(0, io.SEEK_END), form.read()) == (len(once), b"")
        assert (form.seek(-10, io.SEEK_CUR), form.read()) == (len(once) - 10, once[-10:])
        assert (form.seek(10), form.tell(), form.read()) == (10, 10, once[10:])
    assert form.closed


def test_each_form_has_a_limit_of_its_own() -> None:
    """As what stands within a file cannot be foreseen."""
    first, second = Multipart([]), Multipart([])
    assert first.content_type != second.content_type


def test_what_has_no_size_is_read_at_once(tmp_path: Path) -> None:
    """A pipe can be read once, and the system makes some files up."""
    made_up = Path("/proc/self/cmdline")
    reads, writes = os.pipe()
    os.write(writes, b"of a pipe")
    os.close(writes)
    piped = Path(f"/dev/fd/{reads}")
    try:
        form = Multipart([("a", ("a", made_up, "x/y")), ("b", ("b", piped, "x/y"))])
    finally:
        os.close(reads)
    octets = form.read()
    assert made_up.read_bytes() in octets
    assert b"of a pipe" in octets
    assert len(octets) == form.size


def test_file_that_gets_shorter_is_an_error(file: Path) -> None:
    """Its length has been said by then."""
    form = Multipart([("a", ("a", file, "x/y"))])
    file.write_bytes(b"short")
    with pytest.raises(OSError, match=r"a\.bin: it got shorter while it was sent"):
        form.read()


def test_file_that_is_not_there_is_named(command: Command, origin: Origin) -> None:
    """Before anything is sent."""
    line = command.fails("request", "POST", origin.url, "-F", "f=@none", **ENVIRON)
    assert line == "none: No such file or directory"
    assert origin.received == []


def test_form_is_sent_in_constant_memory(command: Command, origin: Origin) -> None:
    """A large file takes no more than a small one, but for what differs from run to run."""
    url = f"{origin.url}/a"
    assert peak(command, LARGE, url) - peak(command, SMALL, url) < 10_000
    assert len(origin.received[0].body) > LARGE


def test_form_is_sent_with_a_bar(command: Command, origin: Origin) -> None:
    """It is on standard error, and goes up to the length of the body."""
    (command.folder / "a").write_bytes(bytes(1_000_000))
    terminal = command.in_terminal("request", "POST", f"{origin.url}/a", "-F", "f=@a", **ENVIRON)
    assert terminal.end() == 0
    assert "Sending" in terminal.text
    assert "1.0/1.0 MB" in terminal.text


@pytest.mark.parametrize("words", [(), ("--body-hash",)])
def test_form_is_sent_again_after_a_redirect(
    command: Command, origin: Origin, file: Path, words: tuple[str, ...]
) -> None:
    """Whole, and with a signature that fits."""
    origin.script["/a"] = Answer(308, {"Location": f"{origin.url}/b"}, b"moved")
    sent = command("request", "PUT", f"{origin.url}/a", "-F", f"f=@{file}", *words, **ENVIRON)
    assert sent.status == 0
    first, second = [received.body for received in origin.received[-2:]]
    assert first == second
    assert file.read_bytes() in second
    assert_signed(origin.last, KEYS)


def test_form_is_printed_whole_for_other_programs(command: Command) -> None:
    """As what is printed has to be all of it."""
    (command.folder / "a.txt").write_text("content of a file")
    words = ("POST", "http://a.example/", "-F", "f=@a.txt")
    for form in ("curl", "python", "requests"):
        ran = command("sign", *words, "--as", form, **ENVIRON, reveals=True)
        assert ran.status == 0, ran
        assert "content of a file" in ran.text
    assert shlex.split(ran.text.replace("\n", " "))
