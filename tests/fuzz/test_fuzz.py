"""The whole API under made-up requests: it never falls over, and enough of them get through to mean something."""

from tests.fuzz.running import run

REQUESTS = 800


def test_made_up_requests_meet_no_fault(caplog):
    caplog.set_level("CRITICAL")
    report = run(REQUESTS, 20261121)
    print(report.words())
    assert report.requests >= REQUESTS
    assert report.faults == []
    assert report.slow == []
    assert report.good_share >= 0.35, report.words()
