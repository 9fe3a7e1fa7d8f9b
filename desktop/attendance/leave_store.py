"""What screens read of leave: requests with the names around them, and the excuses that marks are computed with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.store import full_name
from shared.attendance.leave_permissions import may_answer_leave, may_withdraw_leave
from shared.attendance.rules import Excuses
from shared.attendance.vocabulary import LEAVE_REQUEST, LIVING_LEAVE, LeaveState
from shared.core.conflict import is_held, may_settle
from shared.core.text import text
from shared.learning.vocabulary import ATTENDING, COHORT, ENROLMENT
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
_LIVING = sorted(map(str, LIVING_LEAVE))


def excuses_of(desk: Desk, person_ids: Iterable[str]) -> Excuses:
    """Return the living requests of these people, ready to be asked about class sessions."""
    wanted = sorted(set(person_ids))
    where = [Where("person_id", "in", wanted), Where("state", "in", _LIVING)]
    return Excuses(desk.store.page(LEAVE_REQUEST, where, limit=-1) if wanted else ())


def excuses_between(desk: Desk, since: str, until: str) -> Excuses:
    """Return everybody's living requests that reach into a span of instants."""
    where = [Where("state", "in", _LIVING), Where("ends_at", ">", since), Where("starts_at", "<", until)]
    return Excuses(desk.store.page(LEAVE_REQUEST, where, limit=-1))


@dataclass(frozen=True)
class LeaveLine:
    """One request as lists show it; `may_answer` and `may_withdraw` are this person's, `waiting`: not sent yet.

    With `conflict_id` two people answered differently; `may_decide` says that this person may choose.
    """

    body: Body
    name: str
    number: str
    cohort: str
    may_answer: bool
    may_withdraw: bool
    waiting: bool
    conflict_id: str | None = None
    may_decide: bool = False

    @property
    def id(self) -> str:
        """The request's id."""
        return str(self.body["id"])

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return bool(self.body["state"] == LeaveState.ASKED)


def leave_lines(desk: Desk, person_id: str | None = None) -> list[LeaveLine]:
    """Return everybody's requests, or one person's: those that wait first, then the latest."""
    where = [Where("person_id", "=", person_id)] if person_id else []
    bodies = desk.store.page(LEAVE_REQUEST, where, descending=True, limit=-1)
    lines = lines_of(desk, bodies)
    return sorted(lines, key=lambda line: not line.open)


def lines_of(desk: Desk, bodies: Sequence[Body]) -> list[LeaveLine]:
    """Return requests with the names around them."""
    store, actor = desk.store, desk.actor
    people = store.many(PERSON, sorted({one["person_id"] for one in bodies}))
    cohorts = store.many(COHORT, sorted({one["cohort_id"] for one in bodies if one.get("cohort_id")}))
    attended = attended_by(desk, [one["person_id"] for one in bodies])
    unsent = store.waiting_among(LEAVE_REQUEST, [one["id"] for one in bodies])
    disputed = {one.entity_id: one for one in store.conflicts() if one.kind == LEAVE_REQUEST and not is_held(one)}
    lines = []
    for body in bodies:
        person = people.get(body["person_id"]) or {}
        classes = attended.get(body["person_id"], set())
        cohort = cohorts.get(body.get("cohort_id") or "") or {}
        conflict = disputed.get(body["id"])
        line = LeaveLine(
            body=body,
            name=full_name(person) or text("Unknown student"),
            number=str(person.get("number") or body["person_id"]),
            cohort=str(cohort.get("name") or "") if body.get("cohort_id") else text("All classes"),
            may_answer=may_answer_leave(actor, body, classes),
            may_withdraw=may_withdraw_leave(actor, body, classes),
            waiting=body["id"] in unsent,
            conflict_id=conflict.id if conflict else None,
            may_decide=conflict is not None and may_settle(actor.person_id, actor.permissions, conflict),
        )
        lines.append(line)
    return lines


def attended_by(desk: Desk, person_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return by person the cohorts that he or she attends, as far as they are on this computer."""
    where = [Where("person_id", "in", sorted(set(person_ids)))]
    found: dict[str, set[str]] = {}
    for one in desk.store.page(ENROLMENT, where, limit=-1):
        if one["state"] in ATTENDING:
            found.setdefault(one["person_id"], set()).add(one["cohort_id"])
    return found


def to_answer(desk: Desk) -> int:
    """Return how many requests wait for this person's answer."""
    asked = desk.store.page(LEAVE_REQUEST, [Where("state", "=", str(LeaveState.ASKED))], limit=-1)
    attended = attended_by(desk, [one["person_id"] for one in asked])
    return sum(may_answer_leave(desk.actor, one, attended.get(one["person_id"], set())) for one in asked)
