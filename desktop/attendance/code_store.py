"""What class codes are read for: the code on show for a projector, and the classes in which a student may type one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.attendance.scanning import corrected_now
from desktop.attendance.store import MarkRow, Roll, read_roll
from desktop.core.area import KindSpec, Line
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.lines import session_words
from desktop.timetable.store import SessionLine, lines_of
from shared.attendance.check_in import CLASS_CODE, CLASS_CODE_SEED
from shared.attendance.class_code import STEP, ClassCode, code_at, scanned_text, shown_at, step_at
from shared.attendance.permissions import may_take_register
from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.projection import ReadRow
from shared.core.text import text
from shared.learning.vocabulary import ATTENDING, ENROLMENT
from shared.timetable.clashes import taught_by
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

Body = Mapping[str, Any]
_BACK, _AHEAD = timedelta(days=8), timedelta(days=1)
"""Classes whose codes are told apart from those of today: so a refusal can say what a code was for."""


@dataclass(frozen=True)
class ShownCode:
    """The code on show, what its QR code holds, and how many seconds it stays."""

    code: str
    scanned: str
    seconds_left: float


def shown_code(desk: Desk, session: Body | None) -> ShownCode:
    """Return what a projector shows now.

    CampusError where it shows none: `class_session_unknown`, `not_allowed`, `class_session_cancelled`,
    `class_code_missing`, `class_code_not_yet`, `class_session_over`.
    """
    if session is None:
        raise CampusError("class_session_unknown", text("This class isn't on this computer."))
    if not may_take_register(desk.actor, session["cohort_id"], taught_by(session)):
        raise CampusError("not_allowed", text("Only those who take this register can show its code."))
    if session.get("state") == ClassSessionState.CANCELLED:
        raise CampusError("class_session_cancelled", text("This class is cancelled, so it has no code."))
    row = desk.store.get(CLASS_CODE_SEED, derived_id(CLASS_CODE, session["id"]))
    if row is None:
        raise CampusError(
            "class_code_missing",
            text("The code of this class isn't on this computer yet. It comes with the next contact with the server."),
        )
    now = corrected_now(desk)
    ends = parse_instant(session["ends_at"]).astimezone(now.tzinfo)
    if now > ends:
        raise CampusError("class_session_over", text("This class ended at {end}.", end=f"{ends:%H:%M}"))
    step = step_at(session, now)
    if step is None:
        opens = shown_at(session, 0).astimezone(now.tzinfo)
        raise CampusError("class_code_not_yet", text("The code begins at {time}.", time=f"{opens:%a %d %b %H:%M}"))
    left = (shown_at(session, step) + STEP - now) / timedelta(seconds=1)
    code = code_at(session["id"], row["seed"], step)
    return ShownCode(code, scanned_text(session["id"], code), left)


@dataclass(frozen=True)
class OwnClass:
    """A class of the student who has signed in; `anchor` is empty where it isn't on this computer yet."""

    session: Body
    enrolment: Body
    anchor: str


def own_classes(desk: Desk) -> list[OwnClass]:
    """Return the student's classes of the last days and the next one, the earliest first."""
    store, now = desk.store, corrected_now(desk)
    found: list[OwnClass] = []
    for enrolment in store.page(ENROLMENT, [Where("person_id", "=", desk.actor.person_id)], limit=-1):
        if enrolment["state"] not in ATTENDING:
            continue
        sessions = [
            one
            for one in store.children(CLASS_SESSION, enrolment["cohort_id"])
            if instant_text(now - _BACK) <= one["starts_at"] <= instant_text(now + _AHEAD)
        ]
        codes = store.many(CLASS_CODE, [derived_id(CLASS_CODE, one["id"]) for one in sessions])
        anchors = {code["session_id"]: str(code["anchor"]) for code in codes.values()}
        found += [OwnClass(one, enrolment, anchors.get(one["id"], "")) for one in sessions]
    return sorted(found, key=lambda one: (one.session["starts_at"], one.session["id"]))


def known_codes(classes: list[OwnClass]) -> list[ClassCode]:
    """Return those classes whose codes this computer can check."""
    return [ClassCode(one.session, one.anchor) for one in classes if one.anchor]


@dataclass(frozen=True)
class TodayLine:
    """A class of today with the student's own mark in it."""

    line: SessionLine
    row: MarkRow | None


def today_lines(desk: Desk, classes: list[OwnClass]) -> list[TodayLine]:
    """Return the student's classes of today with what is recorded."""
    today: datetime = corrected_now(desk)
    found = []
    for one in classes:
        [line] = lines_of(desk, [dict(one.session)])
        if line.starts.date() == today.date():
            found.append(TodayLine(line, own_row(desk, one)))
    return found


def own_row(desk: Desk, one: OwnClass) -> MarkRow | None:
    """Return the student's own mark in a class."""
    roll: Roll = read_roll(desk, one.session["id"])
    return roll.row(one.enrolment["id"])


def _checked_in(command: Command, read: ReadRow) -> str:
    session = read(CLASS_SESSION, command.payload["session_id"])
    return text("Checked in to {class_}", class_=session_words(session, read) if session else text("a class"))


LINES: dict[str, Line] = {"CheckInByCode": _checked_in}
KINDS = {CLASS_CODE: KindSpec(), CLASS_CODE_SEED: KindSpec()}
