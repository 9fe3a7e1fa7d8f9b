"""Which reports the replica answers: money, someone's figures and lists of people, each shown by what only it has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.attendance.test_report_routes import School
from tests.replicas import ON, Pair, came_from_replica, database_of, pair, pause, wait_until_even
from tests.serving import TestServer, server_settings

__all__ = ["pair"]
DAYS = "first=2026-01-01&last=2027-12-31"
MONEY = ("revenue", "debt", "expected", "balance")
_APART = (
    "UPDATE ledger_entry SET amount = amount * 2 WHERE organisation_id = %s",
    "UPDATE posting SET amount = amount * 2 WHERE organisation_id = %s",
    "UPDATE person SET given_name = 'Behind' WHERE organisation_id = %s",
    "UPDATE observation SET state = 'absent' WHERE organisation_id = %s",
)
"""Changes the main database behind the server's back: the feed's head stays, so the replica still counts as even."""


@pytest.fixture
def school(pair: Pair, tmp_path: Path) -> Iterator[School]:
    """A school with a charge, on a server of its own that reads reports from the replica."""
    _, urls, replica = pair
    settings = server_settings(tmp_path, urls, replica_url=replica.urls(database_of(pair)).application_url)
    server = TestServer(settings, slug="money")
    school = School(server)
    charge(school, 10_000)
    yield school
    server.close()
    server.context.reports.close()


def charge(school: School, amount: int) -> None:
    """Charge the first student, due tomorrow."""
    student = {"person_id": school.students[0], "what": "Tuition", "currency": "GHS", "due_on": "2026-11-21"}
    school.made("ledger-entries", **student, amount=amount)


def told(school: School) -> dict[str, Any]:
    """Every report by its name, as it is answered now."""
    server, token = school.server, school.admin
    asked = {name: server.get(f"/api/v1/money-reports/{name}?{DAYS}", token) for name in MONEY}
    asked["journal"] = server.get("/api/v1/journal?first=2026-01-01&last=2027-12-31", token)
    asked["trial balance"] = server.get(f"/api/v1/accounts/trial-balance?{DAYS}", token)
    asked["figures"] = server.get(f"/api/v1/users/{school.students[0]}/figures", token)
    # Last, because taking a list of people out is noted: a change that the replica hasn't got while it is paused.
    listed = server.post("/api/v1/users/export", {"columns": ["given_name"]}, token)
    assert listed.status == 200, listed.body
    return {**{name: one.data for name, one in asked.items()}, "people": listed.body}


def test_reports_are_what_the_replica_has_and_never_older_than_what_was_saved(pair: Pair, school: School) -> None:
    main, _, replica = pair
    wait_until_even(pair)
    assert came_from_replica(school.server) is True
    before, name = told(school), database_of(pair)
    wait_until_even(pair)
    with main.connect(name) as owner, replica.connect(name) as copy:
        pause(copy)
        for sql in _APART:
            owner.execute(sql, [school.server.organisation_id])
        there = told(school)
        assert {one for one in before if there[one] != before[one]} == set()
        charge(school, 500)
        saved = told(school)
        copy.execute(ON)
    assert {one for one in before if saved[one] == before[one]} == set()
    wait_until_even(pair)
    assert came_from_replica(school.server) is True
    assert told(school) == saved
