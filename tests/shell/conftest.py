"""A small institute on a real store, and the main window around it; every test starts light at 100 %."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop.core.area import DesktopArea, NavigationEntry, PaletteCommand
from desktop.core.settings import Settings
from desktop.shell.assembly import make_window
from desktop.shell.main_window import PersonShown
from desktop.shell.preferences import Preferences
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.attendance.rules import mark_id, register_id
from shared.core.clock import ManualClock, instant_text
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.desks import ORGANISATION, make_actor, make_desk

NOW = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
TEACHERS = ("Ama Owusu", "Kofi Boateng", "Yaw Nkrumah-Tetteh")
COHORTS = ("Photography 1", "Film and Television Production 2B", "Radio A")
STUDENTS = 4
GRACE = derived_id("grace")


def person_id(name):
    return derived_id("person", name)


def student_id(cohort, at):
    return derived_id("student", str(cohort), str(at))


def enrolment_id(cohort, at):
    return derived_id("enrolment", str(cohort), str(at))


def session_id(at):
    return derived_id("session", str(at))


def _people():
    for name in TEACHERS:
        given, family = name.split(" ")
        yield (
            "person",
            {
                "id": person_id(name),
                "given_name": given,
                "family_name": family,
                "number": f"E-{given}",
                "state": "active",
                "roles": ["instructor"],
            },
        )
    for cohort in range(len(COHORTS)):
        for at in range(STUDENTS):
            yield (
                "person",
                {
                    "id": student_id(cohort, at),
                    "given_name": "Akosua",
                    "family_name": f"Mensah{at}",
                    "number": f"S-{cohort}{at:03}",
                    "state": "active",
                    "roles": ["student"],
                },
            )


def _teaching():
    yield "course", {"id": derived_id("course"), "code": "PHO", "title": "Photography"}
    for cohort, name in enumerate(COHORTS):
        yield (
            "cohort",
            {
                "id": derived_id("cohort", str(cohort)),
                "course_id": derived_id("course"),
                "code": f"K{cohort}",
                "name": name,
                "instructors": [person_id(TEACHERS[cohort])],
            },
        )
        for at in range(STUDENTS):
            yield (
                "enrolment",
                {
                    "id": enrolment_id(cohort, at),
                    "cohort_id": derived_id("cohort", str(cohort)),
                    "person_id": student_id(cohort, at),
                    "state": "active",
                },
            )


def _classes():
    for at, (hour, cohort) in enumerate([(8, 0), (8.5, 1), (11, 2), (14, 0), (-20, 1)]):
        starts = NOW.replace(hour=0, minute=0) + timedelta(hours=hour)
        yield (
            "class_session",
            {
                "id": session_id(at),
                "cohort_id": derived_id("cohort", str(cohort)),
                "starts_at": instant_text(starts),
                "ends_at": instant_text(starts + timedelta(hours=1.5)),
                "room": f"Lab {at}",
                "instructor_id": person_id(TEACHERS[cohort]),
                "state": "scheduled",
            },
        )
        if at == 1:
            yield from _taken(starts, cohort)


def _taken(starts, cohort):
    """The register of the second class: taken by its instructor, one student absent."""
    yield (
        "register",
        {
            "id": register_id(session_id(1)),
            "session_id": session_id(1),
            "state": "finished",
            "finished_by": person_id(TEACHERS[cohort]),
            "finished_by_name": TEACHERS[cohort],
            "finished_at": instant_text(starts + timedelta(minutes=11)),
        },
    )
    for student in range(STUDENTS):
        yield (
            "observation",
            {
                "id": derived_id("observation", str(student)),
                "session_id": session_id(1),
                "enrolment_id": enrolment_id(cohort, student),
                "person_id": student_id(cohort, student),
                "mark_id": mark_id(session_id(1), enrolment_id(cohort, student)),
                "state": "present" if student else "absent",
                "method": "hand",
                "supersedes": [],
                "author_id": person_id(TEACHERS[cohort]),
                "author_name": TEACHERS[cohort],
                "observed_at": instant_text(starts),
                "ordinal": student + 1,
            },
        )


def institute_rows():
    """The institute on 20 November: five classes, of which one has its register."""
    return [
        ("organisation", {"id": ORGANISATION, "name": "Osu Institute", "slug": "osu", "time_zone": "Africa/Accra"}),
        (
            "academic_term",
            {"id": derived_id("term"), "name": "Term 3", "starts_on": "2026-09-07", "ends_on": "2026-12-18"},
        ),
        *_people(),
        *_teaching(),
        *_classes(),
    ]


def conflict_row(name="phone", mine="0712 555 014", theirs="0712 555 041", **more):
    """An open conflict between Grace and Kofi about one field of a student."""
    sides = [
        {
            "command_id": derived_id("mine"),
            "author_id": GRACE,
            "author_name": "Grace Kimani",
            "device_name": "Front desk 2",
            "observed_at": "2026-11-20T11:20:00.000Z",
            "values": {name: mine},
        },
        {
            "command_id": derived_id("theirs"),
            "author_id": person_id("Kofi Boateng"),
            "author_name": "Kofi Boateng",
            "device_name": "Kofi's laptop",
            "observed_at": "2026-11-20T12:04:00.000Z",
            "clock_flagged": True,
            "values": {name: theirs},
        },
    ]
    body = {
        "id": derived_id("conflict", name),
        "revision": derived_id("revision"),
        "kind": "person",
        "entity_id": student_id(0, 1),
        "group": "fields",
        "title": "Akosua Mensah1",
        "state": "open",
        "fields": [name],
        "effective": derived_id("theirs"),
        "sides": sides,
        **more,
    }
    return "conflict", body


def mark_conflict():
    """Kofi marked in class, Grace in the office; neither had seen the other's mark."""
    values = {"session_id": session_id(1), "enrolment_id": enrolment_id(1, 2), "person_id": student_id(1, 2)}
    kind, body = conflict_row("mark", group="mark", kind="observation", title="Akosua Mensah2")
    body["entity_id"] = mark_id(session_id(1), enrolment_id(1, 2))
    body["sides"][0]["values"] = {**values, "mark": "late", "state": "late", "minutes": 8}
    body["sides"][1]["values"] = {**values, "mark": "present", "state": "present"}
    body["effective"] = derived_id("mine")
    return kind, body


def held_conflict():
    """A mark that waits for the office."""
    kind, body = conflict_row("held", group="held:x", kind="observation", title="Akosua Mensah3", reason="not_teaching")
    body["sides"] = [{**body["sides"][1], "values": {"type": "RecordObservation", "state": "absent"}}]
    return kind, body


@pytest.fixture(autouse=True)
def look(qapp):
    """The theme in force, put back to its plain state; widgets of earlier tests are gone by then."""
    wait_for_background()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    in_force = theme()
    in_force.apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    yield in_force
    wait_for_background()


@pytest.fixture
def clock():
    return ManualClock(NOW)


@pytest.fixture
def office(tmp_path, clock):
    """A registrar's desk on the institute."""
    made = make_desk(
        tmp_path / "office", make_actor(GRACE, "Grace Kimani", Role.REGISTRAR), institute_rows(), clock=clock
    )
    yield made
    wait_for_background()
    made.close()


@pytest.fixture
def teacher(tmp_path, clock):
    """Kofi's desk; he teaches the second cohort."""
    actor = make_actor(person_id("Kofi Boateng"), "Kofi Boateng", Role.INSTRUCTOR, teaches=[derived_id("cohort", "1")])
    made = make_desk(tmp_path / "teacher", actor, institute_rows(), clock=clock)
    yield made
    wait_for_background()
    made.close()


class Started(list):
    """The palette commands that ran."""


@pytest.fixture
def started():
    return Started()


@pytest.fixture
def pages():
    """The pages of the area under test that were built, as (name, id, details, widget)."""
    return []


@pytest.fixture
def area(started, pages):
    """An area with a list, a record page and two commands."""
    from PySide6.QtWidgets import QWidget

    class Plain(QWidget):
        def __init__(self, name, identity, details):
            super().__init__()
            self.asked = []
            self.setWindowTitle(f"{name} {identity or ''}".strip())
            pages.append((name, identity, dict(details), self))

        def undo(self):
            self.asked.append("undo")

        def find(self):
            self.asked.append("find")

        def page_keys(self):
            return [("P", "Present")]

    def factory(name):
        return lambda _desk, identity, details: Plain(name, identity, details)

    return DesktopArea(
        "people",
        navigation=(
            NavigationEntry("people.list", "Students", "users", "office", badge=lambda _desk: 14),
            NavigationEntry("people.secret", "Secret", "lock", "institute", may=lambda _actor: False),
        ),
        pages={"people.list": factory("list"), "people.person": factory("person")},
        palette=(
            PaletteCommand("Add a person", "user-plus", lambda _desk: started.append("add"), keys="Ctrl+N"),
            PaletteCommand("Not for you", "lock", lambda _desk: started.append("no"), may=lambda _actor: False),
        ),
    )


@pytest.fixture
def window(qtbot, office, area):
    """The main window of the registrar on Today."""
    made = make_window(
        office.desk,
        [area],
        {"person": "people.person", "course": "nowhere"},
        Preferences(Settings(theme="light")),
        PersonShown("Grace Kimani", "E-001", "Registrar"),
        quick=[("people", "user-plus"), ("nobody", "plus")],
    )
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    qtbot.waitUntil(lambda: made.page.shown is not None and made.rail.items[1].count > 0)
    return made


@pytest.fixture
def told(window, qtbot):
    """Tell the window of the person as the server knows him or her now; pages have followed afterwards."""

    def tell(*, wait=True, **other):
        actor = window.desk.actor.model_copy(update=other)
        window.sync.rights_changed.emit(actor)
        if wait:
            qtbot.waitUntil(lambda: window.rights._before is None)
        return actor

    return tell
