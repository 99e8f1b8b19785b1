"""Change the core of oauth2 in one place at a time, and see whether a test fails for it.

``python .ci/mutation.py`` does all that ``tool.mutmut`` in pyproject.toml lists, and goes on where
it was stopped; names such as ``"oauth2.urls.*"`` do some, once more. At its end it has a line for
each module, and shows what no test notices and tests/mutation.toml does not judge, if anything.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import tomllib
from mutmut.mutation.diff_apply import get_diff_for_mutant

HERE = Path(__file__).resolve().parent.parent
COPY = HERE / "build" / "mutation"
COPIED = ("oauth2", "tests", "benchmarks", ".ci", "pyproject.toml")
JUDGED = HERE / "tests" / "mutation.toml"
MUTMUT = Path(sys.executable).with_name("mutmut")
# No plugin of pytest that is installed is needed, and to load them takes longer than most tests.
SETTINGS = {"PYTHONPATH": str(COPY / ".ci"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def copy_tracked() -> None:
    """Bring the copy up to date; a file that is as it was keeps its time, and so its results."""
    listed = ["git", "ls-files", "-z", *COPIED]
    tracked = subprocess.run(listed, cwd=HERE, check=True, capture_output=True, text=True).stdout
    for name in tracked.rstrip("\0").split("\0"):
        octets = (HERE / name).read_bytes()
        if name.startswith("oauth2/") and name.endswith(".py"):
            octets = undecorated(octets.decode()).encode()
        path = COPY / name
        if not path.exists() or path.read_bytes() != octets:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(octets)


def undecorated(text: str) -> str:
    """Put functions into their caches by a statement, as mutmut passes over decorated ones."""
    lines = text.split("\n")
    for node in reversed(ast.parse(text).body):
        if not isinstance(node, ast.FunctionDef) or len(node.decorator_list) != 1:
            continue
        decorator = ast.unparse(node.decorator_list[0])
        if decorator.startswith("lru_cache(") and node.end_lineno is not None:
            lines.insert(node.end_lineno, f"{node.name} = {decorator}({node.name})")
            del lines[node.decorator_list[0].lineno - 1 : node.lineno - 1]
    return "\n".join(lines)


def results() -> dict[str, dict[str, str]]:
    """Return what became of each mutant, by module and by the mutant's name."""
    listed = [str(MUTMUT), "results", "--all", "true"]
    printed = subprocess.run(listed, check=True, capture_output=True, text=True).stdout
    found: dict[str, dict[str, str]] = {}
    for name, state in re.findall(r"^ +(\S+): (.+)$", printed, re.M):
        found.setdefault(name.rpartition(".")[0], {})[name] = state
    return found


def change(name: str) -> str:
    """Say where a mutant changes something, and what is there then."""
    module, _, function = name.rpartition(".")
    path = module.replace(".", "/") + ".py"
    lines = get_diff_for_mutant(name, path=path).split("\n")[3:]
    now = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    function = re.sub(r"^x_?|__mutmut_\d+$", "", function).strip("ǁ").replace("ǁ", ".")
    return f"{module.removeprefix('oauth2.')}.{function}: {now}"


def judged() -> set[str]:
    """Return the changes that are known to make no difference, as `change` has them."""
    entries = tomllib.loads(JUDGED.read_text(encoding="utf-8"))["judged"]
    return {line for entry in entries for line in entry["changes"].splitlines()}


def report() -> int:
    """Print how each module fared so far, and what is left; return how much that is.

    What mutmut calls a timeout is also a change by which no test module can be imported.
    """
    known, left = judged(), []
    print(f"{'module':<28}{'mutants':>8}{'killed':>8}{'timeout':>8}{'judged':>8}{'left':>8}")
    for module, states in results().items():
        counts = Counter(states.values())
        alive = [name for name in states if states[name] in ("survived", "no tests")]
        new = {name: text for name in alive if (text := change(name)) not in known}
        left += [f"{states[name]}: {name}\n  {text}" for name, text in new.items()]
        row = (len(states), counts["killed"], counts["timeout"], len(alive) - len(new), len(new))
        print(f"{module:<28}" + "".join(f"{number:>8}" for number in row))
    print("\n".join(["", *left]))
    return len(left)


if __name__ == "__main__":
    copy_tracked()
    os.chdir(COPY)
    os.environ.update(SETTINGS)
    run = [str(MUTMUT), "run", "--max-children", "1", *sys.argv[1:]]
    sys.exit(subprocess.run(run, check=False).returncode or bool(report()))
