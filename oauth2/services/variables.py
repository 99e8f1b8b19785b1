"""The variables of a provider's URLs: ``{name}``, for which a user has the value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

__all__ = ["SPELLINGS", "expanded", "is_base_url", "is_name", "is_start", "names_in", "spelled"]

_variable = re.compile(r"\{(\w+)\}")
# The start of a URL: a host, perhaps a port and a path, but no query, fragment or user-info.
is_base_url = re.compile(r"https?://[^\s/?#@\\{}]+(?:/[^\s?#\\{}]*)?").fullmatch
# One label of a host or one segment of a path.
is_name = re.compile(r"[^\s/?#@\\{}]+").fullmatch

# How a provider writes one and the same value in one place or another; each name is a sample.
SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "lower-hyphen": lambda value: value.lower().replace("_", "-"),
    "UPPER_UNDERSCORE": lambda value: value.upper().replace("-", "_"),
}


def names_in(templates: Iterable[str]) -> list[str]:
    """Return the names of all variables, each once, in their order."""
    return list(dict.fromkeys(_variable.findall("".join(templates))))


def is_start(name: str, templates: Iterable[str]) -> bool:
    """Tell whether a variable stands for the start of a URL."""
    return any(template.startswith(f"{{{name}}}") for template in templates)


def expanded(template: str, values: Mapping[str, str]) -> str:
    """Put values in the place of variables; one without a value stays.

    >>> expanded("https://{host}/{user}", {"host": "a.example"})
    'https://a.example/{user}'
    """
    return _variable.sub(lambda match: values.get(match[1], match[0]), template)


def spelled(values: Mapping[str, str], spelling: str | None) -> Mapping[str, str]:
    """Return values as a place wants them, or as they are where ``spelling`` is None.

    >>> spelled({"account": "1234567-sb1"}, "UPPER_UNDERSCORE")
    {'account': '1234567_SB1'}
    """
    if spelling is None:
        return values
    return {name: SPELLINGS[spelling](value) for name, value in values.items()}
