"""The names that a sandbox answers to."""

from __future__ import annotations

import socket

import pytest
from asking import ask_unsigned

import oauth2.sandbox
from oauth2.sandbox import Provider
from oauth2.sandbox.hosts import HostRefused, KnownHosts


def is_known(hosts: KnownHosts, name: str | None) -> bool:
    try:
        hosts.require(name)
    except HostRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("localhost", True),
        ("LOCALHOST:8080", True),
        ("localhost.:8080", True),
        ("photos.localhost", True),
        ("127.0.0.1:8080", True),
        ("127.8.8.8", True),
        ("[::1]:8080", True),
        (None, True),
        ("a.example", False),
        ("localhost.a.example", False),
        ("notlocalhost", False),
        ("127.0.0.1.a.example:8080", False),
        ("10.0.0.1", False),
    ],
)
def test_only_loopback_names_are_known(name: str | None, known: bool) -> None:
    """A browser that is led here by another name asks for somebody else."""
    assert is_known(KnownHosts("127.0.0.1"), name) is known


@pytest.mark.parametrize(
    ("listens_on", "allowed", "name", "known"),
    [
        ("127.0.0.1", ["Sandbox.example"], "sandbox.example:80", True),
        ("127.0.0.1", ["sandbox.example"], "a.sandbox.example", False),
        ("10.0.0.1", [], "10.0.0.1:8080", True),
        ("0.0.0.0", [], "10.0.0.1:8080", True),
        ("::", [], "[fd00::1]:8080", True),
        ("0.0.0.0", [], socket.gethostname(), True),
        ("0.0.0.0", [], "a.example", False),
    ],
)
def test_what_is_configured_is_known_too(
    listens_on: str, allowed: list[str], name: str, known: bool
) -> None:
    """An address can be pointed nowhere else, and is known where all are listened on."""
    assert is_known(KnownHosts(listens_on, allowed), name) is known


@pytest.mark.parametrize("path", ["/echo?a=b", "/request_token", "/authorize", "/", "/nowhere"])
def test_another_name_is_refused_for_all_that_there_is(provider: Provider, path: str) -> None:
    """Before anything is looked at; the answer says which name it was."""
    got = ask_unsigned(provider.url + path, headers={"Host": "a.example"})
    assert got.status == 421
    assert "a.example" in got.content


def test_a_name_that_is_allowed_is_answered_to() -> None:
    """It is that of a container, or of the machine."""
    with oauth2.sandbox.run(allowed_hosts=["sandbox.example"]) as provider:
        got = ask_unsigned(provider.authorize_url, headers={"Host": "sandbox.example:80"})
    assert got.status == 401


@pytest.mark.parametrize("path", ["/echo", "/request_token", "/authorize", "/nowhere"])
def test_no_browser_guesses_what_an_answer_is(provider: Provider, path: str) -> None:
    """What a client sent is not run as what it is not."""
    response = ask_unsigned(provider.url + path).response
    assert response["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("authority", ["[::1", "127.0.0.1:port", "127.0.0.1:99999", "a b"])
def test_a_target_that_is_no_url_is_answered(
    provider: Provider, authority: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is a client's mistake: nobody waits for the answer, and no traceback is printed."""
    _, port = provider.url.rsplit(":", 1)
    with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as connection:
        connection.sendall(f"GET http://{authority}/echo HTTP/1.1\r\n\r\n".encode())
        with connection.makefile("rb") as file:
            assert file.readline().startswith(b"HTTP/1.1 400 ")
            file.read()
    assert capfd.readouterr().err == ""


def test_host_that_is_none_is_refused_by_its_own_error() -> None:
    """As it names nobody."""
    with pytest.raises(oauth2.Error, match=r"^Host: ") as caught:
        KnownHosts("127.0.0.1").require("a:b:c")
    assert caught.value.status == 400
