"""Real reports: what broke programs, each kind in a sentence, with the right value."""

from __future__ import annotations

import pytest
from real_reports import flow, reading, signing, transport, verifying
from real_reports.report import Report

REPORTS: list[Report] = [
    *flow.REPORTS,
    *reading.REPORTS,
    *signing.REPORTS,
    *transport.REPORTS,
    *verifying.REPORTS,
]


@pytest.mark.parametrize("report", REPORTS, ids=[report.kind for report in REPORTS])
def test_report_has_its_right_outcome(report: Report) -> None:
    """Each row names a kind of fault, and pins what is right."""
    assert report.outcome() == report.right
