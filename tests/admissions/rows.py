"""Forms, enquiries and applications as a device has them, for tests of pages and actions."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.admissions.lines import STORE
from desktop.core.area import StoreArea
from shared.core.actor import Actor
from shared.core.clock import ManualClock
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.admissions.samples import CHARGES, CHECKS, DOCUMENTS, FIELDS
from tests.attendance import classes
from tests.attendance.classes import COHORT, COURSE, NAMES, NOW, REGISTRAR, Row, person, person_id, school
from tests.desks import TestDesk, make_actor, make_desk

APPLICANT = make_actor(person_id("Novella Costa"), "Novella Costa", Role.STUDENT)
STEPS = [
    {"key": "step_1", "title": "Personal details", "fields": FIELDS},
    {
        "key": "step_2",
        "title": "Background",
        "fields": [
            {"key": "field_4", "label": "Home", "type": "text", "required": False, "help": "Town and region"},
            {"key": "field_5", "label": "Tools you know", "type": "choices", "choices": ["Camera", "Editing", "Sound"]},
            {"key": "field_6", "label": "Do you work", "type": "yes_no", "required": False},
        ],
    },
]
WANTED = [
    *DOCUMENTS,
    {"key": "document_3", "title": "National ID", "required": True, "help": "Both sides"},
    {"key": "document_4", "title": "English certificate", "required": False, "help": ""},
]
CONTENT = {"title": "Accounting, January intake", "steps": STEPS, "documents": WANTED, "checks": CHECKS,
           "charges": CHARGES}  # fmt: skip
FORM_ID = derived_id("application_form", "accounting")


def form(**more: Any) -> Row:
    """A published form."""
    body = {
        "id": FORM_ID,
        "course_id": COURSE,
        "cohort_id": COHORT,
        "state": "published",
        "opens_on": "2026-11-01",
        "closes_on": "2026-12-15",
        "fee": 0,
        "currency": "GHS",
        "version": 1,
        **CONTENT,
        **more,
    }
    return "application_form", body


def scan(name: str = "scan.pdf", **more: Any) -> dict[str, Any]:
    """A document as an application names it."""
    return {"sha256": derived_id("file", name).replace("-", "") * 2, "name": name, "bytes": 2000, "type": "pdf", **more}


def application(name: str, sent: str | None = "2026-11-14", **more: Any) -> Row:
    """An application that was sent on a day, or is a draft."""
    key = derived_id("application", name)
    answers = {"field_1": "2004-05-04", "field_3": "Beginner", "field_4": "Milimani, Kisumu", "field_6": True}
    files = {"document_1": scan("certificate.pdf", state="stored"), "document_3": scan("id.pdf", state="stored")}
    body = {
        "id": key,
        "revision": key,
        "number": f"A-2026-{int(key[:3], 16) % 900:04d}",
        "form_id": FORM_ID,
        "form_version": 1,
        "content": CONTENT,
        "course_id": COURSE,
        "cohort_id": COHORT,
        "person_id": person_id(name),
        "name": name,
        "email": f"{name.split(maxsplit=1)[0].lower()}@mail.example",
        "phone": "0733 555 210",
        "enquiry_id": None,
        "fee": 0,
        "currency": "GHS",
        "fee_paid": True,
        "answers": {**answers, **files} if sent else {},
        "checks": [],
        "document_checks": {},
        "state": "pending" if sent else "draft",
        "started_at": "2026-11-13T08:00:00.000Z",
        "submitted_at": f"{sent}T08:00:00.000Z" if sent else None,
        "interview_at": None,
        "decided_at": None,
        "decided_by": "",
        "reason": "",
        "enrolment_id": None,
        **more,
    }
    return "application", body


def event(of: Row, kind: str, at: str = "2026-11-14T08:00:00.000Z", **more: Any) -> Row:
    """Something that happened to an application."""
    key = derived_id("event", of[1]["id"], kind, at)
    told = {"id": key, "revision": key, "application_id": of[1]["id"], "person_id": of[1]["person_id"], "kind": kind}
    who = {"by_id": REGISTRAR.person_id, "by_name": REGISTRAR.name, "words": "", "score": None}
    return "application_event", {**told, "at": at, **who, **more}


def enquiry(name: str, day: str | None = None, **more: Any) -> Row:
    """An enquiry that is open."""
    key = derived_id("enquiry", name)
    body = {
        "id": key,
        "revision": key,
        "name": name,
        "phone": "024 555 0121",
        "email": "",
        "course_id": COURSE,
        "source": "phone",
        "note": "Asks for evening classes",
        "state": "open",
        "assigned_to": REGISTRAR.person_id,
        "follow_up_on": day,
        "recorded_at": "2026-11-10T08:00:00.000Z",
        "recorded_by": REGISTRAR.name,
        "application_id": None,
        "said": [],
        **more,
    }
    return "enquiry", body


NOVELLA = application(
    "Novella Costa",
    checks=["check_1"],
    state="under_review",
    document_checks={"document_1": "checked", "document_3": "unreadable"},
)
KWAME = application("Kwame Asante", "2026-11-15", interview_at="2026-11-27T10:00:00.000Z",
                    document_checks={"document_1": "checked", "document_3": "checked"})  # fmt: skip
LEILA = application("Leila Karimi", "2026-11-18")
TOM = application("Tom Becker", "2026-11-20", email="")
DRAFT = application("Mei Tan", None)
OFFERED = application("Ruth Achieng", "2026-11-10", state="approved", checks=["check_1", "check_2"],
                      decided_at="2026-11-19T08:00:00.000Z", decided_by="Grace Kimani")  # fmt: skip
EVENTS = [
    event(NOVELLA, "submitted"),
    event(NOVELLA, "document_asked", "2026-11-16T08:00:00.000Z", words="We could not read your national ID."),
    event(NOVELLA, "note", "2026-11-17T08:00:00.000Z", words="Strong portfolio", score=80),
    event(OFFERED, "offered", "2026-11-19T08:00:00.000Z", words="We are glad to offer you a place."),
]
ENQUIRIES = [
    enquiry("Esi Appiah", "2026-11-18"),
    enquiry("Kojo Mensah", "2026-11-20", source="walk_in"),
    enquiry("Akosua Darko", "2026-11-27"),
    enquiry("Yaa Boateng", None, phone="", email="yaa@mail.example"),
    enquiry("Kofi Adu", None, state="closed"),
]


def rows(*more: Row) -> list[Row]:
    """An institute with a form, applications in several states, and enquiries."""
    people = [person(one[1]["name"]) for one in (NOVELLA, KWAME, LEILA, TOM, DRAFT, OFFERED)]
    found = [NOVELLA, KWAME, LEILA, TOM, DRAFT, OFFERED]
    return [*school(NAMES[:4], history=0), *people, form(), *found, *EVENTS, *ENQUIRIES, *more]


def areas() -> tuple[StoreArea, ...]:
    """The rows of admissions beside those that they stand on."""
    return (*classes.areas(), STORE)


def open_desk(folder: Any, actor: Actor = REGISTRAR, given: Sequence[Row] | None = None, **more: Any) -> TestDesk:
    """A desk in this institute on the Friday."""
    return make_desk(folder, actor, rows() if given is None else given, areas=areas(), clock=ManualClock(NOW), **more)


def id_of(row: tuple[str, Mapping[str, Any]]) -> str:
    """The id of a row."""
    return str(row[1]["id"])
