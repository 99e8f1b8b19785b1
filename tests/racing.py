"""A process that asks for the same nonces as others do: the URL of a database, when to start."""

from __future__ import annotations

import sys
import time

import sqlalchemy

from oauth2.nonces.sql import SQLNonces

COUNT = 20


def main(url: str, start: float) -> None:
    """Print a 1 for each nonce that was fresh, and a 0 for each that was not."""
    nonces = SQLNonces(sqlalchemy.create_engine(url))
    nonces.create_table()
    time.sleep(max(start - time.time(), 0))
    for number in range(COUNT):
        print(int(nonces.remember(("key", "", "1000", str(number)), 1300, 1000)), end="")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
