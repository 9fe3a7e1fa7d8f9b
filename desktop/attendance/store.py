"""What the register page reads: the class, who belongs to it with their last classes, and every mark as it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from desktop.attendance.leave_store import excuses_of
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.times import local_now, zone_of
from shared.attendance.permissions import is_office, may_take_register
from shared.attendance.rules import (
    BY_HAND,
    Effective,
    Excuses,
    effective,
    excuse,
    is_derived,
    mark_id,
    percentage,
    rank,
    register_id,
    unsuperseded,
    value,
    why_not_taken,
)
from shared.attendance.vocabulary import OBSERVATION, REGISTER, AttendanceState, RegisterState
from shared.core.conflict import KIND as CONFLICT
from shared.core.text import text
from shared.learning.vocabulary import ATTENDING, COHORT, ENROLMENT, EnrolmentState
from shared.people.rules import fold
from shared.people.vocabulary import PERSON, PersonState
from shared.timetable.clashes import taught_by
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

SHOWN_CLASSES = 5
Body = Mapping[str, Any]
_NOTHING = Effective(AttendanceState.NONE, None, None, ())


@dataclass(frozen=True)
class Member:
    """Someone on the register; `last` are the states of the last classes, the latest one last, `percent` of all.

    `leave` are the apologies and leave requests about this class, asked or approved.
    """

    enrolment_id: str
    mark_id: str
    person_id: str
    given: str
    family: str
    number: str
    state: str
    provisional: bool
    suspended: bool
    last: tuple[str, ...] = ()
    percent: int | None = None
    leave: tuple[Body, ...] = ()

    @property
    def name(self) -> str:
        """First and family name."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True)
class MarkRow:
    """A member with the mark as it stands and every observation of it.

    `sides` are the hand-made ones that disagree until someone chooses, the first accepted one first.
    """

    member: Member
    mark: Effective = _NOTHING
    note: str = ""
    observations: tuple[Body, ...] = ()
    sides: tuple[Body, ...] = ()
    conflict_id: str | None = None

    @property
    def id(self) -> str:
        """The enrolment's id."""
        return self.member.enrolment_id

    @property
    def is_marked(self) -> bool:
        """Whether anything is recorded."""
        return self.mark.state is not AttendanceState.NONE

    @property
    def is_disputed(self) -> bool:
        """Whether two people disagree and nobody has chosen yet."""
        return bool(self.sides)

    @property
    def waiting(self) -> int:
        """How many observations are not on the server yet."""
        return sum(not one.get("ordinal") for one in self.observations)

    @property
    def in_class(self) -> Body | None:
        """What was last said in class, corrections by the office left out."""
        return next((one for one in reversed(self.observations) if not one.get("office")), None)

    @property
    def by_office(self) -> Body | None:
        """What the office last said."""
        return next((one for one in reversed(self.observations) if one.get("office")), None)


@dataclass(frozen=True)
class Roll:
    """A register as the page shows it; `refusal` is (code, sentence) where its roll can't be taken now."""

    session_id: str
    session: Body | None = None
    cohort: Body | None = None
    register: Body | None = None
    rows: tuple[MarkRow, ...] = ()
    refusal: tuple[str, str] | None = None
    office: bool = False
    counts: Mapping[AttendanceState, int] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether it was finished."""
        return bool(self.register) and (self.register or {}).get("state") == RegisterState.FINISHED

    @property
    def locked(self) -> bool:
        """Whether marks can't be changed now; the office corrects finished registers, too."""
        return self.refusal is not None or (self.finished and not self.office)

    @property
    def unmarked(self) -> tuple[MarkRow, ...]:
        """Those without a mark; suspended students aren't waited for."""
        return tuple(row for row in self.rows if not row.is_marked and not row.member.suspended)

    @property
    def waiting(self) -> int:
        """How many observations of this register are not on the server yet."""
        return sum(row.waiting for row in self.rows)

    @property
    def saved_at(self) -> str | None:
        """When the latest observation of this register was made, an instant."""
        made = (one for row in self.rows for one in row.observations if not is_derived(one))
        return max((one["observed_at"] for one in made), default=None)

    @property
    def disputed(self) -> tuple[MarkRow, ...]:
        """The marks that two people disagree about."""
        return tuple(row for row in self.rows if row.is_disputed)

    def row(self, enrolment_id: str) -> MarkRow | None:
        """Return the row of an enrolment."""
        return next((row for row in self.rows if row.id == enrolment_id), None)


def read_roll(desk: Desk, session_id: str) -> Roll:
    """Read a register with its members and their last classes."""
    store = desk.store
    session = store.get(CLASS_SESSION, session_id)
    if session is None:
        return Roll(session_id, refusal=why_not_taken(None, desk.clock.now()))
    roll = Roll(
        session_id,
        session,
        store.get(COHORT, session["cohort_id"]),
        rows=tuple(MarkRow(member) for member in _members(desk, session)),
        office=is_office(desk.actor, session["cohort_id"], taught_by(session)),
    )
    return read_marks(desk, roll)


def read_marks(desk: Desk, roll: Roll) -> Roll:
    """Read the marks, the register's state and the reasons against taking it anew; the members stay."""
    if roll.session is None:
        return roll
    observations: dict[str, list[Body]] = {}
    for one in desk.store.children(OBSERVATION, roll.session_id):
        observations.setdefault(one["enrolment_id"], []).append(one)
    conflicts = _open_conflicts(desk)
    session = roll.session
    rows = tuple(
        _row(row, [*observations.get(row.id, ()), *_excuses(row.member, session)], conflicts) for row in roll.rows
    )
    return replace(
        roll,
        rows=rows,
        register=desk.store.get(REGISTER, register_id(roll.session_id)),
        refusal=_refusal(desk, roll.session),
        counts=_counts(rows),
    )


def _excuses(member: Member, session: Body) -> list[Body]:
    """What approved leave stands for here: never stored, the same on every computer."""
    found = (excuse(one, session, member.enrolment_id) for one in member.leave)
    return [one for one in found if one is not None]


def _row(shown: MarkRow, observations: Iterable[Body], conflicts: Mapping[str, str | None]) -> MarkRow:
    kept = tuple(sorted(observations, key=lambda one: (one.get("ordinal") or 1 << 60, one["observed_at"], one["id"])))
    name = shown.member.mark_id
    if kept == shown.observations and not shown.sides and name not in conflicts:
        return shown  # so it is with all but one of them when a mark is made
    mark = effective(kept)
    standing = unsuperseded(kept)
    said = [one for one in standing if not is_derived(one)]
    source = mark.observation or (said[-1] if said else None)
    if source is not None and is_derived(source):
        source = None  # the reason of a request is no note on the mark
    hand = tuple(one for one in standing if rank(one) == BY_HAND)
    settled_here = name in conflicts and conflicts[name] is None  # and the server hasn't said so yet
    sides = hand if len({value(one) for one in hand}) > 1 and not settled_here else ()
    note = str((source or {}).get("note") or "")
    return MarkRow(shown.member, mark, note, kept, sides, conflicts.get(name) if sides else None)


def _open_conflicts(desk: Desk) -> dict[str, str | None]:
    """Return by mark the open disagreement, or None for one that is settled."""
    found: dict[str, str | None] = {}
    for conflict in desk.store.page(CONFLICT, [Where("kind", "=", OBSERVATION)], limit=-1):
        name = conflict["entity_id"]
        if conflict.get("state", "open") == "open":
            found[name] = conflict["id"]
        else:
            found.setdefault(name, None)
    return found


def _counts(rows: Sequence[MarkRow]) -> dict[AttendanceState, int]:
    counts = dict.fromkeys(AttendanceState, 0)
    for row in rows:
        counts[row.mark.state] += 1
    return counts


def _refusal(desk: Desk, session: Body) -> tuple[str, str] | None:
    if not may_take_register(desk.actor, session["cohort_id"], taught_by(session)):
        return "not_allowed", text("You don't teach this class, so you can look at its register but not change it.")
    return why_not_taken(session, local_now(desk, zone_of(desk)))


def _members(desk: Desk, session: Body) -> list[Member]:
    """Return who is on the register by first name: who attends the cohort now, and whoever was marked then."""
    store = desk.store
    marked = {one["enrolment_id"] for one in store.children(OBSERVATION, session["id"])}
    enrolments = [
        one
        for one in store.children(ENROLMENT, session["cohort_id"])
        if not one.get("testing") and (one["state"] in ATTENDING or one["id"] in marked)
    ]
    people = store.many(PERSON, [one["person_id"] for one in enrolments])
    excuses = excuses_of(desk, [one["person_id"] for one in enrolments])
    history = read_history(desk, session, enrolments, excuses)
    members = [
        replace(
            _member(session["id"], one, people.get(one["person_id"]), history.get(one["id"], [])),
            leave=tuple(excuses.about(one["person_id"], session)),
        )
        for one in enrolments
    ]
    return sorted(members, key=lambda one: (fold(one.given), fold(one.family), one.enrolment_id))


def _member(session_id: str, enrolment: Body, person: Body | None, history: Sequence[str]) -> Member:
    known = person or {}
    state = str(enrolment["state"])
    return Member(
        enrolment_id=enrolment["id"],
        mark_id=mark_id(session_id, enrolment["id"]),
        person_id=enrolment["person_id"],
        given=known.get("given_name") or text("Unknown student"),
        family=known.get("family_name") or "",
        number=known.get("number") or enrolment["person_id"],
        state=state,
        provisional=state == EnrolmentState.PENDING,
        suspended=state == EnrolmentState.SUSPENDED or known.get("state") == PersonState.SUSPENDED,
        last=tuple(history[-SHOWN_CLASSES:]),
        percent=percentage(history),
    )


def read_history(desk: Desk, session: Body, enrolments: Sequence[Body], excuses: Excuses) -> dict[str, list[str]]:
    """Return by enrolment the states in the cohort's earlier classes that were held, in order."""
    earlier = [
        one
        for one in desk.store.children(CLASS_SESSION, session["cohort_id"])
        if one["starts_at"] < session["starts_at"] and one.get("state") != ClassSessionState.CANCELLED
    ]
    kept: dict[tuple[str, str], list[Body]] = {}
    wanted = [Where("enrolment_id", "in", [one["id"] for one in enrolments])]
    for one in desk.store.page(OBSERVATION, wanted, limit=-1):
        kept.setdefault((one["enrolment_id"], one["session_id"]), []).append(one)
    taken = {session_id for _, session_id in kept}
    held = [one for one in earlier if one["id"] in taken]

    def state(member: Body, held_one: Body) -> str:
        said = kept.get((member["id"], held_one["id"]), [])
        return str(_state_of([*said, *excuses.of(member["person_id"], member["id"], held_one)]))

    return {member["id"]: [state(member, one) for one in held] for member in enrolments}


def _state_of(observations: Sequence[Body]) -> AttendanceState:
    if len(observations) == 1 and not observations[0].get("supersedes"):
        return AttendanceState(observations[0]["state"])
    return effective(observations).state
