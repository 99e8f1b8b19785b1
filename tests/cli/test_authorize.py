"""``oauth2 authorize``: who is asked for what, how the user comes back, and what is stored."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authorizing import (
    ACCESS_TOKEN,
    REQUEST_TOKEN,
    Handed,
    come_back,
    files_of,
    give_tokens,
    know_service,
    legs,
    shown_address,
    stored,
    three_urls,
)
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from driving import Command, as_environment
from ports import free_port
from wire import Answer, Keys, Origin, assert_signed, by_oauthlib

import oauth2
from oauth2.profiles import Profile, ProfileStore

KEYS = Keys("consumer-sekrit")
KEYS_WITH_TOKEN = Keys("consumer-sekrit", "request-sekrit")


@pytest.fixture
def handed(tmp_path: Path) -> Handed:
    """Hand the address to the test instead of to a browser."""
    return Handed(tmp_path)


@pytest.fixture
def environ(consumer: oauth2.Consumer) -> dict[str, Any]:
    """Return the variables of the consumer."""
    return as_environment(consumer)


# The user comes back


def test_pin_is_typed_and_the_token_can_be_used(command: Command, provider: Any) -> None:
    """The command asks for all that it needs, the secret without an echo, and keeps a profile."""
    terminal = command.in_terminal("authorize", *three_urls(provider), "--no-browser")
    terminal.expect("Consumer key: ")
    terminal.sendline("printer")
    terminal.expect("Consumer secret: ")
    terminal.sendline("consumer-sekrit")
    pin = provider.allow(shown_address(terminal))
    terminal.expect("PIN: ")
    terminal.sendline(f" {pin} ")
    assert terminal.end() == 0
    assert terminal.text.endswith("Stored profile default: the token of ann.\n")
    path = command.config / "profiles.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(command.config.stat().st_mode) == 0o700
    assert files_of(command) == ["profiles.json"]
    profile = stored(command)
    assert profile.consumer.secret == "consumer-sekrit"
    ran = command("request", "GET", provider.resource_url)
    assert (ran.status, json.loads(ran.output)["owner"]) == (0, "ann")


def test_user_comes_back_to_loopback(
    command: Command, provider: Any, handed: Handed, environ: dict[str, Any]
) -> None:
    """BROWSER gets the address; the page on loopback is friendly, and the token is kept."""
    terminal = command.in_terminal(
        "authorize", *three_urls(provider), "-p", "mine", **environ, **handed.environ
    )
    address = shown_address(terminal)
    assert handed.address() == address
    back = provider.allow(address)
    assert back.startswith("http://127.0.0.1:")
    assert "You can close this window." in come_back(back)
    assert terminal.end() == 0
    assert "Stored profile mine: the token of ann.\n" in terminal.text
    token = stored(command, "mine").token
    assert oauth2.Client(provider.consumer, token).request(provider.resource_url)[0].status == 200


def test_port_of_loopback_can_be_chosen(
    command: Command, provider: Any, handed: Handed, environ: dict[str, Any]
) -> None:
    """Some providers want the whole address registered."""
    port = free_port()
    terminal = command.in_terminal(
        "authorize", *three_urls(provider), "--port", str(port), **environ, **handed.environ
    )
    back = provider.allow(handed.address())
    assert back.startswith(f"http://127.0.0.1:{port}/callback?")
    come_back(back)
    assert terminal.end() == 0
    stored(command)


def test_browser_that_does_not_start_is_no_obstacle(
    command: Command, provider: Any, environ: dict[str, Any]
) -> None:
    """The user opens the page by hand."""
    without: dict[str, Any] = {
        "BROWSER": "/bin/false",
        "DISPLAY": "",
        "WAYLAND_DISPLAY": "",
        "PATH": "/nowhere",
    }
    terminal = command.in_terminal("authorize", *three_urls(provider), **environ, **without)
    address = shown_address(terminal)
    terminal.expect("oauth2: No browser could be opened: open the page yourself, or try")
    come_back(provider.allow(address))
    assert terminal.end() == 0
    stored(command)


def test_address_is_pasted_where_the_registered_callback_is_elsewhere(
    command: Command, provider: Any, environ: dict[str, Any]
) -> None:
    """The browser shows an error there, and its address bar has all that is needed."""
    terminal = command.in_terminal(
        *("authorize", *three_urls(provider), "--no-browser"),
        *("--callback", "https://my.example/back?a=b"),
        **environ,
    )
    back = provider.allow(shown_address(terminal))
    assert back.startswith("https://my.example/back?a=b&oauth_token=")
    terminal.expect("The address that the browser ended at: ")
    terminal.sendline(back)
    assert terminal.end() == 0
    stored(command)


def test_provider_that_refuses_oob_sends_the_user_to_loopback(
    command: Command, origin: Origin, environ: dict[str, Any], handed: Handed
) -> None:
    """Also without a browser, which may be on the same machine all the same."""
    give_tokens(origin)
    know_service(command, origin.url, callback={"oob": False})
    terminal = command.in_terminal("authorize", "own", "--no-browser", **environ, **handed.environ)
    shown_address(terminal)
    callback = origin.received[0].oauth("oauth_callback")
    assert callback is not None
    assert callback.startswith("http://127.0.0.1:")
    come_back(f"{callback}?oauth_token=request&oauth_verifier=v")
    assert terminal.end() == 0
    assert not handed.path.exists()
    assert origin.last.oauth("oauth_verifier") == "v"


@pytest.mark.parametrize("oob", [True, None])
def test_provider_that_takes_a_registered_callback_only_shows_a_pin(
    command: Command, origin: Origin, environ: dict[str, Any], handed: Handed, oob: bool | None
) -> None:
    """The browser is opened; a free port on loopback is none that was registered."""
    give_tokens(origin)
    know_service(command, origin.url, callback={"oob": oob, "dynamic": False})
    terminal = command.in_terminal("authorize", "own", **environ, **handed.environ)
    shown_address(terminal)
    assert origin.received[0].oauth("oauth_callback") == "oob"
    terminal.expect("PIN: ")
    terminal.sendline("1234")
    assert terminal.end() == 0
    assert handed.path.exists()
    assert origin.last.oauth("oauth_verifier") == "1234"


@pytest.mark.parametrize("oob", [True, False])
def test_registered_port_is_where_the_user_comes_back(
    command: Command, origin: Origin, environ: dict[str, Any], handed: Handed, oob: bool
) -> None:
    """Who gives it says that the provider knows it."""
    give_tokens(origin)
    know_service(command, origin.url, callback={"oob": oob, "dynamic": False})
    port = free_port()
    words = ("authorize", "own", "--port", str(port))
    terminal = command.in_terminal(*words, **environ, **handed.environ)
    shown_address(terminal)
    callback = f"http://127.0.0.1:{port}/callback"
    assert origin.received[0].oauth("oauth_callback") == callback
    come_back(f"{callback}?oauth_token=request&oauth_verifier=v")
    assert terminal.end() == 0


def test_provider_that_takes_neither_pin_nor_loopback_needs_a_word(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """Before anything is asked of it."""
    know_service(command, origin.url, name="Own", callback={"oob": False, "dynamic": False})
    line = command.fails("authorize", "own", "--no-browser", status=2, **environ)
    assert line.startswith(
        "expected --port, --callback-host or --callback, as registered: Own accepts no other"
    )
    assert origin.received == []


# What a provider is asked


def authorized(command: Command, *words: str, pin: str = "1234", **environ: Any) -> str:
    """Run a call in a pipe that gets its token for a PIN; return what it wrote."""
    ran = command("authorize", *words, "--no-browser", given=f"{pin}\n".encode(), **environ)
    assert ran.status == 0, ran
    return ran.text


def authorize_query(text: str) -> dict[str, list[str]]:
    """Return the query of the authorize page, whose address is in what the command wrote."""
    (address,) = [line for line in text.split() if "/authorize" in line]
    return parse_qs(urlsplit(address).query, keep_blank_values=True)


def test_both_token_calls_are_signed(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """Two independent judges accept them; OAuth parameters go into the header of a POST."""
    give_tokens(origin)
    text = authorized(command, *legs(origin.url), **environ)
    assert authorize_query(text) == {"oauth_token": ["request"]}
    first, second = origin.received
    assert (first.method, first.place(), first.oauth("oauth_callback")) == ("POST", "header", "oob")
    assert (second.oauth("oauth_token"), second.oauth("oauth_verifier")) == ("request", "1234")
    assert_signed(first, KEYS)
    assert_signed(second, KEYS_WITH_TOKEN)
    assert (first.header("user-agent") or "").startswith("python-oauth2")


def test_options_change_how_a_provider_is_asked_and_are_kept(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """Method, placement, realm and signature method; what signs later is in the profile."""
    give_tokens(origin)
    authorized(
        command,
        *legs(origin.url),
        *("--token-method", "GET", "--placement", "query", "--realm", "photos"),
        *("--signature-method", "HMAC-SHA256"),
        **environ,
    )
    for received, keys in zip(origin.received, (KEYS, KEYS_WITH_TOKEN)):
        assert (received.method, received.place()) == ("GET", "query")
        assert received.oauth("oauth_signature_method") == "HMAC-SHA256"
        assert_signed(received, keys)
    profile = stored(command)
    assert (profile.signature_method, profile.placement, profile.realm) == (
        *("HMAC-SHA256", "query"),
        "photos",
    )


def test_realm_goes_into_the_header(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """It is not signed."""
    give_tokens(origin)
    authorized(command, *legs(origin.url), "--realm", "photos", **environ)
    for received in origin.received:
        assert 'realm="photos"' in (received.header("authorization") or "")


def test_realm_is_left_out_when_it_is_told(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """Also that of the service; the profile has it, for what is signed later."""
    give_tokens(origin)
    know_service(command, origin.url, realm="photos")
    authorized(command, "own", "--no-realm", **environ)
    headers = [received.header("authorization") or "" for received in origin.received]
    assert [header[:12] for header in headers] == ["OAuth oauth_"] * 2
    assert stored(command, "own").realm is False
    command("request", "GET", f"{origin.url}/echo", "--profile", "own")
    assert "realm" not in (origin.last.header("authorization") or "realm")


def test_rsa_key_of_a_file_signs_and_its_path_is_kept(
    command: Command, origin: Origin, tmp_path: Path, environ: dict[str, Any]
) -> None:
    """A profile finds the key from any directory."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "key.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    give_tokens(origin)
    words = "--signature-method", "RSA-SHA1", "--private-key", path.name
    authorized(command, *legs(origin.url), *words, **environ)
    assert len(origin.received) == 2
    for received in origin.received:
        assert by_oauthlib(received, Keys("", "", public.decode()))
    assert stored(command).private_key == str(path)


def test_parameters_reach_the_first_leg_and_the_page(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """Scopes are asked for in one place or the other."""
    give_tokens(origin)
    text = authorized(
        command,
        *legs(f"{origin.url}"),
        *("--request-param", "scope=read write", "--request-param", "a=b=c"),
        *("--param", "perms=delete", "--param", "name=Ännchen & Co"),
        **environ,
    )
    assert authorize_query(text) == {
        "oauth_token": ["request"],
        "perms": ["delete"],
        "name": ["Ännchen & Co"],
    }
    assert parse_qs(origin.received[0].body.decode()) == {"scope": ["read write"], "a": ["b=c"]}
    assert_signed(origin.received[0], KEYS)


@pytest.mark.parametrize("browser", [False, True])
def test_parameters_are_the_same_on_the_way_to_loopback(
    command: Command, origin: Origin, environ: dict[str, Any], handed: Handed, browser: bool
) -> None:
    """They do not depend on how the user comes back."""
    give_tokens(origin)
    know_service(command, origin.url, callback={"oob": False})
    words = ["--request-param", "scope=read", "--param", "perms=write", "--param", "port=home"]
    words += [] if browser else ["--no-browser"]
    terminal = command.in_terminal("authorize", "own", *words, **environ, **handed.environ)
    address = shown_address(terminal)
    asked = parse_qs(urlsplit(address).query)
    assert (asked["perms"], asked["port"]) == (["write"], ["home"])
    assert origin.received[0].body == b"scope=read"
    callback = origin.received[0].oauth("oauth_callback")
    come_back(f"{callback}?oauth_token=request&oauth_verifier=v")
    assert terminal.end() == 0


def test_provider_of_oauth_1_0_is_accepted_only_when_asked_for(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """It confirms no callback."""
    origin.script["/request"] = Answer(body=REQUEST_TOKEN)
    origin.script["/access"] = Answer(body=ACCESS_TOKEN)
    line = command.fails("authorize", *legs(origin.url), "--no-browser", **environ)
    assert "lacks oauth_callback_confirmed=true" in line
    authorized(command, *legs(origin.url), "--unconfirmed", **environ)
    stored(command)


# Services by name


def test_service_is_asked_by_get_in_the_query(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """Queries of its endpoints are kept and signed; one URL may serve both calls."""
    answers = iter([REQUEST_TOKEN + b"&oauth_callback_confirmed=true", ACCESS_TOKEN])
    origin.script["/oauth"] = lambda received: Answer(body=next(answers))
    know_service(
        command,
        origin.url,
        request_token_url=f"{origin.url}/oauth?version=2",
        access_token_url=f"{origin.url}/oauth?version=2",
        authorize_url=f"{origin.url}/authorize?lang=de",
        request_token_method=["GET"],
        access_token_method=["GET"],
        placement="query",
        signature_methods=["PLAINTEXT", "HMAC-SHA512"],
    )
    text = authorized(command, "own", **environ)
    assert authorize_query(text) == {"lang": ["de"], "oauth_token": ["request"]}
    for received, keys in zip(origin.received, (KEYS, KEYS_WITH_TOKEN)):
        assert (received.method, received.place()) == ("GET", "query")
        assert received.target.startswith("/oauth?version=2&")
        assert_signed(received, keys)
    profile = stored(command, "own")
    assert (profile.service, profile.signature_method, profile.placement) == (
        *("own", "HMAC-SHA512"),
        None,
    )


def test_service_has_other_names_on_its_page(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """As E*TRADE has; a token of its holds what must be encoded."""
    origin.script["/request"] = Answer(
        body=b"oauth_token=a%2Fb%2B%3D&oauth_token_secret=sekrit&oauth_callback_confirmed=true"
    )
    origin.script["/access"] = Answer(body=ACCESS_TOKEN)
    names = {"oauth_consumer_key": "key", "oauth_token": "token"}
    know_service(command, origin.url, authorize_names=names)
    text = authorized(command, "OWN", **environ)
    assert authorize_query(text) == {"key": ["printer"], "token": ["a/b+="]}
    assert origin.last.oauth("oauth_token") == "a/b+="


def test_service_without_a_verifier_waits_for_enter(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """There is nothing to type."""
    origin.script["/request"] = Answer(body=REQUEST_TOKEN)
    origin.script["/access"] = Answer(body=ACCESS_TOKEN)
    know_service(command, origin.url, verifier_used=False, require_callback_confirmed=False)
    terminal = command.in_terminal("authorize", "own", "--no-browser", **environ)
    terminal.expect("Press Enter when you have authorized the application: ")
    assert len(origin.received) == 1
    terminal.sendline("")
    assert terminal.end() == 0
    assert origin.last.oauth("oauth_verifier") is None
    assert_signed(origin.last, KEYS_WITH_TOKEN)


def test_service_takes_the_callback_on_its_page(
    command: Command, origin: Origin, environ: dict[str, Any], handed: Handed
) -> None:
    """As OAuth 1.0 had it: no callback is signed, and the user comes back without a verifier."""
    origin.script["/request"] = Answer(body=REQUEST_TOKEN)
    origin.script["/access"] = Answer(body=ACCESS_TOKEN)
    know_service(
        command,
        origin.url,
        authorize_names={"oauth_token": "oauth_token", "oauth_callback": "oauth_callback"},
        require_callback_confirmed=False,
    )
    terminal = command.in_terminal("authorize", "own", **environ, **handed.environ)
    (callback,) = parse_qs(urlsplit(handed.address()).query)["oauth_callback"]
    assert origin.received[0].oauth("oauth_callback") is None
    come_back(f"{callback}?oauth_token=request")
    assert terminal.end() == 0
    assert origin.last.oauth("oauth_verifier") is None


def test_variables_fill_the_urls_and_the_realm_of_a_service(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """What is given goes before the defaults, and is kept."""
    give_tokens(origin)
    know_service(
        command,
        "{base}",
        authorize_url="{base}/authorize?account={account}",
        whoami_url="{base}/me",
        realm="{account}",
        url_defaults={"account": "1234"},
    )
    line = command.fails("authorize", "own", status=2, **environ)
    assert line.startswith("--var: own: expected the variables base (of your own installation)")
    variables = ["--var", f"base={origin.url}/", "--var", "account=77"]
    text = authorized(command, "own", *variables, **environ)
    assert authorize_query(text)["account"] == ["77"]
    assert text.endswith(f"Try: oauth2 request GET {origin.url}/me --profile own\n")
    assert 'realm="77"' in (origin.last.header("authorization") or "")
    profile = stored(command, "own")
    assert (profile.realm, profile.variables) == (
        "77",
        {"base": f"{origin.url}/", "account": "77"},
    )


def test_consumer_of_a_service_may_have_no_secret(command: Command, origin: Origin) -> None:
    """Then none is asked for."""
    give_tokens(origin)
    know_service(command, origin.url, consumer_secret="", signature_methods=["PLAINTEXT"])
    terminal = command.in_terminal("authorize", "own", "--no-browser")
    terminal.expect("Consumer key: ")
    terminal.sendline("printer")
    terminal.expect("PIN: ")
    terminal.sendline("1234")
    assert terminal.end() == 0
    assert "secret" not in terminal.text
    assert origin.received[0].oauth("oauth_signature") == "&"


def test_urls_of_a_service_can_be_replaced(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """One by one."""
    give_tokens(origin)
    know_service(command, origin.url, access_token_url="http://127.0.0.1:9/gone")
    authorized(command, "own", "--access-token-url", f"{origin.url}/access", **environ)
    assert origin.last.target == "/access"


# Where the consumer comes from, and where the token goes


def test_consumer_comes_from_a_file(
    command: Command, origin: Origin, environ: dict[str, Any], tmp_path: Path
) -> None:
    """It goes before the environment, and nothing is asked."""
    give_tokens(origin)
    path = tmp_path / "credentials"
    path.write_text("OAUTH_CONSUMER_KEY=other\nexport OAUTH_CONSUMER_SECRET='of file sekrit'\n")
    path.chmod(0o600)
    authorized(command, *legs(origin.url), "--credentials", str(path), **environ)
    assert origin.last.oauth("oauth_consumer_key") == "other"
    assert stored(command).consumer.secret == "of file sekrit"


def test_profile_is_authorized_again_with_its_own_consumer(
    command: Command, origin: Origin, store: ProfileStore
) -> None:
    """Nothing is asked; its token is replaced, and the other profiles stay."""
    other = Profile("other", oauth2.Consumer("k", "sekrit"), oauth2.Token("t", "sekrit"))
    store.save(other)
    consumer = oauth2.Consumer("printer", "consumer-sekrit")
    service = urlsplit(origin.url).netloc
    store.save(Profile("mine", consumer, oauth2.Token("old", "old-sekrit"), service))
    give_tokens(origin)
    text = authorized(command, *legs(origin.url), "-p", "mine")
    assert text.endswith("Stored profile mine: the token of ann.\n")
    assert_signed(origin.received[0], KEYS)
    token = stored(command, "mine").token
    assert token is not None
    assert (token.key, token.extra) == ("access", {"screen_name": "ann"})
    assert store.get("other").credentials() == other.credentials()


def test_profile_is_named_after_the_host_where_nothing_else_names_it(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """So that tokens of two providers do not meet."""
    give_tokens(origin)
    text = authorized(command, *legs(origin.url)[2:], **environ)
    host = urlsplit(origin.url).netloc
    assert text.endswith(f"Stored profile {host}: the token of ann.\n")
    assert stored(command, host).service == host


@pytest.mark.parametrize(("service", "of"), [("tumblr", "tumblr"), (None, "another provider")])
def test_profile_of_another_provider_is_left_alone(
    command: Command, origin: Origin, store: ProfileStore, service: str | None, of: str
) -> None:
    """Neither does its consumer go to this one, nor is its token replaced."""
    consumer = oauth2.Consumer("printer", "consumer-sekrit")
    store.save(Profile("default", consumer, oauth2.Token("t", "token-sekrit"), service))
    before = store.path.read_bytes()
    for environ in ({}, as_environment(consumer)):
        line = command.fails("authorize", *legs(origin.url), status=2, **environ)
        assert line.startswith(f"--profile: expected a name of its own, as default is of {of}")
    assert origin.received == []
    assert store.path.read_bytes() == before


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"oauth_token=access&oauth_token_secret=access-sekrit", "a token"),
        (b"oauth_token=access&oauth_token_secret=access-sekrit&username=bob", "the token of bob"),
        (
            b"oauth_token=access&oauth_token_secret=access-sekrit&screen_name=%1B%5B31mred%0Aann",
            "the token of \N{REPLACEMENT CHARACTER}[31mred ann",
        ),
    ],
)
def test_whose_token_it_is_is_said_as_far_as_it_is_known(
    command: Command, origin: Origin, environ: dict[str, Any], answer: bytes, told: str
) -> None:
    """What a provider sends does not steer the terminal."""
    give_tokens(origin)
    origin.script["/access"] = Answer(body=answer)
    text = authorized(command, *legs(origin.url), **environ)
    assert text.endswith(f"Stored profile default: {told}.\n")


def test_line_to_try_can_be_typed_as_it_is(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """What a shell would read is quoted."""
    give_tokens(origin)
    know_service(command, origin.url, whoami_url=f"{origin.url}/users/{{screen_name}}?of=me")
    text = authorized(command, "own", "-p", "my own", **environ)
    line = text.splitlines()[-1]
    assert line == f"Try: oauth2 request GET '{origin.url}/users/ann?of=me' --profile 'my own'"
    typed = line.replace("Try: oauth2", f"exec {' '.join(command.line())}")
    assert command.in_shell(typed).end() == 0
    assert_signed(origin.last, Keys("consumer-sekrit", "access-sekrit"))


# Wrong usage


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "expected a SERVICE ('oauth2 services' lists them), or three URLs"),
        (
            ("--request-token-url", "http://a.example/"),
            "expected a SERVICE ('oauth2 services' lists them), or three URLs",
        ),
        (
            (
                *("--request-token-url", "http://a.example/", "--authorize-url", "a.example"),
                *("--access-token-url", "http://a.example/"),
            ),
            "--authorize-url: expected a URL with scheme http or https, got ",
        ),
        (("tumblr", "--param", "x"), "Invalid value for '--param': expected NAME=VALUE, got none"),
        (("tumblr", "--request-param", "=x"), "Invalid value for '--request-param': expected N"),
        (("tumblr", "--var", "x"), "Invalid value for '--var': expected NAME=VALUE, got none"),
        (("tumblr", "--port", "65536"), "Invalid value for '--port': 65536 is not in the range"),
        (("tumblr", "--timeout", "0"), "Invalid value for '--timeout': 0.0 is not in the range"),
    ],
)
def test_wrong_usage_is_one_line(
    command: Command, environ: dict[str, Any], words: tuple[str, ...], line: str
) -> None:
    """It says where to read more, and nobody is asked anything."""
    told = command.fails("authorize", *words, "--no-browser", status=2, **environ)
    assert told.startswith(line)
    assert told.endswith("(oauth2 authorize --help says more)")
    assert files_of(command) == []


def test_service_that_is_unknown_is_told_with_one_that_is_alike(
    command: Command, environ: dict[str, Any]
) -> None:
    """Nobody is asked."""
    line = command.fails("authorize", "tumbler", **environ)
    assert line == ("no service 'tumbler' (did you mean tumblr?): 'oauth2 services' lists them all")
