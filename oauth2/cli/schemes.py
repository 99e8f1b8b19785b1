"""By http or by https: what a raw request does not tell, and its signature may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..diagnosis import Cause
from ..diagnosis.keys import UNEXPLAINED
from ..request import Request
from ..sandbox.hosts import is_loopback
from ..server import Step
from ..urls import split_authority

__all__ = ["SCHEMES", "Reading", "chosen"]

SCHEMES = ("https", "http")


class Reading(NamedTuple):
    """A request as sent by one scheme, and the ``steps`` by which it was verified."""

    scheme: str
    request: Request
    steps: list[Step]

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What was found out about a wrong signature."""
        return tuple(cause for step in self.steps for cause in getattr(step.error, "causes", ()))

    @property
    def failures(self) -> int:
        """How many steps failed."""
        return sum(step.error is not None for step in self.steps)

    @property
    def verifies(self) -> bool:
        """Whether there is a signature, and the right one."""
        return any(step.name == "signature" and not step.error for step in self.steps)

    @property
    def faults(self) -> tuple[int, bool, int]:
        """Count what is wrong: steps that failed, a signature not explained, mistakes made."""
        return self.failures, any(cause in UNEXPLAINED for cause in self.causes), len(self.causes)


def chosen(readings: Sequence[Reading]) -> tuple[Reading, str]:
    """Return the reading that is likeliest, and in a sentence why; "" where there is one alone."""
    if len(readings) == 1:
        return readings[0], ""
    usual, authority = _usual_scheme(readings[0].request)
    best, other = sorted(readings, key=lambda each: (each.faults, each.scheme != usual))
    if best.verifies and not other.verifies:
        why = f"its signature does not verify as {other.scheme}"
    elif best.faults < other.faults:
        why = f"its signature does not verify as {other.scheme} either, and this explains it better"
    else:
        why = f"its signature does not tell, and this is usual for {authority}"
    return best, f"Read as {best.scheme}, as {why}; --scheme {other.scheme} reads it otherwise."


def _usual_scheme(request: Request) -> tuple[str, str]:
    """Return the scheme by which a host is usually reached, and the host with its port."""
    authority = request.url.split("/")[2]
    host, port = split_authority(authority)
    is_https = port.endswith("443") or not (port or is_loopback(host.strip("[]")))
    return "https" if is_https else "http", authority
