"""What real providers do other than RFC 5849 says, for clients to be tested against."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Manners", "Quirks"]

_FAULTS = (None, "error", "html")


@dataclass(frozen=True)
class Quirks:
    """Quirks to simulate where a program reads the response; none by default.

    ``confirm_callback``: False leaves ``oauth_callback_confirmed`` out.
    ``json_answers``: True sends tokens as JSON instead of a form.
    ``clock_offset``: the seconds by which its clock, and its Date header, are ahead.
    ``fault``: ``"error"`` answers each request with status 500, ``"html"`` with a page and 200.
    ``delay``: the seconds that pass before each response.
    ``redirect``: True redirects each request once, to the same path with a longer query.

    >>> Quirks(clock_offset=-600).clock_offset
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


Manners = Quirks  # its name in 2.1
