"""Run the environments of tox side by side, and show what each says while it says it.

Arguments are those of `tox run`. `tox run-parallel` shows nothing of an environment before
its end, or shows all of them mixed. Here each line bears the name of its environment, of lines
that only say how far pytest is there is one in ten seconds, and where nothing is said for 30
seconds, a line says what is running. The end lists all with their seconds; the status is 0 if
all passed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait

TOX = [sys.executable, "-m", "tox"]
FAR = re.compile(r"\.+ +\[ *(\d+%)\]")
OFTEN = 10.0
SILENCE = 30.0


class Run:
    """One environment: `seconds` and `passed` once it has ended."""

    last_line = time.monotonic()

    def __init__(self, name: str, width: int, arguments: list[str]) -> None:
        self.name, self.width, self.arguments = name, width, arguments
        self.start = self.told = 0.0
        self.seconds: float | None = None
        self.passed = False

    def tell(self, line: str) -> None:
        """Print a line under the name of the environment, unless it says little and too soon."""
        now = time.monotonic()
        if far := FAR.fullmatch(line.rstrip()):
            if now - self.told < OFTEN:
                return
            line = f"{far[1]} of the tests, {self}"
        # One call a line: print makes two, and another thread's may come between.
        sys.stdout.write(f"{self.name:{self.width}} | {line.rstrip()}\n")
        sys.stdout.flush()
        self.told = Run.last_line = now

    def __call__(self) -> None:
        """Run tox to its end."""
        self.start = time.monotonic()
        self.tell("starts")
        with subprocess.Popen(
            [*TOX, "run", "--colored", "no", "-e", self.name, *self.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                self.tell(line)
        self.passed = process.returncode == 0
        self.seconds = time.monotonic() - self.start
        self.tell(str(self))

    def __str__(self) -> str:
        """Return how it ended, or how long it has been running."""
        if self.seconds is not None:
            return f"{'passed' if self.passed else 'FAILED'} in {self.seconds:.0f} s"
        return f"{time.monotonic() - self.start:.0f} s so far" if self.start else "waits"


def main() -> int:
    """Run what `-e` names, or the whole list of tox.ini."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("-e", dest="names")
    known, arguments = parser.parse_known_args()
    chosen = ["-e", known.names] if known.names else []
    listed = subprocess.run(
        [*TOX, "config", "-k", "env_name", *chosen], stdout=subprocess.PIPE, text=True, check=True
    )
    names = re.findall(r"^\[testenv:(.+)\]$", listed.stdout, re.M)
    runs = [Run(name, max(map(len, names)), arguments) for name in names]
    start = time.monotonic()
    # Tests wait for sockets and processes about as long as they compute.
    with ThreadPoolExecutor(1 + (os.cpu_count() or 1)) as pool:
        pending = {pool.submit(run) for run in runs}
        while pending:
            _, pending = wait(pending, timeout=1)
            if time.monotonic() - Run.last_line > SILENCE:
                for run in runs:
                    if run.start and run.seconds is None:
                        run.tell(str(run))
    print()
    for run in runs:
        run.tell(str(run))
    print(f"The gate took {time.monotonic() - start:.0f} s.")
    return 0 if all(run.passed for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
