"""``-o``: where a body is put, and that it is not lost where it cannot be."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest
from driving import ENVIRON, Command
from wire import Answer, Origin

from oauth2.cli.saving import keep, save

BODY = bytes(range(256))


@pytest.fixture
def url(origin: Origin) -> str:
    """Return the address of octets."""
    origin.script["/a"] = Answer(200, {}, BODY)
    return f"{origin.url}/a"


@pytest.fixture
def there(command: Command) -> Path:
    """Return the folder for what cannot be saved."""
    folder = command.folder / "tmp"
    folder.mkdir()
    command.environ["TMPDIR"] = str(folder)
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Write a file that is there already."""
    path = tmp_path / "saved"
    path.write_bytes(b"before")
    return path


@pytest.mark.parametrize("is_there", [True, False])
def test_link_is_followed(command: Command, url: str, is_there: bool) -> None:
    """Also one that leads to no file yet, in which case it makes that."""
    target = command.folder / "elsewhere" / "target"
    target.parent.mkdir()
    if is_there:
        target.write_bytes(b"before")
    link = command.folder / "saved"
    link.symlink_to("elsewhere/target")
    assert command("request", "GET", url, "-o", "saved", **ENVIRON) == (0, b"", "")
    assert link.is_symlink()
    assert target.read_bytes() == BODY
    assert os.listdir(target.parent) == ["target"]


def test_link_to_nowhere_stays_where_the_request_fails(command: Command, origin: Origin) -> None:
    """As nothing was received, nothing is made."""
    link = command.folder / "saved"
    link.symlink_to("target")
    origin.script["/a"] = Answer(500, {}, b"")
    assert command("request", "GET", f"{origin.url}/a", "-o", "saved", **ENVIRON).status == 22
    assert link.is_symlink()
    assert not link.exists()


def test_body_is_kept_where_the_disk_is_full(command: Command, url: str, there: Path) -> None:
    """The error says why, and in which file, that is the user's alone."""
    line = command.fails("request", "GET", url, "-o", "/dev/full", **ENVIRON)
    told = re.fullmatch(r"-o /dev/full: No space left on device: the body is in (\S+)", line)
    assert told is not None
    (kept,) = there.iterdir()
    assert (str(kept), kept.read_bytes()) == (told[1], BODY)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_body_is_kept_where_nobody_reads_the_pipe(
    command: Command, origin: Origin, there: Path
) -> None:
    """Whoever read it has gone while it was received."""
    os.mkfifo(command.folder / "pipe")
    body = bytes(1 << 20)
    origin.script["/a"] = Answer(200, {}, body)
    line = command.line("request", "GET", f"{origin.url}/a", "-o", "pipe")
    terminal = command.in_shell(f"head -c 9 pipe > got & {' '.join(line)}", **ENVIRON)
    assert terminal.end() == 1
    assert "oauth2: -o pipe: Broken pipe: the body is in " in terminal.text
    (kept,) = there.iterdir()
    assert kept.read_bytes() == body


def test_body_is_shown_where_it_cannot_be_kept(command: Command, url: str) -> None:
    """In a pipe, on standard output, as it is."""
    environ: dict[str, Any] = {**ENVIRON, "TMPDIR": "/dev/full"}
    folder = command.folder / "gone"
    folder.mkdir()
    program = (
        "import tempfile, sys\n"
        "def full(*_, **__): raise OSError(28, 'No space left on device')\n"
        "tempfile.mkstemp = full\n"
    )
    (folder / "sitecustomize.py").write_text(program)
    ran = command("request", "GET", url, "-o", "/dev/full", **environ, PYTHONPATH=str(folder))
    assert (ran.status, ran.output) == (1, BODY)
    assert ran.errors == (
        "oauth2: -o /dev/full: No space left on device: the body is on standard output\n"
    )


def test_file_keeps_its_mode(place: Path) -> None:
    """As it does for who writes into it; and a new one has that of the umask."""
    place.chmod(0o640)
    save(str(place), BODY)
    assert (place.read_bytes(), stat.S_IMODE(place.stat().st_mode)) == (BODY, 0o640)
    new = place.with_name("new")
    save(str(new), BODY)
    assert stat.S_IMODE(new.stat().st_mode) == 0o666 & ~umask()
    assert sorted(os.listdir(place.parent)) == ["new", "saved"]


def test_a_body_gets_no_right_to_run_as_somebody(place: Path) -> None:
    """Writing into a file takes that away as well."""
    place.chmod(0o6755)
    save(str(place), BODY)
    assert stat.S_IMODE(place.stat().st_mode) == 0o755


def umask() -> int:
    """Return the umask, which can be read by setting it alone."""
    before = os.umask(0)
    os.umask(before)
    return before


def test_what_is_kept_is_whole_and_the_users_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder for temporary files, under a name of its own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    names = [keep(BODY), keep(BODY)]
    assert sorted(map(str, tmp_path.iterdir())) == sorted(map(str, names))
    for path in tmp_path.iterdir():
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (BODY, 0o600)


def test_all_names_of_a_file_get_the_body(place: Path) -> None:
    """A hard link stays one."""
    other = place.with_name("other")
    os.link(place, other)
    save(str(place), BODY)
    assert (place.read_bytes(), other.read_bytes()) == (BODY, BODY)


def test_file_of_another_owner_stays_theirs(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written into, as it may be by who is allowed to."""
    inode = place.stat().st_ino
    look = os.stat

    def other(path: Any, **kwargs: Any) -> os.stat_result:
        found = look(path, **kwargs)
        if str(path) != str(place):
            return found
        return os.stat_result([*found[:4], found.st_uid + 1, *found[5:10]])

    monkeypatch.setattr(os, "stat", other)
    save(str(place), BODY)
    monkeypatch.undo()
    assert (place.read_bytes(), place.stat().st_ino) == (BODY, inode)
    assert os.listdir(place.parent) == ["saved"]


def test_file_in_a_folder_that_takes_no_other_is_written(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The permission to write it is enough."""

    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    save(str(place), BODY)
    assert place.read_bytes() == BODY
    assert keep(BODY) is None


@pytest.mark.parametrize("before", [b"before", None])
def test_file_is_whole_or_as_it_was_on_a_full_disk(
    command: Command, origin: Origin, there: Path, before: bytes | None
) -> None:
    """A limit of the shell is such a disk; what has no place in any file is shown."""
    folder = command.folder / "folder"
    folder.mkdir()
    if before is not None:
        (folder / "saved").write_bytes(before)
    origin.script["/a"] = Answer(200, {}, b"x" * 8000)
    line = " ".join(command.line("request", "GET", f"{origin.url}/a", "-o", "folder/saved"))
    terminal = command.in_shell(f"ulimit -f 1; {line}", **ENVIRON)
    assert terminal.end() == 1
    assert "x" * 8000 in terminal.text
    assert "-o folder/saved: File too large: the body is on standard output" in terminal.text
    assert os.listdir(folder) == (["saved"] if before else [])
    assert before is None or (folder / "saved").read_bytes() == before
    assert os.listdir(there) == []


def test_file_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    """As where its folder is gone since the request was sent."""
    with pytest.raises(FileNotFoundError):
        save(str(tmp_path / "gone" / "file"), b"body")
    assert list(tmp_path.iterdir()) == []
