"""What the Today page reads: the classes of the day with their registers, the counters, and what happened lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.shell.times import clock_words, day_span, zone_of
from shared.attendance.rules import ATTENDED, OPENS_BEFORE, Excuses, effective, register_id
from shared.attendance.vocabulary import LEAVE_REQUEST, OBSERVATION, REGISTER, RegisterState
from shared.core.clock import instant_text, parse_instant
from shared.core.text import plural, text
from shared.learning.vocabulary import ACADEMIC_TERM, ATTENDING, COHORT, ENROLMENT, EnrolmentState
from shared.people.vocabulary import PERSON, Permission, Role
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

LOOK_BACK = timedelta(days=7)
"""How long a class without a register is shown as missing."""
_MOST_ACTIVITY = 7

Body = Mapping[str, Any]


@dataclass(frozen=True)
class ClassLine:
    """One class as the table shows it; `starts` is in the institute's zone, `badge` is (words, tone, icon)."""

    id: str
    starts: datetime
    name: str
    room: str
    instructor: str
    instructor_number: str
    present: str
    badge: tuple[str, str, str]
    missing: bool
    today: bool


@dataclass(frozen=True)
class Activity:
    """Something that happened, at an instant; the word before the colon of `id` says what a press opens."""

    id: str
    title: str
    detail: str
    icon: str
    tone: str
    at: str


@dataclass(frozen=True)
class Today:
    """Everything on the page; `term` is "Term 3, week 11" or empty. `sees_all`: an office person's day."""

    now: datetime
    term: str
    classes: tuple[ClassLine, ...]
    missing: tuple[ClassLine, ...]
    walk_ins: int
    walk_in_names: str
    activity: tuple[Activity, ...]
    sees_all: bool

    @property
    def next_class(self) -> ClassLine | None:
        """The next class that has not begun."""
        return next((one for one in self.classes if one.starts > self.now), None)


def sees_everything(desk: Desk) -> bool:
    """Tell whether the person works with everyone's classes."""
    wide = (Permission.REGISTERS_TAKE_ANY, Permission.REGISTERS_CORRECT, Permission.SEE_ALL)
    return any(desk.actor.may(word) for word in wide)


def works_with_registers(desk: Desk) -> bool:
    """Tell whether registers are this person's business; to a student they are not."""
    return sees_everything(desk) or desk.actor.may(Permission.REGISTERS_TAKE_OWN)


def read_today(desk: Desk) -> Today:
    """Read the page; takes some milliseconds, so call it in the background."""
    zone = zone_of(desk)
    now = desk.clock.now().astimezone(zone)
    begin, end = day_span(now.date(), zone)
    everything = sees_everything(desk)
    where = [Where("starts_at", ">=", instant_text(now - LOOK_BACK)), Where("starts_at", "<", end)]
    attended = _attended(desk)
    bodies = [one for one in desk.store.page(CLASS_SESSION, where, order="starts_at", limit=-1)
              if everything or _is_own(desk, one) or one["cohort_id"] in attended]  # fmt: skip
    registers = desk.store.many(REGISTER, [register_id(one["id"]) for one in bodies])
    finished = {one["session_id"]: one for one in registers.values() if one.get("state") == RegisterState.FINISHED}
    of_today = [one for one in bodies if one["starts_at"] >= begin]
    taking = works_with_registers(desk)
    open_before = [one for one in bodies if one["starts_at"] < begin and taking and _is_missing(one, finished, now)]
    names = _Names(desk, [*of_today, *open_before])
    lines = [names.line(one, finished.get(one["id"]), now, today=True) for one in of_today]
    late = [names.line(one, None, now, today=False) for one in open_before]
    walk_ins = _walk_ins(desk) if everything else []
    return Today(
        now=now,
        term=term_words(desk, now.date()),
        classes=tuple(lines),
        missing=(*late, *(line for line in lines if taking and line.missing)),
        walk_ins=len(walk_ins),
        walk_in_names=_people_words(desk, walk_ins[:2]),
        activity=tuple(_activity(desk, finished, names)),
        sees_all=everything,
    )


def _attended(desk: Desk) -> set[str]:
    """Return the cohorts in which the person is a student."""
    if Role.STUDENT not in desk.actor.roles:
        return set()
    own = desk.store.page(ENROLMENT, [Where("person_id", "=", desk.actor.person_id)], limit=-1)
    return {one["cohort_id"] for one in own if one.get("state") in ATTENDING}


def _is_own(desk: Desk, session: Body) -> bool:
    return session["cohort_id"] in desk.actor.teaches or session.get("instructor_id") == desk.actor.person_id


def _is_missing(session: Body, finished: Mapping[str, Body], now: datetime) -> bool:
    if session.get("state") == ClassSessionState.CANCELLED or session["id"] in finished:
        return False
    return parse_instant(session["starts_at"]) <= now


def term_words(desk: Desk, today: date) -> str:
    """Return "Term 3, week 11" for the term that the day lies in, or an empty text."""
    for term in desk.store.page(ACADEMIC_TERM, limit=-1):
        first, last = date.fromisoformat(term["starts_on"]), date.fromisoformat(term["ends_on"])
        if first <= today <= last:
            monday = first - timedelta(days=first.weekday())
            return text("{term}, week {week}", term=term["name"], week=(today - monday).days // 7 + 1)
    return ""


class _Names:
    """The names around some class sessions, read once."""

    def __init__(self, desk: Desk, sessions: Sequence[Body]) -> None:
        self._desk = desk
        self._cohorts = desk.store.many(COHORT, list({one["cohort_id"] for one in sessions}))
        self._people = desk.store.many(
            PERSON, list({one["instructor_id"] for one in sessions if one.get("instructor_id")})
        )
        approved = [Where("state", "=", "approved")]
        self._excuses = Excuses(desk.store.page(LEAVE_REQUEST, approved, limit=-1))

    def class_name(self, session: Body) -> str:
        cohort = self._cohorts.get(session["cohort_id"]) or self._desk.store.get(COHORT, session["cohort_id"]) or {}
        return str(session.get("title") or cohort.get("name") or text("Class"))

    def line(self, session: Body, register: Body | None, now: datetime, *, today: bool) -> ClassLine:
        starts = parse_instant(session["starts_at"]).astimezone(now.tzinfo)
        person = self._people.get(session.get("instructor_id") or "") or {}
        present, marked = self._present(session) if starts - now <= OPENS_BEFORE else ("–", False)
        missing = register is None and starts <= now and session.get("state") != ClassSessionState.CANCELLED
        return ClassLine(
            id=session["id"],
            starts=starts,
            name=self.class_name(session),
            room=str(session.get("room") or ""),
            instructor=person_name(person),
            instructor_number=str(person.get("number") or person.get("id") or ""),
            present=present,
            badge=_badge(session, register, starts, now, marked=marked),
            missing=missing,
            today=today,
        )

    def _present(self, session: Body) -> tuple[str, bool]:
        marks: dict[str, list[Body]] = {}
        for one in self._desk.store.children(OBSERVATION, session["id"]):
            marks.setdefault(one["enrolment_id"], []).append(one)
        if not marks:
            return "–", False
        enrolments = self._desk.store.children(ENROLMENT, session["cohort_id"])
        testing = {one["id"] for one in enrolments if one.get("testing")}
        marks = {enrolment: seen for enrolment, seen in marks.items() if enrolment not in testing}
        attended = sum(
            effective([*seen, *self._excuses.of(seen[0].get("person_id", ""), enrolment, session)]).state in ATTENDED
            for enrolment, seen in marks.items()
        )
        members = {one["id"] for one in enrolments if one.get("state") in ATTENDING and one["id"] not in testing}
        return text("{n} of {all}", n=attended, all=len(members | set(marks))), True


def _badge(
    session: Body, register: Body | None, starts: datetime, now: datetime, *, marked: bool
) -> tuple[str, str, str]:
    if session.get("state") == ClassSessionState.CANCELLED:
        return text("Cancelled"), "neu", "x"
    if register is not None:
        at = parse_instant(register["finished_at"]).astimezone(now.tzinfo) if register.get("finished_at") else None
        return (text("Taken {time}", time=clock_words(at)) if at else text("Taken")), "ok", "check"
    if marked:
        return text("Open"), "warn", "clock"
    if starts > now:
        return text("Starts {time}", time=clock_words(starts)), "neu", "clock"
    return text("Not taken"), "bad", "circle-alert"


def person_name(person: Body) -> str:
    """Return given and family name."""
    return " ".join(part for part in (person.get("given_name"), person.get("family_name")) if part)


def _walk_ins(desk: Desk) -> list[dict[str, Any]]:
    return desk.store.page(ENROLMENT, [Where("state", "=", str(EnrolmentState.PENDING))], limit=-1)


def _people_words(desk: Desk, enrolments: Sequence[Body]) -> str:
    people = desk.store.many(PERSON, [one["person_id"] for one in enrolments])
    return " · ".join(person_name(one) for one in people.values())


def _activity(desk: Desk, finished: Mapping[str, Body], names: _Names) -> list[Activity]:
    found = [*_saved_here(desk), *_registers_taken(desk, finished, names), *_disagreements(desk)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:_MOST_ACTIVITY]


def _saved_here(desk: Desk) -> list[Activity]:
    """What was saved on this computer, one line for each thing that was done."""
    looks = {"conflict": ("git-compare-arrows", "bad"), "held": ("hourglass", "warn"),
             "rejected": ("circle-alert", "bad"), None: ("cloud-upload", "info")}  # fmt: skip
    grouped: dict[str, list[Any]] = {}
    for line in desk.store.receipt(0, 200):
        grouped.setdefault(line.group_id or line.command_id, []).append(line)
    made = []
    for group in list(grouped.values())[:_MOST_ACTIVITY]:
        first = group[-1]
        verdict = next((one.verdict for one in group if one.verdict not in {"applied", "agreed"}), "applied")
        icon, tone = looks.get(verdict, ("check", "ok"))
        more = len(group) - 1
        title = first.title
        detail = plural("and {n} more like it", "and {n} more like it", more) if more else first.sentence
        made.append(Activity(f"saved:{first.command_id}", title, detail, icon, tone, first.made_at))
    return made


def _registers_taken(desk: Desk, finished: Mapping[str, Body], names: _Names) -> list[Activity]:
    sessions = desk.store.many(CLASS_SESSION, list(finished))
    return [
        Activity(
            f"register:{one['session_id']}",
            text("Register taken: {class_}", class_=names.class_name(sessions[one["session_id"]])),
            text("by {name}", name=one.get("finished_by_name") or text("the office")),
            "clipboard-check",
            "ok",
            str(one["finished_at"]),
        )
        for one in finished.values()
        if one.get("finished_at") and one.get("finished_by") != desk.actor.person_id and one["session_id"] in sessions
    ]


def _disagreements(desk: Desk) -> list[Activity]:
    return [
        Activity(
            f"conflict:{one.id}",
            text("Two versions: {title}", title=one.title or text("the same record")),
            " · ".join(dict.fromkeys(side.author_name for side in one.sides if side.author_name)),
            "git-compare-arrows",
            "bad",
            max((side.received_at or side.observed_at for side in one.sides), default=""),
        )
        for one in desk.store.conflicts()[-_MOST_ACTIVITY:]
    ]
