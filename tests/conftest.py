"""What holds for every test."""

from __future__ import annotations

import pytest
from secrets_check import assert_no_secret

import oauth2

MARKS = ("sekrit", "kd94hf93", "pfkkdhi9sl3r4s00")


@pytest.fixture(autouse=True)
def no_error_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search each `oauth2.Error` as it is made; the secrets of these tests bear a mark."""
    make = oauth2.Error.__init__

    def checked(self: oauth2.Error, *args: object, **kwargs: object) -> None:
        make(self, *args, **kwargs)
        assert_no_secret(self, *MARKS)

    monkeypatch.setattr(oauth2.Error, "__init__", checked)
