"""The whole API under made-up requests: it never falls over, and enough of them get through to mean something."""

import pytest

from tests.fuzz.running import run

REQUESTS = 2_000


@pytest.mark.slow
def test_made_up_requests_meet_no_fault(caplog):
    caplog.set_level("CRITICAL")
    report = run(REQUESTS, 20261121)
    print(report.words())
    assert report.requests >= REQUESTS
    assert report.faults == []
    assert report.slow == []
    assert report.good_share >= 0.35, report.words()
