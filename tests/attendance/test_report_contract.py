"""One question, two places: the figures of the server's statements are those of the desktop's rule, mark by mark."""

import random
from datetime import date, timedelta

import orjson
import pytest

from desktop.attendance.report_store import Asked, figures, local_figures, server_figures
from desktop.core.long_work import Work
from server.attendance.report_queries import Scope, marks_by_enrolment, student_rows
from server.core.feeds import page_after
from shared.attendance.report_rules import hours_of
from shared.attendance.rules import mark_id
from shared.core.clock import instant_text
from shared.core.sync import ALL_SCOPE
from shared.people.vocabulary import Role
from tests.attendance.classes import areas
from tests.desks import make_actor, make_desk

STATES = ("present", "present", "present", "late", "absent", "excused", "left_early")
DAYS = Asked(date(2026, 9, 1), date(2026, 12, 31))


def filled(institute, seed=7):
    """Marks of thirty classes: corrected, scanned, undone, disputed, excused by leave, cancelled, of testing staff."""
    dice = random.Random(seed)
    system, registrar = institute.system, institute.registrar
    new, start = institute.parts.new_id, institute.clock.now() - timedelta(days=40)
    for at in range(30):
        begins = start + timedelta(days=at)
        session = new()
        times = {"starts_at": instant_text(begins), "ends_at": instant_text(begins + timedelta(minutes=90))}
        system.do("PlanClassSession", session, {"cohort_id": institute.cohort_id, **times})
        for enrolment in institute.enrolments:
            if dice.random() < 0.9:
                taken(institute, dice, session, enrolment)
        if at % 10 == 9:
            system.edit("EditClassSession", session, None, state=("scheduled", "cancelled"))
    for person, kind in zip(institute.students, ("approved", "approved", "declined", "asked"), strict=False):
        began = start + timedelta(days=dice.randrange(20))
        asked = {"person_id": person, "kind": "leave", "reason": "A course", "cohort_id": None}
        times = {"starts_at": instant_text(began), "ends_at": instant_text(began + timedelta(days=6))}
        request = new()
        assert registrar.do("RequestLeave", request, {**asked, **times}).verdict == "applied"
        if kind != "asked":
            given = {"state": kind, "old_state": "asked", "answer": "", "old_answer": ""}
            assert registrar.do("AnswerLeave", request, given, base=None).verdict in ("applied", "merged", "conflict")


def taken(institute, dice, session, enrolment):
    """One mark with whatever may follow on it."""
    target = mark_id(session, enrolment)

    def say(device, state, supersedes=(), **more):
        minutes = dice.choice((None, 5, 20)) if state in ("late", "left_early") else None
        payload = {"session_id": session, "enrolment_id": enrolment, "state": state, "minutes": minutes}
        command = device.command("RecordObservation", target, {**payload, "supersedes": list(supersedes), **more})
        device.send(command)
        return command.id

    first = say(institute.ama, dice.choice(STATES))
    chance = dice.random()
    if chance < 0.1:
        say(institute.registrar, dice.choice(STATES), (first,))
    elif chance < 0.15:
        say(institute.ama, "none", (first,))
    elif chance < 0.2:
        say(institute.kofi, dice.choice(STATES))
    elif chance < 0.3:
        say(institute.kofi, "present", method="card")
    elif chance < 0.35:
        say(institute.ama, dice.choice(STATES), (say(institute.ama, "none", (first,)),))


@pytest.fixture
def both(institute, tmp_path):
    """(database, organisation, desk): the same rows on a server and on a desktop."""
    filled(institute)
    with institute.parts.database.read() as db:
        page = page_after(db, institute.organisation_id, [ALL_SCOPE], 0, 100_000)
    entries = orjson.loads(page.entries)
    rows = [(one["kind"], one["body"]) for one in entries if one.get("body")]
    office = make_actor("p", "Grace Kimani", Role.REGISTRAR, organisation_id=institute.organisation_id)
    here = make_desk(tmp_path, office, rows, areas=areas())
    yield institute.parts.database, institute.organisation_id, here
    here.close()


@pytest.mark.parametrize(
    "asked",
    [DAYS, Asked(date(2026, 10, 20), date(2026, 11, 2)), Asked(date(2026, 1, 1), date(2026, 1, 2))],
    ids=["all", "two weeks", "none"],
)
def test_server_and_desktop_print_the_same(both, asked):
    database, organisation_id, here = both
    local = local_figures(here.desk, asked, Work())
    since, until = (f"{day.isoformat()}T00:00:00.000Z" for day in (asked.first, asked.last + timedelta(days=1)))
    scope = Scope(organisation_id, since, until)
    with database.read() as db:
        rows = student_rows(db, scope)
        hours = {one: hours_of(marks) for one, _, marks in marks_by_enrolment(db, scope)}
    assert [row.as_json() for row in rows] == [row.as_json() for row in local.students]
    assert hours == {row.id: row.hours for row in local.hours}
    if asked is DAYS:
        assert sum(row.tally.recorded for row in rows) > 100
        assert any(row.tally.excused for row in rows)


def test_one_person_and_one_cohort(both):
    database, organisation_id, here = both
    whole = local_figures(here.desk, DAYS, Work()).students
    with database.read() as db:
        everything = {"since": "2026-01-01T00:00:00.000Z", "until": "2027-01-01T00:00:00.000Z"}
        one = student_rows(db, Scope(organisation_id, person_id=whole[1].person_id, **everything))
        cohort = student_rows(db, Scope(organisation_id, cohort_ids=frozenset({whole[0].cohort_id}), **everything))
        nothing = student_rows(db, Scope(organisation_id, cohort_ids=frozenset(), **everything))
    assert [row.as_json() for row in one] == [whole[1].as_json()]
    assert [row.as_json() for row in cohort] == [row.as_json() for row in whole]
    assert nothing == []


def test_what_comes_over_http_is_what_the_desktop_computes(both, monkeypatch):
    """The answers of the routes, read by the desktop, are the local figures; a lost line gives the local ones."""
    _, _, here = both
    local = local_figures(here.desk, DAYS, Work())

    class Client:
        is_signed_in = True

        def get(self, path, parameters):
            rows = {
                "attendance": [row.as_json() for row in local.students],
                "attendance-weeks": [row.as_json() for row in local.weeks],
                "attendance-hours": [
                    {**row.student.as_json(), **{n: getattr(row.hours, n) for n in row.hours.__slots__}}
                    for row in local.hours
                ],
            }
            name = path.rpartition("/")[2]
            by_term = [row.as_json() for row in local.terms]
            return {"data": {"rows": by_term if parameters.get("by") == "term" else rows[name], "threshold": 80}}

    object.__setattr__(here.desk, "client", Client())
    asked = server_figures(here.desk, DAYS, Work())
    assert asked.server
    assert (asked.students, asked.weeks, asked.hours, asked.terms) == (
        local.students,
        local.weeks,
        local.hours,
        local.terms,
    )
    monkeypatch.setattr("desktop.attendance.report_store.LARGE", 1)
    assert figures(here.desk, DAYS, Work()).server
    monkeypatch.setattr(Client, "is_signed_in", False)
    assert not figures(here.desk, DAYS, Work()).server
