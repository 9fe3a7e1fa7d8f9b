"""The sample's admissions: two forms, enquiries to follow up, and applications in every state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from server.demo.plan import SamplePlan
from shared.admissions.vocabulary import ApplicationState
from shared.core.clock import instant_text
from shared.core.ids import derived_id

FORMS = ("PHO", "FLM")
"""The courses for which one may apply, by their codes."""
_FIELDS: tuple[tuple[str, str, bool, tuple[str, ...]], ...] = (
    ("Date of birth", "date", True, ()),
    ("Home", "text", True, ()),
    ("Guardian or next of kin", "text", False, ()),
    ("Secondary certificate, grade", "choice", True, ("A", "B", "C", "D")),
    ("What you made so far", "long_text", False, ()),
    ("Own camera", "yes_no", False, ()),
)
_DOCUMENTS = (("School certificate", True), ("National ID", False))
_CHECKS = ("Identity matches the document", "Certificate is genuine", "English requirement met")
# Name, phone, mail, course, source, days from today, what was asked.
_ENQUIRIES = (
    ("Esi Appiah", "024 555 0121", "", "PHO", "phone", -2, "Asks for evening classes"),
    ("Kojo Tetteh", "020 555 0177", "kojo.tetteh@mail.example", "FLM", "walk_in", 0, "Wants to see the studio"),
    ("Akosua Darko", "", "akosua.darko@mail.example", "PHO", "website", 4, "Fees for two terms"),
    ("Yaw Boadu", "026 555 0143", "", "FLM", "friend", 9, "Finishes school in June"),
    ("Maame Nyarko", "055 555 0109", "", None, "fair", None, "Not sure between sound and film"),
)
# Given and family name, course, days ago it was sent (None: a draft), home, grade, decision, checks done.
_APPLICANTS: tuple[tuple[str, str, str, int | None, str, str, str, int], ...] = (
    ("Novella", "Costa", "PHO", 6, "Osu, Accra", "B", "", 2),
    ("Kwame", "Asante", "FLM", 5, "Tema", "A", "", 3),
    ("Leila", "Karimi", "PHO", 4, "Kumasi", "C", "", 0),
    ("Tom", "Becker", "FLM", 4, "Cape Coast", "B", "", 0),
    ("Sofia", "Lind", "PHO", 2, "Accra", "B", "", 1),
    ("Mei", "Tan", "PHO", 1, "Tema", "A", "", 0),
    ("Ruth", "Achieng", "FLM", 0, "Ho", "C", "", 0),
    ("Fatima", "Zahra", "PHO", None, "Tamale", "", "", 0),
    ("Jonas", "Weber", "FLM", 12, "Accra", "D", "rejected", 2),
    ("Luca", "Rossi", "FLM", 11, "Takoradi", "B", "waiting_list", 3),
    ("Naa Dedei", "Lartey-Quaye", "PHO", 13, "Teshie", "A", "approved", 3),
    ("Ines", "Moreau", "FLM", 9, "Accra", "B", "withdrawn", 1),
)


@dataclass(frozen=True)
class SampleStep:
    """One command of admissions: when, what, on which row, and whether it goes by the row as it is then."""

    at: datetime
    kind: str
    target: str
    payload: Mapping[str, Any] = field(default_factory=dict)


def _form(plan: SamplePlan, code: str) -> tuple[str, dict[str, Any]]:
    course_id = next(course_id for course_id, fields in plan.courses if fields["code"] == code)
    title = next(str(fields["title"]) for one, fields in plan.courses if one == course_id)
    fields = [
        {"key": f"field_{at}", "label": label, "type": kind, "required": required, "choices": list(choices)}
        for at, (label, kind, required, choices) in enumerate(_FIELDS, 1)
    ]
    content = {
        "steps": [
            {"key": "step_1", "title": "Personal details", "fields": fields[:3]},
            {"key": "step_2", "title": "Entry requirements", "fields": fields[3:]},
        ],
        "documents": [
            {"key": f"document_{at}", "title": title, "required": False} for at, (title, _) in enumerate(_DOCUMENTS, 1)
        ],
        "checks": [{"key": f"check_{at}", "title": title} for at, title in enumerate(_CHECKS, 1)],
        "charges": [{"key": "charge_1", "title": "Registration", "amount": 20_000}],
    }
    days = {"opens_on": _day(plan.today, -30), "closes_on": _day(plan.today, 45)}
    whole = {"course_id": course_id, "title": f"{title}, next intake", "fee": 0, "currency": "GHS", **days, **content}
    return derived_id("sample-form", code), whole


def _day(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


def steps(plan: SamplePlan, now: datetime) -> list[SampleStep]:
    """Return everything in the order in which it happened; `now` is in the institute's zone."""
    found = [*_forms(plan, now), *_enquiries(plan, now)]
    for place, applicant in enumerate(_APPLICANTS):
        found += _application(now, place, applicant)
    return sorted((one for one in found if one.at <= now), key=lambda one: one.at)


def _forms(plan: SamplePlan, now: datetime) -> Iterator[SampleStep]:
    at = now - timedelta(days=31)
    for code in FORMS:
        form_id, whole = _form(plan, code)
        published = {"changes": {"state": {"old": "draft", "new": "published"}}}
        yield SampleStep(at, "AddApplicationForm", form_id, whole)
        yield SampleStep(at + timedelta(minutes=5), "EditApplicationForm", form_id, published)


def _enquiries(plan: SamplePlan, now: datetime) -> Iterator[SampleStep]:
    courses = {str(fields["code"]): course_id for course_id, fields in plan.courses}
    for place, (name, phone, email, code, source, days, note) in enumerate(_ENQUIRIES):
        payload = {
            "name": name,
            "phone": phone,
            "email": email,
            "course_id": courses[code] if code else None,
            "source": source,
            "note": note,
            "follow_up_on": _day(plan.today, days) if days is not None else None,
        }
        yield SampleStep(
            now - timedelta(days=9, hours=place), "RecordEnquiry", derived_id("sample-enquiry", name), payload
        )


def _application(now: datetime, place: int, applicant: tuple[Any, ...]) -> Iterator[SampleStep]:
    given, family, code, ago, home, grade, decision, checks = applicant
    sent = datetime.combine(now.date() - timedelta(days=ago or 0), time(6, 10 + place), now.tzinfo)
    began = sent - timedelta(days=1)
    person_id, row_id = derived_id("sample-applicant", given, family), derived_id("sample-application", given, family)
    email = f"{given[0].lower()}.{family.lower()}@mail.example"
    person = {"given_name": given, "family_name": family, "email": email, "phone": f"024 555 02{place:02}"}
    yield SampleStep(began, "AddPerson", person_id, {**person, "provisional": True})
    start = {"form_id": derived_id("sample-form", code), "person_id": person_id}
    yield SampleStep(began + timedelta(minutes=1), "StartApplication", row_id, start)
    answers = {"field_1": f"{2000 + place}-05-04", "field_2": home, "field_4": grade or None, "field_6": place % 2 == 0}
    changes = {key: {"old": None, "new": value} for key, value in answers.items() if value is not None}
    yield SampleStep(began + timedelta(minutes=9), "SaveApplication", row_id, {"changes": changes})
    if ago is None:
        return
    yield SampleStep(sent, "SubmitApplication", row_id)
    for at in range(checks):
        done = {"check": f"check_{at + 1}", "done": True}
        yield SampleStep(sent + timedelta(hours=3, minutes=at), "CheckApplication", row_id, done)
    if place == 1:
        planned = instant_text(now + timedelta(days=4))
        yield SampleStep(sent + timedelta(hours=4), "PlanInterview", row_id, {"interview_at": planned})
    if decision == ApplicationState.WITHDRAWN:
        yield SampleStep(sent + timedelta(days=2), "WithdrawApplication", row_id, {"reason": "Begins elsewhere."})
    elif decision:
        yield SampleStep(sent + timedelta(days=2), "DecideApplication", row_id, _decision(code, decision))


def _decision(code: str, decision: str) -> dict[str, Any]:
    offered = decision == ApplicationState.APPROVED
    told = {"decision": decision, "old_state": str(ApplicationState.UNDER_REVIEW)}
    place = {"cohort_id": derived_id("sample-cohort", f"{code}-1")} if offered else {}
    return {**told, **place, "reason": "A strong portfolio." if offered else "The intake is full."}
