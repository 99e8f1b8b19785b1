"""Which placements and realms are taken, wherever they are given."""

from __future__ import annotations

import re
from typing import Any

import pytest

from oauth2.placement import require_placement, require_placement_of_auth, require_realm


@pytest.mark.parametrize("placement", ["header", "query", "body", None])
def test_each_place_of_the_rfc_is_a_placement(placement: Any) -> None:
    """RFC 5849 section 3.5 has three; None is for who leaves the choice."""
    require_placement(placement)


@pytest.mark.parametrize("placement", ["", "HEADER", "url", 1])
def test_another_placement_is_refused(placement: Any) -> None:
    """ValueError lists those that there are, and shows the one given."""
    expected = f"placement: expected one of ('header', 'query', 'body'), got {placement!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        require_placement(placement)


@pytest.mark.parametrize("placement", ["header", "query"])
def test_http_libraries_sign_in_the_header_or_the_query(placement: Any) -> None:
    """Both stay behind when a redirect leads to another origin."""
    require_placement_of_auth(placement)


@pytest.mark.parametrize(
    ("placement", "got"),
    [
        ("url", "'url'"),
        (None, "None"),
        (
            "body",
            "'body': what is in the body would be sent on to another origin after a redirect",
        ),
    ],
)
def test_another_placement_of_an_http_library_is_refused(placement: Any, got: str) -> None:
    """For the body, ValueError says why."""
    expected = f"placement: expected one of ('header', 'query'), got {got}"
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        require_placement_of_auth(placement)


@pytest.mark.parametrize("realm", ["Photos", "", None, False])
def test_a_realm_is_text_or_none(realm: Any) -> None:
    """Empty text is one, too; None and False write none."""
    require_realm(realm)


@pytest.mark.parametrize(("realm", "got"), [(True, "bool"), (b"r", "bytes"), (0, "int")])
def test_another_realm_is_refused(realm: Any, got: str) -> None:
    """TypeError has its type."""
    with pytest.raises(TypeError, match=f"^realm: expected str, None or False, got {got}$"):
        require_realm(realm)
