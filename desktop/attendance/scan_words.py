"""The words, tones and icons of a scan: on a register, where staff read them, and at a kiosk, where students do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from desktop.attendance.scanning import ALREADY, BESIDE, MARKED, OTHER_COHORT, SUSPENDED, UNKNOWN_CARD, Scanned
from desktop.attendance.words import LOOKS, mark_words, method_words, spoken_words, state_word
from desktop.timetable.store import full_name
from desktop.timetable.times import clock_words, local
from shared.attendance.vocabulary import AttendanceState
from shared.core.text import text

NOT_SURE = "warn"


@dataclass(frozen=True)
class ScanWords:
    """How a scan is shown: who or what, what became of it, a short form for lists, tone and icon."""

    title: str
    detail: str
    short: str
    tone: str
    icon: str

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return f"{self.title}. {self.detail}" if self.title else self.detail


def staff_words(scan: Scanned, zone: ZoneInfo) -> ScanWords:
    """Return what a register's panel says."""
    name = scan.row.member.name if scan.row else ""
    time = clock_words(scan.at)
    if scan.code == MARKED and scan.row is not None:
        mark = scan.row.mark
        how = method_words(mark.observation or {})
        look = LOOKS[mark.state]
        words = mark_words(mark.state, mark.minutes)
        detail = text("{mark} at {time} · {how}", mark=words, time=time, how=how)
        short = text("Present {time}", time=time) if mark.state is AttendanceState.PRESENT else _late(mark.minutes)
        return ScanWords(name, detail, short, look.tone, "circle-check" if look.tone == "ok" else look.icon)
    if scan.code == ALREADY:
        return ScanWords(name, _already(scan, zone), text("Already marked"), "ok", "circle-check")
    if scan.code == BESIDE and scan.row is not None:
        state = spoken_words(scan.row.mark.state, scan.row.mark.minutes)
        detail = text("Marked {state} by {author}. The scan is kept beside it.", state=state, author=_author(scan))
        return ScanWords(name, detail, state_word(scan.row.mark.state), NOT_SURE, "circle-alert")
    return _refused(scan, name)


def _refused(scan: Scanned, name: str) -> ScanWords:
    if scan.code == OTHER_COHORT:
        who, where = full_name(scan.other), ", ".join(scan.cohorts)
        short = text("{name}, {cohort}", name=who, cohort=where) if where else who
        detail = short if where else text("{name} isn't enrolled in any class here now.", name=who)
        return ScanWords(text("Card not in this class"), detail, short, NOT_SURE, "circle-alert")
    if scan.code == UNKNOWN_CARD:
        detail = text("Nobody on this computer has this number. Add a walk-in, or ask the office.")
        return ScanWords(text("Card not known"), detail, text("Not known"), NOT_SURE, "circle-alert")
    if scan.code == SUSPENDED:
        detail = text("This student is suspended and wasn't marked. The office knows more.")
        return ScanWords(name, detail, text("Suspended"), NOT_SURE, "lock")
    title = name or text("Card not read")
    return ScanWords(title, scan.sentence, text("Not marked") if name else text("Not read"), NOT_SURE, "circle-alert")


def _late(minutes: int | None) -> str:
    return text("Late {minutes} min", minutes=minutes) if minutes else text("Late")


def _author(scan: Scanned) -> str:
    return str((scan.standing or {}).get("author_name") or "") or text("the office")


def _time_of(observation: Mapping[str, Any] | None, zone: ZoneInfo) -> str:
    said = (observation or {}).get("observed_at")
    return clock_words(local(said, zone)) if said else ""


def _already(scan: Scanned, zone: ZoneInfo) -> str:
    mark = scan.row.mark if scan.row else None
    state = spoken_words(mark.state, None) if mark else ""
    return text("Already marked {state} at {time}", state=state, time=_time_of(scan.standing, zone))


def kiosk_words(scan: Scanned, zone: ZoneInfo, *, by_hand: bool = False) -> ScanWords:
    """Return what a kiosk says: to the student alone, and never another student's name.

    `by_hand`: the number was typed.
    """
    given = scan.row.member.given if scan.row else ""
    welcome = text("Welcome, {name}", name=given)
    if scan.code == MARKED and scan.row is not None:
        mark = scan.row.mark
        said = text("You are marked {state} at {time}", state=spoken_words(mark.state, None), time=clock_words(scan.at))
        tone, short = LOOKS[mark.state].tone, mark_words(mark.state, mark.minutes)
        return ScanWords(welcome, said, short, tone, "check" if tone == "ok" else "clock")
    if scan.code == ALREADY and scan.row is not None:
        state = spoken_words(scan.row.mark.state, None)
        said = text("You are already marked {state} at {time}", state=state, time=_time_of(scan.standing, zone))
        return ScanWords(welcome, said, state_word(scan.row.mark.state), "ok", "check")
    if scan.code == BESIDE and scan.row is not None:
        state = spoken_words(scan.row.mark.state, None)
        said = text("Your instructor marked you {state}. Your card is noted; talk to your instructor.", state=state)
        return ScanWords(welcome, said, state_word(scan.row.mark.state), NOT_SURE, "circle-alert")
    return _kiosk_refused(scan, by_hand=by_hand)


def _kiosk_refused(scan: Scanned, *, by_hand: bool) -> ScanWords:
    title, said = _kiosk_reason(scan, by_hand=by_hand)
    return ScanWords(title, said, text("Not marked"), NOT_SURE, "circle-alert")


def _kiosk_reason(scan: Scanned, *, by_hand: bool) -> tuple[str, str]:
    if scan.code == OTHER_COHORT:
        title = text("This number is for another class") if by_hand else text("This card is for another class")
        if not scan.cohorts:
            return title, text("It belongs to none of today's classes. Ask your instructor.")
        return title, text("It belongs to {cohort}. Ask where that class meets.", cohort=", ".join(scan.cohorts))
    if scan.code == UNKNOWN_CARD:
        title = text("This number isn't known here") if by_hand else text("This card isn't known here")
        return title, text("Ask your instructor to mark you.")
    if scan.code == SUSPENDED:
        return text("You could not be marked"), text("Your enrolment is suspended. Ask the office.")
    if scan.code == "class_session_over":
        return text("This class is over"), text("Ask your instructor to mark you.")
    if scan.code == "register_locked":
        return text("This register is finished"), text("Ask your instructor to mark you.")
    return (text("You could not be marked") if scan.row else text("This card could not be used")), scan.sentence
