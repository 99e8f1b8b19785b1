"""Fuzz one target for some time, or take into the corpus what reaches further than it.

    python tests/fuzzing/run.py header --seconds 600
    python tests/fuzzing/run.py header --keep

With atheris, of which there are wheels for Linux (``pip install atheris``), inputs are found by
the coverage of `oauth2`; without it they are those of hypothesis, from the corpus by edits of any
kind, which no coverage guides. The first line says which. What was found and what failed lies in
``build/fuzzing``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WORK = ROOT / "build" / "fuzzing"
TOKENS = Path(__file__).parent / "tokens.dict"
NAMES = ("answer", "form", "growth", "header", "request", "url")
LONGEST = 2048
"""Octets of an input."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 1 where an input failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--seconds", type=int, default=60, help="how long (60)")
    parser.add_argument(
        "--engine", choices=("atheris", "hypothesis"), help="the first that is here"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the first input; 0 is any")
    parser.add_argument("--keep", action="store_true", help="do not fuzz, but add to the corpus")
    given = parser.parse_args(arguments)
    work = WORK / given.target
    (work / "corpus").mkdir(parents=True, exist_ok=True)
    if given.keep:
        return _keep(given.target, work / "corpus")
    has_atheris = importlib.util.find_spec("atheris") is not None
    engine = given.engine or ("atheris" if has_atheris else "hypothesis")
    if engine == "atheris":
        print(f"{given.target}: atheris, guided by the coverage of oauth2", flush=True)
        return _by_atheris(given.target, work, given.seconds, given.seed)
    why = "" if has_atheris else " (atheris is not installed: pip install atheris)"
    print(f"{given.target}: hypothesis, guided by no coverage{why}", flush=True)
    return _by_hypothesis(given.target, work, given.seconds, given.seed)


def _by_atheris(name: str, work: Path, seconds: int, seed: int) -> int:
    """Let libFuzzer run; it ends the process by itself."""
    import atheris

    with atheris.instrument_imports(include=["oauth2"]):
        from fuzzing.targets import CORPUS, run
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-seed={seed}",
        f"-dict={TOKENS}",
        f"-artifact_prefix={work}/",
        "-timeout=60",
        "-rss_limit_mb=3000",
        "-print_final_stats=1",
    ]
    (CORPUS / name).mkdir(parents=True, exist_ok=True)
    folders = [str(work / "corpus"), str(CORPUS / name)]
    atheris.Setup([sys.argv[0], *options, *folders], lambda data: run(name, data))
    atheris.Fuzz()
    return 0


def _by_hypothesis(name: str, work: Path, seconds: int, seed: int) -> int:
    from fuzzing.mutations import search

    failed = search(name, TOKENS, seconds, seed)
    if failed is None:
        return 0
    file = work / f"crash-{_named(failed)}"
    file.write_bytes(failed)
    print(f"failed: {file}", flush=True)
    return 1


def _keep(name: str, found: Path) -> int:
    from fuzzing.reach import further
    from fuzzing.targets import CORPUS, inputs

    (CORPUS / name).mkdir(parents=True, exist_ok=True)
    kept = [file.read_bytes() for file in inputs(name)]
    candidates = sorted((file.read_bytes() for file in found.iterdir()), key=len)
    added = further(name, kept, candidates)
    for data in added:
        (CORPUS / name / _named(data)).write_bytes(data)
    print(f"{name}: {len(kept)} kept, {len(added)} of {len(candidates)} added")
    return 0


def _named(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parent.parent)  # not this folder, but the tests
    sys.path.insert(1, str(ROOT))
    raise SystemExit(main())
