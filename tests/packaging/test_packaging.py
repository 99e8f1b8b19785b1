"""What is built holds what belongs in it, and what README and CONTRIBUTING say works in a clone."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from present import present

from oauth2 import __version__

ROOT = Path(__file__).parent.parent.parent
WHEEL = f"oauth2-{__version__}-py3-none-any.whl"


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    """No tests, no examples: only oauth2 and its metadata go into site-packages."""
    with zipfile.ZipFile(built / WHEEL) as wheel:
        names = wheel.namelist()
    kinds = {".py", ".typed", ".json", ".html", ".css", ".js"}
    files = [path for path in (ROOT / "oauth2").rglob("*") if path.suffix in kinds]
    assert {str(path.relative_to(ROOT)) for path in files} == {
        name for name in names if name.startswith("oauth2/")
    }
    assert {n.partition("/")[0] for n in names} == {"oauth2", f"oauth2-{__version__}.dist-info"}
    assert any(n.endswith("LICENSE") for n in names)


def test_the_sdist_holds_what_building_and_testing_need(built: Path) -> None:
    """The source distribution has the package, its tests, its papers, and no leftovers."""
    with tarfile.open(built / f"oauth2-{__version__}.tar.gz") as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    for needed in ("oauth2/request.py", "setup.py", "pyproject.toml", "README.md", "LICENSE",
                   "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "SECURITY.md", "tox.ini",
                   "tests/vectors.json", ".github/workflows/release.yml",
                   "tests/docs/test_readme.py", "examples/provider.py", ".ci/gate",
                   "docs/inspector.md", "docs/inspector-light.png"):  # fmt: skip
        assert needed in names
    assert not [name for name in names if "__pycache__" in name or name.startswith(".venv")]


def test_metadata_asks_for_httplib2_alone(metadata: list[str]) -> None:
    """The core depends on httplib2; all else is an extra."""
    required = [line for line in metadata if line.startswith("Requires-Dist:")]
    assert [line for line in required if "extra ==" not in line] == [
        "Requires-Dist: httplib2>=0.32"
    ]
    extras = {
        f"Provides-Extra: {extra}"
        for extra in ("aiohttp", "cli", "httpx", "httpx2", "proxy", "requests", "rsa", "sandbox")
    }
    assert extras | {"Requires-Python: >=3.9", f"Version: {__version__}"} <= set(metadata)


def test_the_licence_is_named_as_an_expression(metadata: list[str]) -> None:
    """With its file, and with no classifier, which PEP 639 forbids beside it."""
    named = [line for line in metadata if "License" in line]
    assert named == ["License-Expression: MIT", "License-File: LICENSE"]


def test_the_pythons_of_the_classifiers_are_those_of_the_gate(metadata: list[str]) -> None:
    """What is tested is named, and what is named is tested."""
    settings = (ROOT / "tox.ini").read_text(encoding="utf-8")
    listed = present(re.search(r"^env_list = (.*)$", settings, re.M)).group(1)
    tested = sorted(set(re.findall(r"3\d+", listed)), key=int)
    named = [
        line.rpartition(" ")[2].replace(".", "")
        for line in metadata
        if re.fullmatch(r"Classifier: Programming Language :: Python :: 3\.\d+", line)
    ]
    assert named == tested


def test_an_installed_wheel_signs_and_leaves_no_tests_behind(built: Path, tmp_path: Path) -> None:
    """In a new environment the wheel brings oauth2 and httplib2, and no package `tests`."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path], check=True)
    python = tmp_path / "bin" / "python"
    wheel = built / WHEEL
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True, timeout=300)
    code = """if True:
        import importlib.util, oauth2
        assert importlib.util.find_spec("tests") is None
        assert importlib.util.find_spec("cryptography") is None
        oauth2.Client(oauth2.Consumer("key", "secret"))
        try:
            oauth2.SignatureMethod_RSA_SHA1("PEM")
        except ImportError as error:
            assert "oauth2[rsa]" in str(error)
        try:
            oauth2.sandbox.run()
        except ImportError as error:
            assert "oauth2[sandbox]" in str(error)
        print(oauth2.__version__)
    """
    ran = subprocess.run(
        [python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.stdout.strip(), ran.stderr) == (__version__, "")


def test_the_command_of_an_installed_wheel_names_its_extra(built: Path, tmp_path: Path) -> None:
    """The script is there without the extra, and says in one line how to get it."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path], check=True)
    wheel = built / WHEEL
    pip = [str(tmp_path / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, wheel], check=True, timeout=300)
    for command in (["bin/oauth2"], ["bin/python", "-m", "oauth2"]):
        words = [str(tmp_path / command[0]), *command[1:]]
        ran = subprocess.run(
            words, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert (ran.returncode, ran.stdout) == (2, "")
        assert ran.stderr == (
            "oauth2: the command needs the extra 'cli': python -m pip install 'oauth2[cli]'\n"
        )


def test_the_first_command_of_the_readme_runs_the_main_job(clone: Path) -> None:
    """What the README says first works in a fresh clone, and ends with status 0."""
    command = present(
        re.search(r"```sh\n(.*?)\n```", (clone / "README.md").read_text(), re.S)
    ).group(1)
    ran = subprocess.run(
        ["sh", "-c", command], cwd=clone, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("\nDone.\n")


def test_the_extra_all_holds_all_others(metadata: list[str]) -> None:
    """Who installs `all` has whatever the library, its command and its sandbox can use."""
    provided = {line.partition(": ")[2] for line in metadata if line.startswith("Provides-Extra:")}
    held = [line for line in metadata if line.endswith('; extra == "all"')]
    named = [present(re.match(r"Requires-Dist: oauth2\[(.+)\];", line)).group(1) for line in held]
    assert sorted(provided - {"all"}) == ",".join(named).split(",")


def test_the_commands_of_contributing_run_in_a_clone(clone: Path) -> None:
    """From the first environment to a few of the gate's, as a newcomer types them, one by one."""
    page = (clone / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", page, re.S)
    whole = "sh .ci/gate\n"  # this runs inside it; .ci/run runs it
    assert whole in blocks
    script = "set -e\n" + "".join(block for block in blocks if block != whole)
    ran = subprocess.run(
        ["sh", "-c", script],
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
