"""What a request is sent to: ``URL``, ``METHOD URL``, or ``-X METHOD URL``."""

from __future__ import annotations

from collections.abc import Sequence

import click

__all__ = ["METHOD", "WORDS", "target"]

WORDS = click.argument("words", nargs=-1, metavar="[METHOD] URL")
METHOD = click.option(
    "-X",
    "--method",
    metavar="METHOD",
    help="The method. Without one: POST where there is a body, else GET.",
)


def target(words: Sequence[str], method: str | None, has_body: bool) -> tuple[str, str]:
    """Return method and URL; raises UsageError where the words are neither form.

    >>> target(["https://photos.example.net/"], None, has_body=True)
    ('POST', 'https://photos.example.net/')
    """
    if not words or (len(words) == 1 and words[0].isalpha()):
        raise click.UsageError(f"Missing argument 'URL'{''.join(f' after {w}' for w in words)}.")
    if len(words) > 2:
        raise click.UsageError(f"expected [METHOD] URL, got {len(words)} arguments")
    if len(words) == 1:
        return method or ("POST" if has_body else "GET"), words[0]
    if method is not None:
        raise click.UsageError("expected METHOD before the URL or -X METHOD, got both")
    return words[0], words[1]
