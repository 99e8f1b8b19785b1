"""What is pasted at a prompt of ``oauth2 authorize``, and the callback that is listened on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from authorizing import (
    Handed,
    come_back,
    give_tokens,
    know_service,
    legs,
    shown_address,
    stored,
)
from driving import Command, as_environment
from wire import Origin

import oauth2
from oauth2.profiles import Profile, ProfileStore

PROMPTS = {
    "PIN: ": (),
    "The address that the browser ended at: ": ("--callback", "https://my.example/back"),
}


@pytest.fixture
def environ(consumer: oauth2.Consumer) -> dict[str, Any]:
    """Return the variables of the consumer, and a browser that opens nothing."""
    return {**as_environment(consumer), "BROWSER": "true"}


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize(
    "text",
    [
        "v/1",
        "  v/1 ",
        '"v/1"',
        "oauth_verifier=v/1",
        "oauth_verifier=v%2F1",
        "oauth_token=request&oauth_verifier=v%2F1",
        "oauth_verifier=v%2F1&oauth_token=request",
        "?oauth_token=request&oauth_verifier=v%2F1",
        "oauth_token=request oauth_verifier=v%2F1",
        "my.example/back?oauth_token=request&oauth_verifier=v%2F1",
        "https://my.example/back?a=b&oauth_token=request&oauth_verifier=v%2F1#_=_",
        "<HTTPS://my.example/back?oauth_token=request&oauth_verifier=v%2F1>",
    ],
)
def test_what_a_user_has_in_hand_is_understood_at_either_prompt(
    command: Command, origin: Origin, environ: dict[str, Any], prompt: str, text: str
) -> None:
    """The verifier alone, the pairs that a page shows, or the whole address."""
    give_tokens(origin)
    words = ("authorize", *legs(origin.url), "--no-browser", *PROMPTS[prompt])
    ran = command(*words, given=f"{text}\n".encode(), **environ)
    assert (ran.status, ran.errors) == (0, prompt)
    assert origin.last.oauth("oauth_verifier") == "v/1"
    stored(command)


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("oauth_token=other&oauth_verifier=v", "The user was redirected back with another request"),
        ("denied=request", "The user did not allow access."),
        ("oauth_token=request", "The provider sent the user back without an oauth_verifier."),
        ("https://my.example/", "The user was redirected back with no request token"),
    ],
)
def test_what_is_pasted_is_checked_as_a_redirect_is(
    command: Command, origin: Origin, environ: dict[str, Any], prompt: str, text: str, told: str
) -> None:
    """Another user's answer is refused, and no token asked for."""
    give_tokens(origin)
    words = ("authorize", *legs(origin.url), "--no-browser", *PROMPTS[prompt])
    ran = command(*words, given=f"{text}\n".encode(), **environ)
    assert ran.status == 1
    assert ran.errors.startswith(f"{prompt}oauth2: {told}")
    assert len(origin.received) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_callback_names_this_machine_as_it_is_registered(
    command: Command, origin: Origin, environ: dict[str, Any], tmp_path: Path, host: str
) -> None:
    """As the provider compares the text; who gives a name says that it is registered."""
    give_tokens(origin)
    know_service(command, origin.url, callback={"oob": False, "dynamic": False})
    handed = Handed(tmp_path)
    words = ("authorize", "own", "--callback-host", host)
    terminal = command.in_terminal(*words, **{**environ, **handed.environ})
    shown_address(terminal)
    callback = origin.received[0].oauth("oauth_callback") or ""
    assert re.fullmatch(rf"http://{host}:\d+/callback", callback)
    come_back(f"{callback}?oauth_token=request&oauth_verifier=v")
    assert terminal.end() == 0
    stored(command, "own")


def test_another_host_than_this_machine_is_refused(
    command: Command, environ: dict[str, Any]
) -> None:
    """Nobody would listen there."""
    words = ("authorize", "tumblr", "--callback-host", "my.example")
    told = command.fails(*words, status=2, **environ)
    assert told.startswith("Invalid value for '--callback-host': 'my.example' is not one of")


@pytest.mark.parametrize("account", ["1234567_SB1", "1234567-sb1", "1234567_sb1"])
def test_account_of_netsuite_is_written_as_each_place_wants_it(
    command: Command, origin: Origin, environ: dict[str, Any], account: str
) -> None:
    """The host of the page has hyphens, the realm of what is signed afterwards has none."""
    give_tokens(origin)
    words = ("authorize", "netsuite", "--var", f"account={account}", "--callback-host", "localhost")
    urls = ("--request-token-url", f"{origin.url}/request", "--access-token-url")
    terminal = command.in_terminal(*words, *urls, f"{origin.url}/access", **environ)
    address = shown_address(terminal)
    assert address.startswith("https://1234567-sb1.app.netsuite.com/app/login/secure/")
    callback = origin.received[0].oauth("oauth_callback") or ""
    come_back(f"{callback}?oauth_token=request&oauth_verifier=v&company={account}")
    assert terminal.end() == 0
    assert stored(command, "netsuite").realm == "1234567_SB1"
    signed = command("sign", f"{origin.url}/a", "-p", "netsuite").text
    assert signed.startswith('Authorization: OAuth realm="1234567_SB1", ')
    assert 'oauth_signature_method="HMAC-SHA256"' in signed


def test_token_that_will_be_replaced_is_named_before(
    command: Command, origin: Origin, environ: dict[str, Any], store: ProfileStore
) -> None:
    """Once there is one: a profile without a token loses nothing."""
    give_tokens(origin)
    host = origin.url.partition("//")[2]
    store.save(Profile("default", oauth2.Consumer("printer", "consumer-sekrit"), service=host))
    notice = "Profile default has a token, which the new one will replace.\nOpen this page"
    for is_replaced in (False, True):
        words = ("authorize", *legs(origin.url), "--no-browser")
        ran = command(*words, given=b"1234\n", **environ)
        assert ran.status == 0
        assert (notice in ran.text) == is_replaced
        assert "Stored profile default: the token of ann." in ran.text


def test_sandbox_and_callbacks_have_ports_of_their_own(command: Command) -> None:
    """Who follows the helps runs all of them at once."""
    authorize, sandbox = [
        " ".join(command(name, "--help").text.split()) for name in ("authorize", "sandbox")
    ]
    assert set(re.findall(r"oauth2 sandbox --port (\d+)", sandbox)) == {"8000"}
    assert set(re.findall(r"http://[\w.]+:(\d+)/callback\W", authorize)) == {"8080"}
