"""Search an error, and all that hangs on it, for secrets."""

from __future__ import annotations

from collections.abc import Iterator


def assert_no_secret(error: BaseException, *secrets: str | bytes) -> None:
    """Fail when a secret stands in an error's text, its attributes, or those of its causes."""
    for link in _chain(error):
        texts = [str(link), repr(link), repr(link.args), repr(vars(link))]
        for secret in secrets:
            plain = (
                secret.decode("utf-8", "surrogateescape") if isinstance(secret, bytes) else secret
            )
            for text in texts:
                assert plain not in text, f"{type(link).__name__} shows a secret: {text}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
