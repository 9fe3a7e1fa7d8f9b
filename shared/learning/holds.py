"""Holds: what somebody may not have while money is owed, why, and the one decision about each that all areas ask."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from shared.core.actor import Actor
from shared.core.days import month_names
from shared.core.ids import derived_id
from shared.core.money import money_text
from shared.core.text import text
from shared.people.vocabulary import Permission

HOLD = "hold"
STANDING, LIFTED = "standing", "lifted"
OVERDUE, OWED = "overdue", "owed"
"""What lays a hold: money whose day is past, or any that is still open."""
Body = Mapping[str, Any]


class HoldOn(StrEnum):
    """What is withheld."""

    COURSE_ACCESS = "course_access"
    EXAM = "exam"
    EQUIPMENT = "equipment"
    CERTIFICATE = "certificate"


class Held(NamedTuple):
    """Why something is withheld: a stable code, and the sentence for the person."""

    code: str
    sentence: str


def hold_id(person_id: str, what: str) -> str:
    """Return the id of the one hold that a person can have on something."""
    return derived_id(HOLD, person_id, what)


def may_see_holds(actor: Actor) -> bool:
    """Whoever works with money, enrols people or lends kit sees who is held; everybody sees the own."""
    words = (
        *(Permission.FINANCE_SEE, Permission.FINANCE_CHARGE, Permission.FINANCE_TAKE_PAYMENT),
        *(Permission.FINANCE_APPROVE, Permission.FINANCE_MANAGE, Permission.ENROLMENTS_EDIT),
        *(Permission.KIT_LEND, Permission.KIT_MANAGE),
    )
    return any(actor.may(word) for word in words)


def standing(holds: Iterable[Body]) -> list[Body]:
    """Return the holds that stand, in the order of what they withhold."""
    places = {str(one): at for at, one in enumerate(HoldOn)}
    found = [one for one in holds if one["state"] == STANDING]
    return sorted(found, key=lambda one: places.get(str(one["what"]), len(places)))


def held_on(holds: Iterable[Body], what: HoldOn) -> Held | None:
    """Return why one person doesn't get something, or None; `holds` are that person's.

    The same answer for kit, transcripts, certificates and exams: whoever gives something out asks here.
    """
    found = next((one for one in standing(holds) if one["what"] == what), None)
    return None if found is None else Held("payment_hold", hold_sentence(found))


def hold_sentence(hold: Body) -> str:
    """Return since when a hold stands, for how much, and what ends it."""
    day, amount = day_of(hold["since"]), money_text(hold["amount"], hold["currency"])
    if hold["ground"] == OWED:
        words = "Held since {day}: {amount} not paid yet. Pay at the cash desk or online, or ask the bursar."
        return text(words, day=day, amount=amount)
    words = "Held since {day}: {amount} overdue. Pay at the cash desk or online, or ask the bursar."
    return text(words, day=day, amount=amount)


def day_of(day: str) -> str:
    """Return a day as it is told: `3 May 2026`."""
    found = date.fromisoformat(day)
    return text("{day} {month} {year}", day=found.day, month=month_names()[found.month - 1], year=found.year)


def hold_word(what: str) -> str:
    """Return the name of what is withheld."""
    words = {
        HoldOn.COURSE_ACCESS: text("Course access"),
        HoldOn.EXAM: text("Exams"),
        HoldOn.EQUIPMENT: text("Equipment"),
        HoldOn.CERTIFICATE: text("Certificates"),
    }
    return words[HoldOn(what)]
