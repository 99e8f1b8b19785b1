"""The bad manners of real providers, for clients to be tested against."""

from __future__ import annotations

from dataclasses import dataclass

_FAULTS = (None, "error", "html")


@dataclass(frozen=True)
class Manners:
    """How a sandbox behaves where its answer is read by a program; by default, well.

    ``confirm_callback``: False leaves ``oauth_callback_confirmed`` out.
    ``json_answers``: True answers with tokens as JSON instead of a form.
    ``clock_offset``: the seconds by which its clock, and its Date header, are ahead.
    ``fault``: ``"error"`` answers all with status 500, ``"html"`` with a page and 200.
    ``delay``: the seconds that pass before each answer.
    ``redirect``: True redirects each request once, to the same place with a longer query.

    >>> Manners(clock_offset=-600).clock_offset
    -600

    Raises ValueError for a ``fault`` that it does not have.
    """

    confirm_callback: bool = True
    json_answers: bool = False
    clock_offset: int = 0
    fault: str | None = None
    delay: float = 0.0
    redirect: bool = False

    def __post_init__(self) -> None:
        if self.fault not in _FAULTS:
            raise ValueError(f"fault: expected one of {_FAULTS}, got {self.fault!r}")
