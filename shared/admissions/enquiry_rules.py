"""Pure decisions about enquiries: what can be kept of them, and whom to ask next."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from shared.admissions.form_rules import Fault, words_fault
from shared.admissions.vocabulary import LONGEST_WORDS, EnquirySource, EnquiryState
from shared.core.days import is_day
from shared.core.text import text
from shared.people.rules import field_error

Body = Mapping[str, Any]
MOST_SAID = 100


class Due(StrEnum):
    """When somebody is to be asked again, in the order of the list."""

    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"
    NEVER = "never"
    DONE = "done"


def enquiry_fault(enquiry: Body) -> Fault | None:
    """Return what of an enquiry can't be kept, or None; one must know how to reach somebody."""
    faults = {
        "name": words_fault(enquiry["name"], 200, needed=True),
        "phone": field_error("phone", enquiry["phone"]) if enquiry["phone"] else None,
        "email": field_error("email", enquiry["email"]) if enquiry["email"] else None,
        "note": words_fault(enquiry["note"], LONGEST_WORDS, lines=True),
        "source": None if enquiry["source"] in frozenset(EnquirySource) else text("Choose where it comes from."),
        "state": None if enquiry["state"] in frozenset(EnquiryState) else text("Choose a state."),
        "follow_up_on": _day_fault(enquiry["follow_up_on"]),
    }
    found = next((Fault(name, sentence) for name, sentence in faults.items() if sentence), None)
    if found is None and not (enquiry["phone"] or enquiry["email"]):
        return Fault("phone", text("Enter a phone number or a mail address."))
    return found


def _day_fault(day: object) -> str | None:
    return None if day is None or is_day(day) else text("Enter a day.")


def said_fault(words: str, day: object, lines: int) -> Fault | None:
    """Return why what was said can't be noted, or None."""
    fault = words_fault(words, LONGEST_WORDS, lines=True, needed=True) or _day_fault(day)
    if fault is None and lines >= MOST_SAID:
        fault = text("This enquiry has {n} notes already. Convert or close it.", n=MOST_SAID)
    return Fault("words", fault) if fault else None


def due_of(enquiry: Body, today: str) -> Due:
    """Return when somebody is to be asked again, as seen on a day."""
    if enquiry["state"] != EnquiryState.OPEN:
        return Due.DONE
    day = enquiry.get("follow_up_on")
    if not day:
        return Due.NEVER
    if day < today:
        return Due.OVERDUE
    return Due.TODAY if day == today else Due.LATER


def due_key(enquiry: Body, today: str) -> tuple[int, str, str]:
    """Return what the follow-up list is sorted by: what is due first stands first."""
    due = due_of(enquiry, today)
    return list(Due).index(due), str(enquiry.get("follow_up_on") or ""), str(enquiry["recorded_at"])
