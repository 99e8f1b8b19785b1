"""Starting a sandbox, what it says about itself, and that it is gone at the end."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from asking import ask, ask_unsigned, page_of, request_token
from ports import free_port

import oauth2
import oauth2.sandbox
from oauth2.sandbox import Provider


def run_python(code: Any) -> Any:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=Path(oauth2.__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_its_addresses_are_attributes(provider: Provider) -> None:
    """All below one, on loopback."""
    assert provider.url.startswith("http://127.0.0.1:")
    assert provider.request_token_url == f"{provider.url}/request_token"
    assert provider.authorize_url == f"{provider.url}/authorize"
    assert provider.access_token_url == f"{provider.url}/access_token"
    assert provider.resource_url == f"{provider.url}/echo"
    assert repr(provider) == f"Provider(url='{provider.url}')"


def test_a_consumer_is_made_up_where_none_is_given() -> None:
    """Its credentials are good, and others at the next run."""
    with oauth2.sandbox.run() as provider:
        assert ask(provider.consumer, provider.add_token(), provider.resource_url).status == 200
        first = provider.consumer
    with oauth2.sandbox.run() as provider:
        assert (provider.consumer.key, provider.consumer.secret) != (first.key, first.secret)


def test_several_consumers_are_known() -> None:
    """The first is the one that tests use; keys may be bytes."""
    consumers = oauth2.Consumer("a", "a sekrit"), oauth2.Consumer(b"b", b"b sekrit")
    with oauth2.sandbox.run(*consumers) as provider:
        assert provider.consumers == consumers
        assert provider.consumer is consumers[0]
        for consumer in consumers:
            token = provider.add_token("bob", consumer)
            assert ask(consumer, token, provider.resource_url).status == 200


def test_a_consumer_must_be_one() -> None:
    """A pair of key and secret is a mistake of the caller."""
    pair: Any = ("key", "sekrit")
    with pytest.raises(ValueError, match="Invalid consumer: expected a Consumer or None, got tup"):
        with oauth2.sandbox.run(pair):
            pass


def interrupt(provider: Provider) -> None:
    assert ask_unsigned(provider.resource_url).status == 400
    raise KeyboardInterrupt


def test_it_is_gone_at_the_end(consumer: oauth2.Consumer) -> None:
    """Nobody listens, no thread and no socket is left, also after an error."""
    before = set(threading.enumerate())
    port = free_port()  # which no other test gets
    with pytest.raises(KeyboardInterrupt), oauth2.sandbox.run(consumer, port=port) as provider:
        interrupt(provider)
    with pytest.raises(ConnectionRefusedError):
        ask_unsigned(provider.resource_url)
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(timeout=10)
    assert not [thread for thread in left if thread.is_alive()]
    gc.collect()


def test_it_listens_on_the_port_that_it_is_given(consumer: oauth2.Consumer) -> None:
    """And can do so again right after."""
    port = free_port()
    for _ in range(2):
        with oauth2.sandbox.run(consumer, port=port) as provider:
            assert provider.url == f"http://127.0.0.1:{port}"
            assert ask_unsigned(provider.resource_url).status == 400


def test_a_port_that_is_taken_is_an_error(consumer: oauth2.Consumer) -> None:
    """It is an OSError, and not the end of the process."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(OSError, match="in use"):
            with oauth2.sandbox.run(consumer, port=taken.getsockname()[1]):
                pass


def test_two_can_run_at_the_same_time(consumer: oauth2.Consumer) -> None:
    """What one gives out is nothing to the other."""
    with oauth2.sandbox.run(consumer) as one, oauth2.sandbox.run(consumer) as other:
        token = one.add_token()
        assert ask(consumer, token, one.resource_url).status == 200
        assert ask(consumer, token, other.resource_url).problem == (401, "token_rejected")


@pytest.mark.parametrize(("host", "place"), [("localhost", "localhost"), ("::1", "[::1]")])
def test_it_listens_on_other_names_of_this_machine(
    consumer: oauth2.Consumer, host: str, place: str
) -> None:
    """An IPv6 address stands in brackets, in the base string too."""
    with oauth2.sandbox.run(consumer, host=host) as provider:
        assert provider.url.startswith(f"http://{place}:")
        token = request_token(provider)
        assert provider.allow(page_of(provider, token)).isdigit()


def test_a_page_that_refuses_is_an_error_of_the_one_who_clicks(provider: Provider) -> None:
    """For a token that is not known there is no Allow."""
    with pytest.raises(oauth2.Error, match="authorize page: expected status 200, got 401"):
        provider.allow(f"{provider.authorize_url}?oauth_token=nobody")


def test_allow_gives_a_pin_and_deny_an_empty_text(provider: Provider) -> None:
    """Where there is no callback to go back to."""
    assert provider.allow(page_of(provider, request_token(provider))).isdigit()
    assert provider.deny(page_of(provider, request_token(provider))) == ""


def test_it_shows_no_request_on_the_terminal(
    capfd: Any, provider: Provider, consumer: oauth2.Consumer
) -> None:
    """A request line may hold OAuth parameters."""
    ask(consumer, provider.add_token(), provider.resource_url)
    ask_unsigned(f"{provider.resource_url}?oauth_consumer_key=printer")
    assert capfd.readouterr() == ("", "")


def test_importing_it_loads_neither_flask_nor_sqlite() -> None:
    """They are loaded by whoever runs it."""
    ran = run_python(
        "import sys\n"
        "before = {*sys.modules}\n"
        "import oauth2.sandbox\n"
        "print({'flask', 'werkzeug', 'sqlite3'} & ({*sys.modules} - before))\n"
    )
    assert (ran.stdout.strip(), ran.stderr) == ("set()", "")


def test_without_flask_it_says_how_to_install_it() -> None:
    """The name can be imported; running is one ImportError, at the call."""
    ran = run_python(
        "import sys, oauth2.sandbox\n"
        "sys.modules['flask'] = sys.modules['werkzeug.serving'] = None\n"
        "try: oauth2.sandbox.run()\n"
        "except ImportError as error: print(error)\n"
    )
    assert ran.stdout.strip() == (
        "oauth2.sandbox needs the extra 'sandbox': python -m pip install 'oauth2[sandbox]'"
    )
    assert ran.stderr == ""


def test_the_error_of_a_missing_flask_is_raised_by_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not later, by the ``with``; its cause says what is missing."""
    monkeypatch.setitem(sys.modules, "oauth2.sandbox.serving", None)
    with pytest.raises(ImportError, match="needs the extra 'sandbox'") as caught:
        oauth2.sandbox.run()
    assert "oauth2.sandbox.serving" in str(caught.value.__cause__)


def test_the_clients_of_this_package_get_through(consumer: oauth2.Consumer) -> None:
    """`Flow` walks through the dance as the docstring of `run` says."""
    with oauth2.sandbox.run(consumer) as provider:
        flow = oauth2.Flow(
            provider.consumer,
            request_token_url=provider.request_token_url,
            authorize_url=provider.authorize_url,
            access_token_url=provider.access_token_url,
        )
        flow.fetch_request_token()
        token = flow.fetch_access_token(provider.allow(flow.authorization_url()))
        assert ask(consumer, token, provider.resource_url).status == 200
