"""The reference of services.json has all fields, with examples that are valid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from doc_run import running
from service_fields import DESCRIBED, pages

from oauth2.services import Service
from oauth2.services.schema import FIELDS, PROSE, REQUIRED, validated

PAGE = pages()["reference/services-json"]
ENTRY = {name: DESCRIBED[name].example for name in REQUIRED}


def test_the_reference_has_each_field_of_the_schema_and_no_other() -> None:
    """Those that the library reads, and those for readers alone."""
    assert DESCRIBED.keys() == FIELDS.keys() | PROSE.keys()
    assert FIELDS.keys() == set(Service._fields)


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_example_of_a_field_is_valid(name: str) -> None:
    """In an entry with the required fields."""
    fields: dict[str, Any] = {**ENTRY, name: DESCRIBED[name].example}
    assert validated(fields).get(name) == (fields[name] if name in FIELDS else None)
    assert f"\n| `{name}` | " in PAGE


@pytest.mark.parametrize(
    "row",
    [
        "| `id` | a text; required |",
        "| `name` | a text; the id |",
        "| `whoami_url` | an http or https URL; none |",
        "| `signature_methods` | a list of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, PLAINTEXT,"
        ' RSA-SHA1, RSA-SHA256, RSA-SHA512, RSA-PSS; `["HMAC-SHA1"]` |',
        "| `redirect_has_token` | true or false; `true` |",
        "| `url_vars` | an object of texts; `{}` |",
    ],
)
def test_a_row_has_type_and_default(row: str) -> None:
    """As schema and Service have them."""
    assert row in PAGE


def test_the_page_runs(tmp_path: Path) -> None:
    """An entry of one's own is found by the command, and by a program."""
    with running(PAGE, tmp_path, {}):
        pass
