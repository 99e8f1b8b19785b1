"""What a server checks of a request, taken step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .encoding import parameter_value
from .errors import Error, ParameterAbsent
from .redaction import shown_value
from .request import Request

__all__ = ["NOTHING_TO_CHECK", "Report", "Step", "take"]

NOTHING_TO_CHECK = object()  # what a check returns that is no step then
_FAILED: Any = object()
_PARAMETERS = {
    "version": "oauth_version",
    "consumer key": "oauth_consumer_key",
    "token": "oauth_token",
    "signature method": "oauth_signature_method",
    "timestamp": "oauth_timestamp",
    "body hash": "oauth_body_hash",
    "nonce": "oauth_nonce",
}


class Step(NamedTuple):
    """One thing that a Server checks of a request.

    ``name`` says which in plain words, ``received`` is what the request has (str, or None
    where there is nothing to show), ``error`` why it is refused, or None.
    """

    name: str
    received: str | None
    error: Error | None

    @property
    def came(self) -> str | None:
        """The name of ``received`` in 2.1."""
        return self.received


def take(name: str, check: Callable[..., Any], *arguments: Any) -> Any:
    """Run a check and return its result; its error ends all."""
    return check(*arguments)


class Report:
    """Takes each check as `take` does, keeps what it says in ``steps``, and goes on.

    A check that needs the result of one that failed is left out. That parameters are absent
    is said once.
    """

    def __init__(self, request: Request) -> None:
        self.steps: list[Step] = []
        self._request = request

    def take(self, name: str, check: Callable[..., Any], *arguments: Any) -> Any:
        """Run a check and return its result; keep its error."""
        if any(argument is _FAILED for argument in arguments):
            return _FAILED
        result, refusal = _FAILED, None
        try:
            result = check(*arguments)
        except Error as error:
            if isinstance(error, ParameterAbsent) and self._is_incomplete():
                return _FAILED
            refusal = error
        if result is NOTHING_TO_CHECK:
            return result
        self.steps.append(Step(name, self._received(name), refusal))
        return result

    @property
    def has_errors(self) -> bool:
        """Whether one of the steps ended with an error."""
        return any(step.error for step in self.steps)

    def _is_incomplete(self) -> bool:
        return any(isinstance(step.error, ParameterAbsent) for step in self.steps)

    def _received(self, name: str) -> str | None:
        if name == "parameters":
            names = sorted(name for name in self._request if name.startswith("oauth_"))
            return ascii(", ".join(names))[1:-1]
        value = self._request.get(_PARAMETERS.get(name, ""))
        return None if value is None else shown_value(parameter_value(value))[1:-1]
