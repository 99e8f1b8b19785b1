"""The page of errors: their tree, when each is raised, and what it knows."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping

from oauth2 import Error, errors

__all__ = ["errors_page", "tree"]

_end_of_sentence = re.compile(r"[.;](?:\s|$)|: a ")
_OF_ALL = {"message", "problem", "status"}

_TEXT = """# Errors

What can go wrong on the wire is an `oauth2.Error`, with a class for each cause. `problem` is the
code of the OAuth Problem Reporting extension, `status` the HTTP status by which a server answers;
{{py:meth}}`oauth2.Verifier.refusal` makes that answer. What else an error knows are attributes of
its class, None where they are not known. A mistake in the calling program is a `ValueError` or a
`TypeError` instead. No error holds a secret, a key, or the signature that was expected.
What to do about one that a provider answers with is among [the causes of a 401](../401/index.md).

| class | `problem` | `status` | raised when | attributes |
| --- | --- | --- | --- | --- |
{rows}

An indented class is a subclass of the one above it that is indented less.

## The classes

```{{eval-rst}}
.. currentmodule:: oauth2
{classes}
```

## Profiles and services

These are a `ValueError` each, as it is the program, or its user, who names them.

```{{eval-rst}}
.. autoexception:: oauth2.profiles.ProfileError
.. autoexception:: oauth2.services.ServiceError
.. autoexception:: oauth2.services.UnknownService
   :show-inheritance:
```

Those of `oauth2.auth.requests_oauthlib` are on [the page of HTTP libraries](http-libraries.md).
"""


def tree(kind: type[Error] = Error, depth: int = 0) -> Iterator[tuple[type[Error], int]]:
    """Give each class of the tree with its depth, in the order in which they are defined."""
    yield kind, depth
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from tree(below, depth + 1)


def errors_page() -> Mapping[str, str]:
    """Return the page of errors."""
    kinds = list(tree())
    rows = "\n".join([_row(kind, depth) for kind, depth in kinds])
    classes = "\n".join([f".. autoexception:: {kind.__name__}" for kind, _ in kinds])
    return {"reference/errors": _TEXT.format(rows=rows, classes=classes)}


def _row(kind: type[Error], depth: int) -> str:
    indent = "&emsp;" * depth
    problem = f"`{kind.problem}`" if kind.problem else ""
    names = ", ".join([f"`{name}`" for name in _attributes(kind)])
    name = f"{indent}{{py:exc}}`~oauth2.{kind.__name__}`"
    return f"| {name} | {problem} | {kind.status} | {_when(kind)} | {names} |"


def _attributes(kind: type[Error]) -> list[str]:
    """Return what an error of this class knows beside what all do."""
    told = [name for base in kind.__mro__ if issubclass(base, Error) for name in vars(base)]
    public = {name: None for name in told if not name.startswith("_")}
    return [name for name in public if name not in _OF_ALL]


def _when(kind: type[Error]) -> str:
    """Return the first sentence of its docstring."""
    sentence = _end_of_sentence.split(inspect.getdoc(kind) or "")[0]
    return " ".join(sentence.replace("``", "`").split())
