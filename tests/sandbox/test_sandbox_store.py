"""What a sandbox remembers, in memory and in a file."""

from __future__ import annotations

import os
import re
import stat
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from asking import allowed_token, ask, ask_unsigned, exchange, request_token

import oauth2
import oauth2.sandbox
from oauth2.sandbox import Provider
from oauth2.sandbox.authority import Authority
from oauth2.sandbox.store import RequestToken, Store

NONCE = ("key", "token", "1000", "abc")


@pytest.fixture(params=["memory", "file"])
def store(request: Any, tmp_path: Path) -> Iterator[Any]:
    """Open a store of either kind."""
    path = tmp_path / "store" if request.param == "file" else None
    with closing(Store(path)) as opened:
        yield opened


def token(key: Any, expires: int = 1000) -> Any:
    return RequestToken(key, "token-sekrit", "printer", "oob", "{}", expires)


def test_tokens_survive_a_restart(consumer: oauth2.Consumer, tmp_path: Path) -> None:
    """A request token is exchanged, and an access token used, at the next one."""
    path = tmp_path / "sandbox.db"
    with oauth2.sandbox.run(consumer, database=path, session_seconds=60) as provider:
        asked, pin = allowed_token(provider)
        given = provider.add_token()
    with oauth2.sandbox.run(consumer, database=str(path)) as provider:
        assert exchange(provider, asked, pin).status == 200
        assert ask(consumer, given, provider.resource_url).status == 200


def test_a_session_is_not_renewed_by_a_run_without_sessions(
    consumer: oauth2.Consumer, tmp_path: Path
) -> None:
    """It could not say for how long."""
    path = tmp_path / "sandbox.db"
    with oauth2.sandbox.run(consumer, database=path, session_seconds=60) as provider:
        given = oauth2.Token.from_string(exchange(provider, *allowed_token(provider)).content)
    handle = given.extra["oauth_session_handle"]
    with oauth2.sandbox.run(consumer, database=path) as provider:
        url = provider.access_token_url
        got = ask(consumer, given, url, oauth_session_handle=handle)
        assert got.problem == (401, "token_rejected")


def test_nonces_survive_a_restart(consumer: oauth2.Consumer, tmp_path: Path) -> None:
    """What was accepted by one run is a replay at the next, on the same port."""
    path = tmp_path / "sandbox.db"
    with oauth2.sandbox.run(consumer, database=path) as provider:
        port = int(provider.url.rpartition(":")[2])
        client = oauth2.Client(consumer, provider.add_token(), placement="query")
        sent = client.sign(provider.resource_url)
        assert ask_unsigned(sent.uri).status == 200
    with oauth2.sandbox.run(consumer, database=path, port=port) as provider:
        assert ask_unsigned(sent.uri).problem == (401, "nonce_used")


def test_without_a_file_nothing_survives(consumer: oauth2.Consumer) -> None:
    """Memory is gone with the sandbox."""
    with oauth2.sandbox.run(consumer) as provider:
        given = provider.add_token()
    with oauth2.sandbox.run(consumer) as provider:
        assert ask(consumer, given, provider.resource_url).problem == (401, "token_rejected")


def test_the_file_is_read_by_nobody_else(tmp_path: Path) -> None:
    """There are secrets in it."""
    path = tmp_path / "store"
    before = os.umask(0)
    try:
        with closing(Store(path)):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    """The message names the file, which is left as it was."""
    path = tmp_path / "letter"
    path.write_text("Dear Ann, " * 100)
    path.chmod(0o600)
    with pytest.raises(ValueError, match=r"database: expected an SQLite file, got .*letter"):
        with oauth2.sandbox.run(database=path):
            pass
    assert path.read_text().startswith("Dear Ann")


def test_a_file_that_others_can_read_is_an_error(tmp_path: Path) -> None:
    """Secrets are not written where they can be read."""
    path = tmp_path / "store"
    path.touch()
    path.chmod(0o644)
    with pytest.raises(ValueError, match=r"others can read the secrets in .*store: chmod 600"):
        with oauth2.sandbox.run(database=path):
            pass
    assert path.read_bytes() == b""


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """It is an OSError, as of any file."""
    with pytest.raises(OSError, match="not-there"):
        with oauth2.sandbox.run(database=tmp_path / "not-there" / "store"):
            pass


@pytest.mark.parametrize("path", [":memory:", b"store", "file:store"])
def test_whatever_sqlite_takes_for_a_file_will_do(
    path: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nonces are where the tokens are."""
    monkeypatch.chdir(tmp_path)
    with closing(Store(path)) as store:
        assert [store.remember(NONCE, 1300, 1000) for _ in range(2)] == [True, False]
    assert [file.name for file in tmp_path.iterdir()] in ([os.fsdecode(path)], [])


def test_without_sqlalchemy_a_file_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an upgrade of the library alone; a sandbox in memory does without."""
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    hint = re.escape("needs the extra 'sandbox': python -m pip install 'oauth2[sandbox]'")
    with pytest.raises(ImportError, match=hint):
        Store(tmp_path / "store")
    Store().close()


def test_a_nonce_is_remembered_once(store: Any) -> None:
    """The second time it is known."""
    assert store.remember(NONCE, 1300, 1000)
    assert not store.remember(NONCE, 1300, 1000)


@pytest.mark.parametrize("part", range(4))
def test_each_part_of_a_nonce_counts(store: Any, part: Any) -> None:
    """A nonce is fresh with another consumer, token or timestamp."""
    other = tuple("x" if number == part else text for number, text in enumerate(NONCE))
    assert store.remember(NONCE, 1300, 1000)
    assert store.remember(other, 1300, 1000)


def test_the_parts_of_a_nonce_do_not_run_together(store: Any) -> None:
    """What separates them is escaped inside of them."""
    assert store.remember(("a&b", "", "1", "c"), 1300, 1000)
    assert store.remember(("a", "b&", "1", "c"), 1300, 1000)
    assert store.remember(("a", "b", "&1", "\udcff"), 1300, 1000)


def test_expired_nonces_are_forgotten(monotonic: Any) -> None:
    """At the second after the last one that counts, by the clock; a file has one of its own."""
    store = Store()
    assert store.remember(NONCE, 1300, 1000)
    monotonic[0] += 300
    assert not store.remember(NONCE, 1300, 1300)
    monotonic[0] += 1
    assert store.remember(NONCE, 1601, 1301)
    store.close()


def test_a_clock_that_jumps_ahead_and_back_forgets_no_live_nonce(
    store: Any, monotonic: Any
) -> None:
    """What has not really passed is no reason to forget."""
    assert store.remember(NONCE, 1300, 1000)
    monotonic[0] += 1
    assert store.remember(("a", "", "9000", "b"), 9300, 9000)
    monotonic[0] += 1
    assert not store.remember(NONCE, 1300, 1002)


def test_of_nonces_that_race_one_is_fresh(store: Any) -> None:
    """Test and set is one step."""
    together = threading.Barrier(8)

    def race(_: Any) -> Any:
        together.wait(timeout=10)
        return store.remember(NONCE, 1300, 1000)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(race, range(8))) == 1


def test_two_processes_share_a_file(tmp_path: Path) -> None:
    """As two stores on one file do: one wins."""
    with closing(Store(tmp_path / "a")) as one, closing(Store(tmp_path / "a")) as other:
        one.add_request_token(token("t"), 0)
        assert one.remember(NONCE, 1300, 1000)
        assert not other.remember(NONCE, 1300, 1000)
        assert other.consume_request_token("t")
        assert not one.consume_request_token("t")


def test_a_request_token_comes_back_as_it_went(store: Any) -> None:
    """Octets that are no UTF-8 included."""
    odd = RequestToken("\udcff", "\udcfe sekrit", "\u00e9", "http://a.example/", "{}", 1000)
    store.add_request_token(odd, 0)
    assert store.request_token("\udcff") == odd
    assert store.request_token("\u00ff") is None


def test_a_request_token_that_expired_long_ago_is_forgotten(store: Any) -> None:
    """An hour later; until then it can be answered as expired."""
    store.add_request_token(token("old", expires=1000), 0)
    store.add_request_token(token("new", expires=9000), 1000 + 3600)
    assert store.request_token("old") is not None
    store.add_request_token(token("newer", expires=9000), 1000 + 3601)
    assert store.request_token("old") is None


def test_a_verifier_is_set_once(store: Any) -> None:
    """And to a token that is there."""
    store.add_request_token(token("t"), 0)
    assert store.set_verifier("t", "1")
    assert not store.set_verifier("t", "2")
    assert not store.set_verifier("other", "1")
    assert store.request_token("t").verifier == "1"


def test_a_closed_store_is_closed(tmp_path: Path) -> None:
    """Nothing is written after the end; who still waits for an answer is told so."""
    store = Store(tmp_path / "a")
    store.close()
    with pytest.raises(oauth2.Error, match="The sandbox has ended") as caught:
        store.remember(NONCE, 1300, 1000)
    assert caught.value.status == 503


def test_secrets_are_not_in_an_address(provider: Provider) -> None:
    """The page's address holds the key of the request token alone."""
    asked = request_token(provider)
    assert str(asked.secret) not in provider.allow(
        f"{provider.authorize_url}?oauth_token={asked.key!s}"
    )


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (Store, "spend_try", "count_attempt"),
        (Store, "take_request_token", "consume_request_token"),
        (Authority, "give_request_token", "issue_request_token"),
        (Authority, "give_access_token", "issue_access_token"),
        (Authority, "asked", "pending_authorization"),
    ],
)
def test_method_has_its_name_of_2_1_as_well(kind: Any, old: str, new: str) -> None:
    """A test that was written for 2.1 goes on working."""
    assert getattr(kind, old) is getattr(kind, new)


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601])
def test_a_file_that_anyone_else_may_use_is_an_error(tmp_path: Any, mode: Any) -> None:
    """The owner's group and all others, for reading or for writing."""
    path = tmp_path / "store"
    path.touch()
    path.chmod(mode)
    with pytest.raises(ValueError, match=r"others can read the secrets in .*store: chmod 600"):
        Store(path)
    assert path.read_bytes() == b""


def test_the_consumers_of_a_file_are_known_where_no_others_are_given(tmp_path: Path) -> None:
    """One that is given again has its new secret, and keeps its place."""
    path = tmp_path / "a"
    with oauth2.sandbox.run(database=path) as provider:
        (generated,) = provider.consumers
    given = [oauth2.Consumer("one", "a-sekrit"), oauth2.Consumer("two", b"\xff sekrit")]
    with oauth2.sandbox.run(*given, database=path) as provider:
        assert provider.consumers == tuple(given)
    with oauth2.sandbox.run(oauth2.Consumer("one", "new-sekrit"), database=path):
        pass
    with oauth2.sandbox.run(database=path) as provider:
        pairs = [(consumer.key, consumer.secret) for consumer in provider.consumers]
        assert pairs[0] == (generated.key, generated.secret)
        assert pairs[1:] == [("one", "new-sekrit"), ("two", "\udcff sekrit")]
        token = provider.add_token(consumer=given[1])
        assert ask(given[1], token, provider.resource_url).status == 200


def test_a_token_is_known_with_its_consumer_and_secrets(consumer: oauth2.Consumer) -> None:
    """And as long as it opens anything."""
    other = oauth2.Consumer("other", "b-sekrit")
    with oauth2.sandbox.run(consumer, other, session_seconds=100) as provider:
        token = provider.add_token()
        assert provider.has_token(consumer, token)
        assert not provider.has_token(other, token)
        assert not provider.has_token(oauth2.Consumer("none", "a-sekrit"), token)
        assert not provider.has_token(oauth2.Consumer(consumer.key, "b-sekrit"), token)
        assert not provider.has_token(consumer, oauth2.Token(token.key, "b-sekrit"))
        assert not provider.has_token(consumer, oauth2.Token("none", token.secret))
        provider.server.clock_offset += 101
        assert not provider.has_token(consumer, token)
