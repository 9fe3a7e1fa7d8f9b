"""Somebody of one institute asks every route for another institute's rows, by their ids and by their names."""

import re

import pytest
from sqlalchemy import NullPool, create_engine, select

from server.areas import KINDS
from server.core import feeds
from server.core.answer_cache import _name
from server.core.isolation import acting_for
from server.core.settings import with_driver
from server.core.tables import METADATA
from shared.core.sync import PROTOCOL

WORD = "Zebrafinch"
"""Stands in every text of the other institute, and nowhere in what anybody else sees."""
LEAST = 500
SESSION_ENDING = ("/api/v1/auth/sign-out", "/api/v1/auth/sign-ins", "/api/v1/auth/change-password", "/api/v1/batch")
_PLACE = re.compile(r"\{(\w+)\}")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MINUTE_EVERY = 300


class Foreign:
    """Another institute on the same server: one row of each usual kind, all called by `WORD`."""

    def __init__(self, server):
        self.id = server.add_organisation("other", f"{WORD} College")
        self.username = "zoe"
        self.person = server.add_person("zoe", organisation_id=self.id, family_name=WORD)
        new = server.new_id
        self.course, self.cohort, self.session, self.enrolment = new(), new(), new(), new()
        self.term, self.room = new(), new()
        rows = [
            ("AddAcademicTerm", self.term, {"name": WORD, "starts_on": "2026-09-01", "ends_on": "2026-12-18"}),
            ("AddCourse", self.course, {"code": "ZEB", "title": WORD, "description": WORD}),
            ("AddCohort", self.cohort, {"course_id": self.course, "code": "ZEB-1", "name": WORD}),
            ("EnrolPerson", self.enrolment, {"cohort_id": self.cohort, "person_id": self.person}),
            (
                "PlanClassSession",
                self.session,
                {"cohort_id": self.cohort, "starts_at": "2026-11-20T08:00:00Z", "ends_at": "2026-11-20T10:00:00Z"},
            ),
        ]
        for kind, target, payload in rows:
            outcome = server.do(server.command(kind, target, payload), self.id)
            assert outcome.verdict == "applied", (kind, outcome)

    def ids_for(self, path):
        """The ids to try in a route: the ones that it names, and one of another kind."""
        kinds = {
            "users": self.person, "courses": self.course, "cohorts": self.cohort, "class-sessions": self.session,
            "enrolments": self.enrolment, "academic-terms": self.term,
        }  # fmt: skip
        fitting = next((one for word, one in kinds.items() if f"/{word}/" in path), self.session)
        return fitting, self.person if fitting != self.person else self.id


@pytest.fixture
def foreign(server):
    server.add_person("ama")
    return Foreign(server)


def _rows_of(server, organisation_id):
    """Every row of an institute, as the tables' owner sees it."""
    engine = create_engine(with_driver(str(server.settings.owner_database.render_as_string(False))), poolclass=NullPool)
    tables = [table for table in METADATA.sorted_tables if "organisation_id" in table.c]
    with engine.connect() as connection:
        found = {}
        for table in tables:
            wanted = select(table).where(table.c.organisation_id == organisation_id)
            found[table.name] = sorted(map(repr, connection.execute(wanted)))
        return found


def _example(operation, wanted):
    """The published example of a route's body, with every id in it another institute's."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    known = content.get("example") or next(iter(content.get("examples", {"": {}}).values()), {}).get("value")
    if known is None and "$ref" not in content.get("schema", {}):
        known = next(iter(content.get("schema", {}).get("examples", [])), None)

    def turned(value):
        if isinstance(value, dict):
            return {name: turned(one) for name, one in value.items()}
        if isinstance(value, list):
            return [turned(one) for one in value]
        return wanted if isinstance(value, str) and _ID.fullmatch(value) else value

    return turned(known)


def _probes(server, foreign):
    """Yield (method, path, body) for every route of the published description."""
    for path, methods in server.app.openapi()["paths"].items():
        if path.startswith(SESSION_ENDING):
            continue
        for method, operation in methods.items():
            for wanted in foreign.ids_for(path):
                filled = _PLACE.sub(lambda place, one=wanted: foreign.id if "organisation" in place[1] else one, path)
                yield method.upper(), filled, _example(operation, wanted) if method != "get" else None
            if method == "get" and "{" not in path:
                names = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
                for name in names:
                    if name.endswith("_id") or name in {"q", "search", "scope"}:
                        value = WORD if name in {"q", "search"} else foreign.cohort
                        yield "GET", f"{path}?{name}={value}", None


def test_no_route_gives_or_takes_anything_of_another_institute(server, foreign):
    their_token = server.sign_in("zoe", organisation="other").data["access_token"]
    for path in ("/api/v1/courses", "/api/v1/users", "/api/v1/cohorts", "/api/v1/academic-terms"):
        assert WORD.encode() in server.get(path, their_token).body, "their own answer, kept ready from now on"
    before = _rows_of(server, foreign.id)
    token = server.sign_in("ama").data["access_token"]
    leaked, tried, refused = [], 0, 0
    for method, path, body in _probes(server, foreign):
        tried += 1
        if tried % _MINUTE_EVERY == 0:
            server.clock.advance(61)
            token = server.sign_in("ama").data["access_token"]
        told = server.ask(method, path, body, token)
        assert told.status < 500, (method, path, told.body)
        assert told.status != 429, (method, path)
        refused += told.status >= 400
        if WORD.encode() in told.body:
            leaked.append((method, path))
    assert leaked == []
    assert _rows_of(server, foreign.id) == before
    assert tried >= LEAST
    assert refused < tried, "some of them were answered"


def test_the_feed_and_its_snapshots_hold_nothing_of_another_institute(server, foreign):
    device = server.device()
    token = server.sign_in("ama", device).data["access_token"]
    scopes = ["all", f"cohort:{foreign.cohort}", f"person:{foreign.person}", f"organisation:{foreign.id}"]
    for task in ([], scopes):
        body = {"protocol": PROTOCOL, "device_id": device.id, "install_epoch": 1, "known_kinds": sorted(KINDS)}
        if task:
            body["snapshot"] = {"scopes": task, "after": 0, "until": 1 << 40}
        told = server.post("/api/v1/sync", body, token)
        assert told.status == 200
        assert WORD.encode() not in told.body
    with acting_for(server.organisation_id), server.context.database.read() as db:
        entries, _, _ = feeds.snapshot_after(db, server.organisation_id, ["all"], 0, 1 << 40, 1_000)
    assert entries != b"[]"
    assert WORD.encode() not in entries


def test_ready_answers_carry_the_institute_in_their_key(server, foreign):
    server.get("/api/v1/courses", server.sign_in("zoe", organisation="other").data["access_token"])
    kept = list(server.context.answers._answers)
    assert kept != []
    assert all(foreign.id in str(key) for key in kept)
    assert len({_name((one, "courses")) for one in (foreign.id, server.organisation_id)}) == 2


def test_a_token_of_one_institute_does_not_hinder_signing_in_to_another(server, foreign):
    token = server.sign_in("ama").data["access_token"]
    body = {"organisation": "other", "name": "zoe", "password": "a kettle, two birds", "device": server.device().shown}
    assert server.post("/api/v1/auth/sign-in", body, token).status == 200
