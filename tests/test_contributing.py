"""What CONTRIBUTING.md says is so; its commands are run in packaging/, in a clone."""

from __future__ import annotations

import base64
import configparser
import hashlib
import hmac
import re
from pathlib import Path
from typing import Any

import oauth2

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.M | re.S)


def expanded(text: str) -> list[str]:
    """Write out the names of environments: py{39,310}-core are two."""
    names = []
    for name in re.findall(r"(?:\{[^}]*\}|[^,{}\s])+", text):
        before, _, rest = name.partition("{")
        choices, _, after = rest.partition("}")
        names += [before + choice + after for choice in choices.split(",")] if rest else [name]
    return names


def test_signature_method_of_the_page_signs_with_its_hash() -> None:
    """The class that the page shows is complete: its signature is that of hashlib."""
    namespace: dict[str, Any] = {}
    for language, text in BLOCKS:
        if language == "python":
            exec(compile(text, "CONTRIBUTING.md", "exec"), namespace)
    consumer = oauth2.Consumer("key", "consumer-sekrit")
    request = oauth2.Request.from_consumer_and_token(consumer, http_url="http://a.example/?b=c")
    request.sign_request(namespace["SignatureMethod_HMAC_SHA384"](), consumer, None)
    base = request.signature_base_string().encode()
    expected = hmac.new(b"consumer-sekrit&", base, hashlib.sha384).digest()
    assert request["oauth_signature_method"] == "HMAC-SHA384"
    assert base64.b64decode(request["oauth_signature"]) == expected


def test_every_path_of_the_page_exists() -> None:
    """No file or folder that the page names has moved."""
    paths = set(re.findall(r"`((?:oauth2|tests|benchmarks|examples|\.ci)/[\w./-]*)`", PAGE))
    paths |= set(re.findall(r"`([\w.]+\.(?:md|py|ini))`", PAGE))
    assert len(paths) > 20
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


def test_every_environment_of_the_gate_has_a_line() -> None:
    """The table of the page and the list of tox.ini name the same environments."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(ROOT / "tox.ini", encoding="utf-8")
    listed = set(expanded(settings["tox"]["env_list"]))
    cells = " ".join(re.findall(r"^\| (`.*?) \|", PAGE, re.M))
    assert set(expanded(" ".join(re.findall(r"`(\S+)`", cells)))) == listed


def test_the_whole_gate_is_what_ci_ends_with() -> None:
    """The one command of the page that no test runs is run by .ci/run."""
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert ("sh", run.splitlines()[-1] + "\n") in BLOCKS
