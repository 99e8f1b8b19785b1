"""What the servers of the site make of markup that somebody has signed, in a link for example."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from doc_pages import blocks, written

CALL = """
import importlib, sys
from werkzeug.test import Client
import oauth2

name, application, method, path = sys.argv[1:]
module = importlib.import_module(name)
form = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
signer = oauth2.Signer(oauth2.Consumer("your key", "your secret"), placement="query")
markup = {"name": "<script>", "user_id": "<script>"}
signed = signer.sign(method, module.verifier.origin + path, headers=form, parameters=markup)
response = Client(getattr(module, application)).open(
    signed.url, method=method, data=signed.body, headers={**form, **signed.headers}
)
assert response.status_code == 200, response.text
print(response.mimetype, response.text)
"""


@pytest.mark.parametrize(
    ("page", "name", "application", "method", "path"),
    [
        ("verify", "flask_app", "app", "GET", "/greeting"),
        ("verify", "django_app", "application", "GET", "/greeting"),
        ("verify", "wsgi_app", "application", "GET", "/greeting"),
        ("lti", "kind_tool", "app", "POST", "/launch"),
    ],
)
def test_signed_markup_is_text(
    page: str, name: str, application: str, method: str, path: str, tmp_path: Path
) -> None:
    """A browser that is sent there shows it, and runs none of it."""
    programs = {each.caption: each.text for each in blocks(written()[f"how-to/{page}"])}
    (tmp_path / f"{name}.py").write_text(programs[f"{name}.py"], encoding="utf-8")
    words = [sys.executable, "-c", CALL, name, application, method, path]
    called = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert called.returncode == 0, called.stderr
    assert called.stdout.startswith("text/plain Hello, <script>")
