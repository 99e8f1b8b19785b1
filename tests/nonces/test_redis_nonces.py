"""RedisNonces: one command a nonce, on a real Redis, also where it stops, ends and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import redis.asyncio
from nonce_keys import KEY, key
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry
from restarting import assert_a_restart_accepts_nothing_twice
from secrets_check import assert_no_secret
from stopping import assert_not_waited_for
from stores import Redis, running_cluster, running_redis

from oauth2 import NonceStoreUnavailable
from oauth2.nonces.redis import AsyncRedisNonces, RedisNonces


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    """Run a Redis for all tests of this module; each has its own nonces."""
    with running_redis() as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(server: Redis) -> None:
    """Forget what other tests have left."""
    server.ask("FLUSHALL")


def client_of(server: Redis, kind: Any = redis.Redis, seconds: float = 0.5) -> Any:
    """Make a client as the docstring advises."""
    timeouts = {"socket_timeout": seconds, "socket_connect_timeout": seconds}
    retry = redis.asyncio.retry.Retry if kind is redis.asyncio.Redis else Retry
    return kind(host="127.0.0.1", port=server.port, retry=retry(NoBackoff(), 0), **timeouts)


@pytest.fixture
def client(server: Redis) -> Iterator[Any]:
    """Make a client, and close it."""
    made = client_of(server)
    yield made
    made.close()


def test_a_nonce_is_one_key_of_fixed_length_with_an_end(client: Any) -> None:
    """However long its parts are; what is in them cannot be read there."""
    nonces = RedisNonces(client)
    nonces.remember(KEY, expires=1300, now=1000)
    nonces.remember(("key" * 1000, "", "1000", "nonce\r\n"), expires=1300, now=1000)
    names = client.keys("*")
    assert {len(name) for name in names} == {len("oauth2:nonce:") + 22}
    assert all(name.startswith(b"oauth2:nonce:") for name in names)
    assert {client.ttl(name) for name in names} <= {300, 301}


def test_a_prefix_parts_what_is_apart(client: Any) -> None:
    """Two programs on one Redis do not see each other's nonces."""
    assert RedisNonces(client, prefix="a:").remember(KEY, 1300, 1000)
    assert RedisNonces(client, prefix="b:").remember(KEY, 1300, 1000)
    assert sorted(name[:2] for name in client.keys("*")) == [b"a:", b"b:"]


def test_a_nonce_is_one_command(server: Redis, client: Any) -> None:
    """One round trip, whether it is fresh or not."""
    nonces = RedisNonces(client)
    nonces.remember(KEY, 1300, 1000)
    server.ask("CONFIG", "RESETSTAT")
    for _ in range(3):
        nonces.remember(KEY, 1300, 1000)
    told = re.findall(r"cmdstat_(\w+).*?:calls=(\d+)", server.ask("INFO", "commandstats"))
    assert dict(told) == {"set": "3", "config": "1", "quit": "1"}  # the others are of the test


def test_its_repr_shows_no_address(client: Any) -> None:
    """A client's own has shown a password in some versions."""
    assert repr(RedisNonces(client)) == "RedisNonces(prefix='oauth2:nonce:')"


def test_what_is_no_client_is_a_type_error() -> None:
    """At once, and not at the first request."""
    with pytest.raises(TypeError, match="client: expected a client of Redis, got str"):
        RedisNonces("redis://localhost")
    with pytest.raises(TypeError, match="client: expected a client of Redis, got the class Client"):
        RedisNonces(type("Client", (), {"set": print}))


def test_client_of_the_other_kind_is_told(server: Redis, client: Any) -> None:
    """It is a mistake of the program, and no server that is away."""

    async def ask() -> None:
        async with client_of(server, redis.asyncio.Redis) as awaited:
            with pytest.raises(TypeError, match=r"^client: .* to await: use AsyncRedisNonces$"):
                RedisNonces(awaited).remember(KEY, 1300, 1000)
        with pytest.raises(TypeError, match=r"^client: expected one of redis\.asyncio, .* RedisN"):
            await AsyncRedisNonces(client).remember(KEY, 1300, 1000)

    asyncio.run(ask())


@pytest.mark.parametrize("answer", [False, "QUEUED", 1, b"OK", object()])
def test_what_is_no_answer_lets_nobody_in(answer: object) -> None:
    """As within MULTI, or from a client of another kind."""

    class Odd:
        def set(self, *args: object, **options: object) -> object:
            """Answer something."""
            return answer

    with pytest.raises(NonceStoreUnavailable, match=r"^The nonces in Redis .*: TypeError\.$"):
        RedisNonces(Odd()).remember(KEY, 1300, 1000)


def test_a_full_redis_refuses(server: Redis, client: Any) -> None:
    """With noeviction, nothing that is live is forgotten for it."""
    nonces = RedisNonces(client)
    nonces.remember(KEY, 1300, 1000)
    server.ask("CONFIG", "SET", "maxmemory", "1")
    try:
        with pytest.raises(NonceStoreUnavailable):
            nonces.remember(key(1), 1300, 1000)
    finally:
        server.ask("CONFIG", "SET", "maxmemory", "0")
    assert not nonces.remember(KEY, 1300, 1000)


@pytest.mark.parametrize(
    "octets", [b"HTTP/1.1 400 Bad\r\n\r\n", b":x\r\n", b"\r\n", b"+\xff\r\n", b""]
)
def test_a_server_that_speaks_nonsense_lets_nobody_in(octets: bytes) -> None:
    """Whatever the client makes of it: it is an Error with status 503."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(octets * 20)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        client = redis.Redis(port=port, socket_timeout=0.5, retry=Retry(NoBackoff(), 0))
        with pytest.raises(NonceStoreUnavailable) as caught:
            RedisNonces(client).remember(("sesame-key", "", "1", "n"), 1300, 1000)
        thread.join()
        client.close()
    assert caught.value.status == 503
    assert_no_secret(caught.value, "sesame-key")


def test_a_stopped_server_lets_nobody_in_and_is_not_waited_for(server: Redis) -> None:
    """After the timeout of the client; when it goes on, so do the nonces."""
    client = client_of(server)
    assert_not_waited_for(server, RedisNonces(client))
    client.close()


def test_an_awaited_answer_that_is_given_up_is_given_to_nobody_else(server: Redis) -> None:
    """A task that is cancelled while it waits leaves no answer behind for the next nonce."""

    async def give_up() -> None:
        client = client_of(server, redis.asyncio.Redis, seconds=5)
        nonces = AsyncRedisNonces(client)
        await nonces.remember(KEY, 1300, 1000)
        server.send(signal.SIGSTOP)
        try:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(nonces.remember(key(1), 1300, 1000), 0.2)
        finally:
            server.send(signal.SIGCONT)
        for _ in range(3):
            assert not await nonces.remember(KEY, 1300, 1000)
        await client.aclose()

    asyncio.run(give_up())


def test_an_awaited_server_that_stopped_is_not_waited_for(server: Redis) -> None:
    """The timeouts are those of the client, as in a thread."""

    async def ask() -> None:
        client = client_of(server, redis.asyncio.Redis)
        nonces = AsyncRedisNonces(client)
        await nonces.remember(KEY, 1300, 1000)
        server.send(signal.SIGSTOP)
        try:
            with pytest.raises(NonceStoreUnavailable):
                await asyncio.wait_for(nonces.remember(key(1), 1300, 1000), 5)
        finally:
            server.send(signal.SIGCONT)
        await client.aclose()

    asyncio.run(ask())


def test_a_restart_accepts_nothing_twice(server: Redis) -> None:
    """It is killed while threads ask, and started again from its file, two times."""
    with client_of(server) as client:
        assert_a_restart_accepts_nothing_twice(RedisNonces(client), server, 2)


def test_nonces_spread_over_a_cluster() -> None:
    """Each is one key, so that all nodes take their part, and each nonce has one place."""
    with running_cluster() as nodes:
        client = RedisCluster("127.0.0.1", nodes[0].port)
        nonces = RedisNonces(client)
        answers = [nonces.remember(key(n % 100), 1300, 1000) for n in range(200)]
        shares = [int(node.ask("DBSIZE")[1:].split()[0]) for node in nodes]
        client.close()
    assert answers == [True] * 100 + [False] * 100
    assert sum(shares) == 100
    assert min(shares) > 10


def test_a_node_of_a_cluster_that_is_gone_lets_nobody_in() -> None:
    """The nonces that are its own are refused."""
    with running_cluster() as nodes:
        timeouts: Any = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
        client = RedisCluster("127.0.0.1", nodes[0].port, **timeouts)
        nonces = RedisNonces(client)
        known = [n for n in range(30) if nonces.remember(key(n), 1300, 1000)]
        nodes[2].kill()
        let_in = []
        for number in known:
            with contextlib.suppress(NonceStoreUnavailable):
                let_in.append(nonces.remember(key(number), 1300, 1000))
        client.close()
    assert len(known) == 30
    assert len(let_in) < 30
    assert not any(let_in)
