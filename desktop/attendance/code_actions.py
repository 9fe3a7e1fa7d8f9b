"""What a student does with a class code: check in, with sentences for every code that doesn't fit."""

from dataclasses import dataclass
from datetime import datetime

from desktop.attendance.code_store import OwnClass, known_codes, own_classes, own_row
from desktop.attendance.scanning import ALREADY, BESIDE, MARKED, Scanned, corrected_now
from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.attendance.class_code import MOST_WRONG, clean, match, read_scanned, too_many_wrong
from shared.attendance.rules import mark_id, unsuperseded
from shared.attendance.scans import Meeting, meet
from shared.core.errors import CampusError
from shared.core.text import text
from shared.learning.vocabulary import EnrolmentState
from shared.timetable.vocabulary import ClassSessionState

_TRIES = "class_code_tries"


@dataclass(frozen=True)
class CheckIns:
    """Checks the student who has signed in into classes; everything is on disk when a method returns."""

    desk: Desk

    def check_in(self, typed: str) -> tuple[OwnClass, Scanned]:
        """Do what a typed or scanned code asks for; returns the class, and what became of it.

        CampusError: those of `class_code.match`, `class_code_locked` after 20 wrong ones on a day, `suspended`,
        `class_session_cancelled`, `class_code_missing`, and what `Desk.commit` raises.
        """
        now = corrected_now(self.desk)
        day = f"{now:%Y-%m-%d}"
        wrong = self._wrong(day)
        if wrong >= MOST_WRONG:
            raise too_many_wrong()
        classes = own_classes(self.desk)
        known = known_codes(classes)
        if not known:
            raise CampusError(
                "class_code_missing",
                text("No class of yours has a code on this computer yet. Ask your instructor to mark you."),
            )
        try:
            found = match(typed, known, now)
        except CampusError as problem:
            if problem.code != "class_code_torn":
                self.desk.store.remember(_TRIES, {"day": day, "wrong": wrong + 1})
                if wrong + 1 >= MOST_WRONG:
                    raise too_many_wrong() from problem
            raise
        one = next(each for each in classes if each.session["id"] == found.session["id"])
        return one, self._record(one, typed, now)

    def _wrong(self, day: str) -> int:
        kept = self.desk.store.recall(_TRIES) or {}
        return int(kept.get("wrong", 0)) if kept.get("day") == day else 0

    def _record(self, one: OwnClass, typed: str, now: datetime) -> Scanned:
        if one.session.get("state") == ClassSessionState.CANCELLED:
            raise CampusError("class_session_cancelled", text("This class is cancelled. Ask your instructor."))
        if one.enrolment["state"] == EnrolmentState.SUSPENDED:
            raise CampusError("suspended", text("Your enrolment is suspended. Ask the office."))
        row = own_row(self.desk, one)
        if row is None:
            raise CampusError("not_on_register", text("You aren't on this register any more. Ask the office."))
        met = meet(row.mark, tuple(unsuperseded(row.observations)))
        if met.makes_entry:
            self.desk.commit([self._ask(one, typed)])
        became = {Meeting.FRESH: MARKED, Meeting.ALREADY: ALREADY, Meeting.BESIDE: BESIDE}[met.meeting]
        return Scanned(became, now, own_row(self.desk, one), met.standing)

    def _ask(self, one: OwnClass, typed: str) -> Ask:
        scanned = read_scanned(typed)
        session_id, enrolment_id = one.session["id"], one.enrolment["id"]
        payload = {
            "session_id": session_id,
            "enrolment_id": enrolment_id,
            "code": clean(scanned[1] if scanned else typed),
            "author_id": self.desk.actor.person_id,
            "author_name": self.desk.actor.name,
        }
        return Ask("CheckInByCode", mark_id(session_id, enrolment_id), payload, id=self.desk.ids())
