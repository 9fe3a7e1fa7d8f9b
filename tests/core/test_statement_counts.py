"""How many SQL statements a request takes: saving a register at most 8 whatever the class's size, nothing at most 4.

Transaction control and the sign-in look-up are left out.
"""

import pytest

from server.areas import KINDS
from server.core.database import Db
from shared.attendance.rules import mark_id
from shared.core.clock import instant_text
from shared.core.sync import PROTOCOL
from tests.serving import TestServer, server_settings

SMALL, LARGE = 3, 60
STARTS, ENDS = "2026-11-20T08:00:00Z", "2026-11-20T10:00:00Z"


class Institute:
    """A server with one instructor, classes of two sizes, and a device that speaks to it."""

    def __init__(self, folder, database_url):
        self.server = TestServer(server_settings(folder, database_url))
        self.instructor = self.server.add_person("ama", ("instructor",))
        self.device = self.server.device()
        self.cohorts = {size: self._cohort(size) for size in (SMALL, LARGE)}
        self.token = self.server.sign_in("ama", self.device).data["access_token"]
        self.cursor, self.number = None, 0

    def _do(self, kind, payload):
        made = self.server.new_id()
        outcome = self.server.do(self.server.command(kind, made, payload))
        assert outcome.verdict == "applied", outcome
        return made

    def _cohort(self, size):
        course = self._do("AddCourse", {"code": f"C{size}", "title": "Photography"})
        cohort = self._do(
            "AddCohort",
            {"course_id": course, "code": f"P{size}", "name": "Photography", "instructors": [self.instructor]},
        )
        people = [self._do("AddPerson", {"given_name": "Student", "number": f"{size}-{at}"}) for at in range(size)]
        return cohort, [self._do("EnrolPerson", {"cohort_id": cohort, "person_id": person}) for person in people]

    def session(self, size):
        return self._do("PlanClassSession", {"cohort_id": self.cohorts[size][0], "starts_at": STARTS, "ends_at": ENDS})

    def commands(self, session_id, size, state="present", supersedes=()):
        return [self._command(session_id, enrolment, state, supersedes) for enrolment in self.cohorts[size][1]]

    def _command(self, session_id, enrolment_id, state, supersedes):
        self.number += 1
        payload = {"session_id": session_id, "enrolment_id": enrolment_id, "state": state}
        return {
            "id": self.server.new_id(),
            "device_id": self.device.id,
            "install_epoch": 1,
            "device_seq": self.number,
            "type": "RecordObservation",
            "type_version": 1,
            "target_id": mark_id(session_id, enrolment_id),
            "payload": {**payload, "supersedes": list(supersedes)},
            "observed_at": instant_text(self.server.clock.now()),
        }

    def sync(self, commands=()):
        body = {
            "protocol": PROTOCOL,
            "device_id": self.device.id,
            "install_epoch": 1,
            "commands": list(commands),
            "cursor": self.cursor,
            "known_kinds": sorted(KINDS),
        }
        told = self.server.post("/api/v1/sync", body, self.token).data
        self.cursor = told["cursor"]
        return told

    def put(self, session_id, size):
        marks = [{"enrolment_id": one, "state": "present"} for one in self.cohorts[size][1]]
        path = f"/api/v1/registers/{session_id}/marks"
        return self.server.ask("PUT", path, {"marks": marks}, self.token, Idempotency_Key=self.server.new_id()).data


@pytest.fixture
def institute(tmp_path, database_url):
    institute = Institute(tmp_path, database_url)
    institute.sync()
    yield institute
    institute.server.close()


@pytest.fixture
def statements(monkeypatch):
    """What went to the driver, without transaction control (which takes another way) and the sign-in look-up."""
    seen = []
    right = Db._go

    def go(self, statement, places):
        text = statement if isinstance(statement, str) else statement.text(self.dialect)
        if "FROM sign_in s" not in text:
            seen.append(text)
        return right(self, statement, places)

    monkeypatch.setattr(Db, "_go", go)
    return seen


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_register_sent_by_sync_takes_eight_at_most(institute, statements, size):
    commands = institute.commands(institute.session(size), size)
    institute.sync()
    statements.clear()
    told = institute.sync(commands)
    assert [one["verdict"] for one in told["outcomes"]] == ["applied"] * size
    assert len(told["changes"]) == size
    assert len(statements) <= 8, statements


def test_a_class_twenty_times_as_large_takes_no_statement_more(institute, statements):
    taken = []
    for size in (SMALL, LARGE):
        commands = institute.commands(institute.session(size), size)
        institute.sync()
        statements.clear()
        institute.sync(commands)
        taken.append(len(statements))
    assert taken[0] == taken[1]


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_register_corrected_by_sync_takes_eight_at_most(institute, statements, size):
    session_id = institute.session(size)
    first = institute.commands(session_id, size)
    institute.sync(first)
    second = institute.commands(session_id, size, "absent")
    for old, new in zip(first, second, strict=True):
        new["payload"]["supersedes"] = [old["id"]]
    statements.clear()
    told = institute.sync(second)
    assert [one["verdict"] for one in told["outcomes"]] == ["applied"] * size
    assert len(statements) <= 8, statements


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_register_sent_twice_takes_eight_at_most(institute, statements, size):
    commands = institute.commands(institute.session(size), size)
    first = institute.sync(commands)["outcomes"]
    statements.clear()
    assert institute.sync(commands)["outcomes"] == first
    assert len(statements) <= 8, statements


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_register_put_over_rest_takes_eight_at_most(institute, statements, size):
    session_id = institute.session(size)
    institute.sync()
    statements.clear()
    outcomes = institute.put(session_id, size)
    assert [one["verdict"] for one in outcomes] == ["applied"] * size
    assert len(statements) <= 8, statements


def test_syncing_nothing_takes_four_at_most(institute, statements):
    institute.sync()
    statements.clear()
    told = institute.sync()
    assert (told["outcomes"], told["changes"]) == ([], [])
    assert len(statements) <= 4, statements
