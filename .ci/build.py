"""Build sdist and wheel of the commit that is checked out: `python .ci/build.py FOLDER`.

A commit gives the same bytes each time, whatever lies beside its files, and whatever the time,
the owner, the umask and the folder are: this is what a release is built with. The tools are
those of `build-tools.txt`, which has to be installed. setuptools notes in an sdist when and by
whom its files were written, so the sdist is packed again; the wheel is built from it.
"""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def git(*arguments: str) -> bytes:
    """Return what git prints of this repository."""
    return subprocess.run(["git", *arguments], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def build(kind: str, source: Path, target: Path) -> None:
    """Build an `sdist` or a `wheel` of a folder."""
    words = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", str(source)]
    subprocess.run([*words, "--outdir", str(target)], check=True)


def pack_again(sdist: Path, seconds: int) -> None:
    """Write an sdist by its names, with one time, no owner, and the two modes that git knows."""
    with tarfile.open(sdist) as given:
        files = [(each, given.extractfile(each)) for each in given]
        held = {each.name: (each, file.read() if file else b"") for each, file in files}
    with (
        sdist.open("wb") as written,
        gzip.GzipFile("", "wb", fileobj=written, mtime=seconds) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as packed,
    ):
        for name, (each, content) in sorted(held.items()):
            entry = tarfile.TarInfo(name)
            entry.type, entry.size, entry.mtime = each.type, len(content), seconds
            entry.mode = 0o755 if each.mode & 0o100 else 0o644
            packed.addfile(entry, io.BytesIO(content))


def main() -> None:
    """Build into the folder that is named."""
    target = Path(sys.argv[1]).resolve()
    os.umask(0o022)
    seconds = git("log", "-1", "--format=%ct").decode().strip()
    os.environ["SOURCE_DATE_EPOCH"] = seconds
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with tarfile.open(fileobj=io.BytesIO(git("archive", "HEAD"))) as commit:
            commit.extractall(place / "commit", filter="data")
        build("sdist", place / "commit", target)
        (sdist,) = target.glob("*.tar.gz")
        pack_again(sdist, int(seconds))
        with tarfile.open(sdist) as packed:
            packed.extractall(place, filter="data")
        build("wheel", place / sdist.name[: -len(".tar.gz")], target)


if __name__ == "__main__":
    main()
