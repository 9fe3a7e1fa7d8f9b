"""What the tables of admissions keep of people."""

from server.core.database import Db
from server.core.personal_data import PersonalTable, impersonal
from shared.people.rules import phone_digits

_PERSON = "SELECT email, phone FROM person WHERE organisation_id = :organisation_id AND id = :person_id"
_BY_CONTACT = """
SELECT e.id, e.phone, e.email FROM enquiry e WHERE e.organisation_id = :organisation_id
AND (lower(e.email) = :email OR e.phone <> '')
"""
_LEAST_DIGITS = 6
"""Fewer digits are no number that tells people apart."""


def enquiries_of(db: Db, organisation_id: str, email: str | None, phone: str | None) -> list[str]:
    """Return the enquiries that were noted with a mail address or a phone number, however that was written."""
    mail, digits = (email or "").strip().lower(), phone_digits(phone or "")
    if not mail and len(digits) < _LEAST_DIGITS:
        return []
    found = []
    for row_id, number, address in db.rows(_BY_CONTACT, organisation_id=organisation_id, email=mail or "-"):
        same = len(digits) >= _LEAST_DIGITS and phone_digits(number) == digits
        if same or (mail and str(address).strip().lower() == mail):
            found.append(str(row_id))
    return found


def _of_person(db: Db, organisation_id: str, person_id: str) -> list[str]:
    row = db.one(_PERSON, organisation_id=organisation_id, person_id=person_id)
    return enquiries_of(db, organisation_id, row[0], row[1]) if row else []


PERSONAL = (
    PersonalTable(
        "enquiry",
        via=(("application_id", "application"),),
        finder=_of_person,
        by={"assigned_to": ""},
        names=("recorded_by",),
        ids=("course_id",),
        blank=("name", "phone", "email", "note", "said"),
    ),
    PersonalTable(
        "application",
        own=("person_id",),
        by={"person_id": "name"},
        names=("decided_by",),
        ids=("form_id", "course_id", "cohort_id", "enquiry_id", "enrolment_id"),
        blank=("email", "phone", "reason", "search_text", "answers"),
        kept=("content", "checks", "document_checks", "number"),
    ),
    PersonalTable(
        "application_event",
        own=("person_id",),
        by={"by_id": "by_name"},
        ids=("application_id",),
        blank=("words",),
    ),
    *impersonal("application_form"),
)
