"""Why a provider refused what was just sent, shown after its answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from ..client import Client
from ..credentials import Credentials
from ..diagnosis import Comparison, Sent, explain_response
from ..errors import TokenRequestError
from ..signature import SignatureMethod
from .report import show_causes, show_rows
from .terminal import say

__all__ = [
    "Refused",
    "Watched",
    "explain_option",
    "explain_refusal",
    "explained_errors",
    "show_explanation",
    "watch",
]

# What is left to look at where a provider shows neither a reason nor its base string.
_UNEXPLAINED = {"signature-refused", "no-reason"}

explain_option = click.option(
    "--no-explain",
    "explains",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Do not say why a provider refuses the signature.",
)


class Watched(SignatureMethod):
    """Signs by another method, and keeps what was signed last."""

    _signed: Sent

    def __init__(self, method: SignatureMethod) -> None:
        self.name = method.name
        self.hash_name = method.hash_name
        self._method = method

    def sign(self, request: Any, consumer: Credentials, token: Credentials | None) -> str | bytes:
        base_string = request.signature_base_string()
        self._signed = Sent(base_string, consumer, token, int(time.time()))
        return self._method.sign(request, consumer, token)

    def explanation(self, response: Any, content: bytes, needs_token: bool) -> Comparison | None:
        """Return why the request that was signed last was refused; None where it was not."""
        sent = self._signed._replace(needs_token=needs_token)
        return explain_response(sent, response.status, response, content)


def watch(client: Client) -> Watched:
    """Let a client sign as before, and return what tells why a provider refused it."""
    watched = Watched(client.method)
    client.set_signature_method(watched)
    return watched


def explain_refusal(client: Client, watched: Watched, response: Any, content: bytes) -> None:
    """Show on standard error why a response refuses the signature, if it does."""
    if client.left_origin:
        return
    explanation = watched.explanation(response, content, needs_token=True)
    show_explanation(explanation, stderr=True)
    if explanation and _UNEXPLAINED.intersection(cause.code for cause in explanation.causes):
        say("'oauth2 sign' of the same request, with --as base-string, shows what was signed.")


def show_explanation(explanation: Comparison | None, stderr: bool = False) -> None:
    """Show the rows that differ, the causes, and what to change; nothing where there is none."""
    if explanation is None:
        return
    differing = [row for row in explanation.rows if row.differs]
    if differing:
        show_rows(differing, stderr)
    show_causes(explanation.causes, stderr)


class Refused(click.ClickException):
    """A provider refused a call for a token; ``explanation`` says why, after the line of it."""

    def __init__(self, error: TokenRequestError, explanation: Comparison) -> None:
        super().__init__(str(error))
        self.explanation = explanation


@contextmanager
def explained_errors(client: Client) -> Iterator[None]:
    """Raise Refused for a TokenRequestError within the block, where it can be explained."""
    watched = watch(client)
    try:
        yield
    except TokenRequestError as exc:
        if exc.response is None or client.left_origin:
            raise
        explanation = watched.explanation(exc.response, exc.content or b"", needs_token=False)
        if explanation is None:
            raise
        raise Refused(exc, explanation) from exc
