"""What a scan does to a register: it finds the student, records what the time says, or tells why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.attendance.actions import RollCall, Value
from desktop.attendance.store import MarkRow
from desktop.core import meta
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.people.numbers import person_of_number
from desktop.timetable.times import zone_of
from shared.attendance.class_code import read_scanned
from shared.attendance.rules import unsuperseded
from shared.attendance.scans import Meeting, meet, state_when, why_not_scanned
from shared.attendance.vocabulary import Method
from shared.core.errors import CampusError
from shared.core.text import text
from shared.learning.vocabulary import ATTENDING, COHORT, ENROLMENT
from shared.people.id_card import CardRefusal, read_card
from shared.people.rules import fold

Body = Mapping[str, Any]
MARKED, ALREADY, BESIDE = "marked", "already", "beside"
OTHER_COHORT, UNKNOWN_CARD, SUSPENDED = "other_cohort", "unknown_card", "suspended"


@dataclass(frozen=True)
class Scanned:
    """What became of a scan.

    `code` is `marked`, `already` (no second entry), `beside` (kept beside a mark that it can't change), or why it was
    refused; `sentence` says so where the code isn't one of ours. `row` is the student of this register, `other` and
    `cohorts` someone of another one with the codes of the cohorts; `standing` the observation met.
    """

    code: str
    at: datetime
    row: MarkRow | None = None
    standing: Body | None = None
    sentence: str = ""
    other: Body | None = None
    cohorts: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether the student is marked as attending."""
        return self.code in {MARKED, ALREADY}


def corrected_now(desk: Desk) -> datetime:
    """Return the present in the institute's zone by the server's clock, as far as this device knows it."""
    offset = timedelta(milliseconds=desk.store.recall(meta.OFFSET, 0))
    return (desk.clock.now() + offset).astimezone(zone_of(desk))


class Scanner:
    """Takes scans for one register; whatever is recorded is on disk when `take` returns."""

    def __init__(self, desk: Desk, roll_call: RollCall) -> None:
        self._desk, self._roll_call = desk, roll_call

    def take(self, scanned: str, method: Method) -> Scanned:
        """Do what the text of a card asks for; never raises what a person must be told."""
        at = corrected_now(self._desk)
        if read_scanned(scanned) is not None:
            words = text("This is the code of a class, not an ID card. Hold the card to the reader.")
            return Scanned("card_nonsense", at, sentence=words)
        card = read_card(scanned, self._desk.actor.organisation_id)
        if isinstance(card, CardRefusal):
            return Scanned(card.code, at, sentence=card.sentence)
        return self.take_number(card, method, at)

    def take_number(self, number: str, method: Method, at: datetime | None = None) -> Scanned:
        """Do the same with a student's number."""
        at = at or corrected_now(self._desk)
        row = self._row_of(number)
        if row is None:
            return self._stranger(number, at)
        try:
            return self._record(row, method, at)
        except CampusError as problem:
            return Scanned(problem.code, at, row, sentence=problem.message)

    def _record(self, row: MarkRow, method: Method, at: datetime) -> Scanned:
        roll = self._roll_call.roll
        if row.member.suspended:
            return Scanned(SUSPENDED, at, row)
        met = meet(row.mark, tuple(unsuperseded(row.observations)))
        if not met.makes_entry:
            return Scanned(ALREADY if met.meeting is Meeting.ALREADY else BESIDE, at, row, met.standing)
        over = why_not_scanned(roll.session or {}, at)
        if over is not None and roll.refusal is None:
            return Scanned(over[0], at, row, sentence=over[1])
        state, minutes = state_when(roll.session or {}, at)
        counts = met.meeting is Meeting.FRESH
        self._roll_call.record_scan(row.id, Value(state, minutes), method, counts=counts)
        return Scanned(MARKED if counts else BESIDE, at, self._roll_call.roll.row(row.id), met.standing)

    def _row_of(self, number: str) -> MarkRow | None:
        wanted = fold(number)
        rows = self._roll_call.roll.rows
        exact = [row for row in rows if fold(row.member.number) == wanted]
        if not exact and number.isdecimal():
            # By hand nobody types the letters and zeros that a number begins with.
            exact = [row for row in rows if _digits(row.member.number) == number.lstrip("0")]
        if not exact:
            person = person_of_number(self._desk.store, number) or {}
            exact = [row for row in rows if row.member.person_id == person.get("id")]
        return exact[0] if len(exact) == 1 else None

    def _stranger(self, number: str, at: datetime) -> Scanned:
        store = self._desk.store
        found = person_of_number(store, number)
        if found is None:
            return Scanned(UNKNOWN_CARD, at)
        enrolments = store.page(ENROLMENT, [Where("person_id", "=", found["id"])], limit=-1)
        ids = [one["cohort_id"] for one in enrolments if one["state"] in ATTENDING]
        cohorts = store.many(COHORT, ids).values()
        codes = tuple(sorted(str(one.get("code") or one.get("name") or "") for one in cohorts))
        return Scanned(OTHER_COHORT, at, other=found, cohorts=codes)


def _digits(number: str) -> str:
    return "".join(letter for letter in number if letter.isdigit()).lstrip("0")
