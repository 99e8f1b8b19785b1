"""Run real servers with real stores under load and faults; print tables, and what is wrong.

The command ends with status 1 when a request was wrongly refused or let in, or had no answer
in time. ``--help`` tells how to run less.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from load.driving import FAULTS, Drive
from load.filled import measured as filled_by, redis_rates
from load.judging import faults_of, replay_again
from load.places import SHARED, opened
from load.serving import SERVERS, serving
from load.signing import tasks
from load.tables import RUNS, Measured, filled_rows, machine, row_of, table


def runs(options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Yield server, store and what is killed; without a store nothing is."""
    for fault in options.faults:
        for server in options.servers:
            for store in options.stores:
                if store != "none" or fault == "nothing":
                    yield server, store, fault


def measured(options: argparse.Namespace, server: str, store: str, fault: str) -> Measured:
    """Run one server with one store."""
    with opened(store) as place, serving(server, options.workers, place.url) as serves:
        drive = Drive(serves, place, tasks(options.requests), options.kill_every)
        run = drive.send(options.clients, FAULTS[fault])
        return Measured(server, store, fault, run, replay_again(serves, run), serves.memory())


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000, help="of one run (%(default)s)")
    parser.add_argument("--clients", type=int, default=16, help="at once (%(default)s)")
    parser.add_argument("--workers", type=int, default=8, help="processes, 2 or more (%(default)s)")
    parser.add_argument("--nonces", type=int, default=1_000_000, help="live ones; 0: skip this")
    parser.add_argument("--servers", nargs="*", choices=list(SERVERS), default=list(SERVERS))
    parser.add_argument("--stores", nargs="*", choices=SHARED, default=SHARED)
    parser.add_argument("--faults", nargs="*", choices=list(FAULTS), default=list(FAULTS))
    parser.add_argument("--kill-every", type=float, default=1.0, help="seconds (%(default)s)")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    print(machine(), flush=True)
    faults, references, rows = [], {}, [RUNS]
    for server, store, fault in runs(options):
        one = measured(options, server, store, fault)
        if store == "none":
            references[server] = one.rate
        rows.append(row_of(one, references.get(server)))
        wrong = faults_of(one.run, fault, one.replays, store != "none")
        faults += [f"{server}, {store}, {fault} killed: {line}" for line in wrong]
        print(" ".join(rows[-1]), *wrong, sep="\n", file=sys.stderr)
    print(table(rows))
    if options.nonces:
        names = ["memory", *(name for name in options.stores if name != "none")]
        filled = {name: filled_by(name, options.nonces) for name in names}
        print("", table(filled_rows(filled, options.nonces)), sep="\n", flush=True)
        for how, rate in redis_rates(options.nonces).items():
            print(f"\nOne Redis, appendfsync {how}: {rate:.0f} SET … NX EX a second.")
    print("", *faults or ["Nothing was wrongly refused, nothing let in."], sep="\n")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
