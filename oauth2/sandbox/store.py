"""What a sandbox remembers, in SQLite: consumers, tokens and nonces."""

from __future__ import annotations

import os
import sqlite3
import threading
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ..encoding import octets_of, text_of
from ..errors import Error
from ..nonces import MemoryNonces, NonceKey, NonceStore

__all__ = ["AccessToken", "Outcome", "RequestToken", "Store"]

_MOST_ATTEMPTS = 5
_KEPT = 3600  # seconds during which an expired request token is still reported as expired
_MOST_LISTED = 20
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS request_tokens (
    key BLOB PRIMARY KEY, secret BLOB, consumer BLOB, callback BLOB, parameters BLOB,
    expires INTEGER, verifier BLOB, tries_left INTEGER DEFAULT {_MOST_ATTEMPTS});
CREATE TABLE IF NOT EXISTS access_tokens (
    key BLOB PRIMARY KEY, secret BLOB, consumer BLOB, owner BLOB,
    session_handle BLOB, expires INTEGER);
CREATE TABLE IF NOT EXISTS consumers (key BLOB PRIMARY KEY, secret BLOB);
"""


class Outcome(Enum):
    """How a request token ended; the file has it where it had the attempts that were left."""

    TRIED_TOO_OFTEN = 0
    DENIED = -1
    EXCHANGED = -2


@dataclass(frozen=True)
class RequestToken:
    """Temporary credentials (RFC 5849 section 2.1).

    ``consumer`` is the key of the consumer that they were issued to, ``callback`` a URL or ``oob``,
    ``parameters`` what else was in the request (a JSON object), ``expires`` in seconds since
    1970. ``verifier`` is None until the user has authorized it. ``tries_left`` is how often
    it may be exchanged, or the value of its `Outcome`.
    """

    key: str
    secret: str = field(repr=False)
    consumer: str
    callback: str
    parameters: str
    expires: int
    verifier: str | None = field(default=None, repr=False)
    tries_left: int = _MOST_ATTEMPTS

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it has not."""
        return None if self.tries_left > 0 else Outcome(self.tries_left)


@dataclass(frozen=True)
class AccessToken:
    """Token credentials (RFC 5849 section 2.3), and whose resources they open.

    ``session_handle`` and ``expires`` (seconds since 1970) are None for a token that
    does not expire.
    """

    key: str
    secret: str = field(repr=False)
    consumer: str
    owner: str
    session_handle: str | None = field(default=None, repr=False)
    expires: int | None = None


class Store:
    """Consumers, tokens and nonces, in a file or in memory; it is a `NonceStore`, too.

    Each change is one statement, so that of two that race only one succeeds,
    whether they are threads or processes on one file. Raises ValueError for a file that
    SQLite cannot use.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        if path is not None and path != ":memory:":
            path = os.path.abspath(path)  # which is never a URI of SQLite's, "file:…"
            # Made here, as SQLite would let everybody read the secrets in it.
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            mode = os.fstat(descriptor).st_mode
            os.close(descriptor)
            if os.name == "posix" and mode & 0o077:
                raise ValueError(f"database: others can read the secrets in {path}: chmod 600")
        self._lock = threading.Lock()
        self._is_closed = False
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False, isolation_level=None
        )
        try:
            self._connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError as exc:
            self._connection.close()
            raise ValueError(f"database: expected an SQLite file, got {path}: {exc}") from exc
        try:
            self._nonces = _nonces_in(path)
        except ImportError:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file, or forget all; a request that is still being served gets 503."""
        with self._lock:
            self._is_closed = True
            self._connection.close()

    def add_consumer(self, key: str, secret: str) -> None:
        """Keep a consumer, in the place of the one of the same key."""
        self._run(
            "INSERT INTO consumers VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET secret = ?",
            key,
            secret,
            secret,
        )

    def consumers(self) -> list[tuple[str, str]]:
        """Return key and secret of each consumer, the first one first."""
        rows, _ = self._run("SELECT key, secret FROM consumers ORDER BY rowid")
        return [(key, secret) for key, secret in rows]

    def add_request_token(self, token: RequestToken, now: int) -> None:
        """Keep a request token, and forget those that expired long before ``now``."""
        self._run("DELETE FROM request_tokens WHERE expires < ?", now - _KEPT)
        self._run(
            "INSERT INTO request_tokens (key, secret, consumer, callback, parameters, expires)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            token.key,
            token.secret,
            token.consumer,
            token.callback,
            token.parameters,
            token.expires,
        )

    def request_token(self, key: str) -> RequestToken | None:
        """Return a request token, also one that has ended, until it is forgotten."""
        rows, _ = self._run(
            "SELECT key, secret, consumer, callback, parameters, expires, verifier, tries_left"
            " FROM request_tokens WHERE key = ?",
            key,
        )
        return RequestToken(*rows[0]) if rows else None

    def live_request_tokens(self, now: int) -> list[RequestToken]:
        """Return those that can still be authorized or exchanged, the last one first."""
        rows, _ = self._run(
            "SELECT key, secret, consumer, callback, parameters, expires, verifier"
            " FROM request_tokens WHERE tries_left > 0 AND expires > ?"
            " ORDER BY rowid DESC LIMIT ?",
            now,
            _MOST_LISTED,
        )
        return [RequestToken(*row) for row in rows]

    def set_verifier(self, key: str, verifier: str) -> bool:
        """Let a request token be exchanged; False if it was before, or is not there."""
        _, changed = self._run(
            "UPDATE request_tokens SET verifier = ?"
            " WHERE key = ? AND verifier IS NULL AND tries_left > 0",
            verifier,
            key,
        )
        return changed == 1

    def count_attempt(self, key: str) -> bool:
        """Count an attempt to exchange the token; False if there were too many."""
        _, changed = self._run(
            "UPDATE request_tokens SET tries_left = tries_left - 1"
            " WHERE key = ? AND tries_left > 0",
            key,
        )
        return changed == 1

    def deny_request_token(self, key: str) -> bool:
        """Let a request token never be exchanged; False if it has ended, or is not there."""
        return self._end(key, Outcome.DENIED)

    def consume_request_token(self, key: str) -> bool:
        """Let a request token be exchanged no more; False if it has ended, or is not there."""
        return self._end(key, Outcome.EXCHANGED)

    def add_access_token(self, token: AccessToken) -> None:
        """Keep an access token."""
        self._run(
            "INSERT INTO access_tokens VALUES (?, ?, ?, ?, ?, ?)",
            token.key,
            token.secret,
            token.consumer,
            token.owner,
            token.session_handle,
            token.expires,
        )

    def access_token(self, key: str) -> AccessToken | None:
        """Return an access token, also one that has expired."""
        rows, _ = self._run("SELECT * FROM access_tokens WHERE key = ?", key)
        return AccessToken(*rows[0]) if rows else None

    def live_access_tokens(self, now: int) -> list[AccessToken]:
        """Return those that have not expired, the last one first."""
        rows, _ = self._run(
            "SELECT * FROM access_tokens WHERE expires IS NULL OR expires > ?"
            " ORDER BY rowid DESC LIMIT ?",
            now,
            _MOST_LISTED,
        )
        return [AccessToken(*row) for row in rows]

    def replace_access_token(self, key: str, token: AccessToken) -> bool:
        """Put a new access token in the place of an old one; False if that is gone."""
        _, changed = self._run(
            "UPDATE access_tokens SET key = ?, secret = ?, expires = ? WHERE key = ?",
            token.key,
            token.secret,
            token.expires,
            key,
        )
        return changed == 1

    def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Remember a nonce, as `NonceStore.remember` describes."""
        self._require_open()
        return self._nonces.remember(key, expires, now)

    # The names of 2.1.
    spend_try = count_attempt
    take_request_token = consume_request_token

    def _end(self, key: str, outcome: Outcome) -> bool:
        # The last of the attempts leaves none, and may be the right one.
        _, changed = self._run(
            "UPDATE request_tokens SET tries_left = ? WHERE key = ? AND tries_left >= 0",
            outcome.value,
            key,
        )
        return changed == 1

    def _run(self, sql: str, *values: str | int | None) -> tuple[list[list[Any]], int]:
        """Return the rows that a statement found, and how many it changed.

        Text is bound as octets: not all that is received is UTF-8.
        """
        bound = [octets_of(value) if isinstance(value, str) else value for value in values]
        with self._lock:
            self._require_open()
            cursor = self._connection.execute(sql, bound)
            found = cursor.fetchall()
        rows = [[text_of(v) if isinstance(v, bytes) else v for v in row] for row in found]
        return rows, cursor.rowcount

    def _require_open(self) -> None:
        if self._is_closed:
            raise Error("The sandbox has ended.", problem="permission_unknown", status=503)


def _nonces_in(path: str | os.PathLike[str] | None) -> NonceStore:
    """Return nonces in memory, or in an SQLite file, to which no connection stays open."""
    if path is None or path == ":memory:":
        return MemoryNonces()
    try:  # here, as it takes a while, and is not needed without a file
        from sqlalchemy import URL, create_engine
        from sqlalchemy.pool import NullPool
    except ImportError as exc:
        hint = "oauth2.sandbox with a file needs the extra 'sandbox'"
        raise ImportError(f"{hint}: python -m pip install 'oauth2[sandbox]'") from exc
    from ..nonces.sql import SQLNonces

    url = URL.create("sqlite", database=os.fsdecode(path))
    nonces = SQLNonces(create_engine(url, poolclass=NullPool))
    nonces.create_table()
    return nonces
