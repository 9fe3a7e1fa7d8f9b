"""What the commands of leave do: requests are added and answered; two answers that differ are a conflict."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from server.attendance.leave_queries import LEAVE_COLUMNS, attended_by
from server.attendance.leave_tables import ATTENDANCE_POLICY, LEAVE_REQUEST
from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, EntityKind, edit, missing, settler_of
from server.core.sql import SetSql
from server.learning.enrolment_service import waits
from shared.attendance import vocabulary
from shared.attendance.absence_rules import DEFAULT_POLICY, policy_error, policy_id
from shared.attendance.leave_commands import PAYLOADS, POLICY_FIELDS
from shared.attendance.leave_permissions import (
    may_answer_leave,
    may_request_leave,
    may_set_policy,
    may_withdraw_leave,
)
from shared.attendance.leave_rules import answered, leave_error, meet, new_request
from shared.attendance.vocabulary import LeaveState
from shared.core.conflict import Conflict
from shared.core.fields import Merge
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.people.vocabulary import ORGANISATION, Permission

_PEOPLE = SetSql(
    "SELECT p.id, p.given_name, p.family_name FROM {ids} i {by} person p ON p.id = i.id"
    " WHERE p.organisation_id = :organisation_id"
)
_COHORTS = SetSql("SELECT c.id FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :organisation_id")
_JUDGEMENT = ("state", "answer")

LEAVE_KIND = EntityKind(
    kind=vocabulary.LEAVE_REQUEST,
    table=LEAVE_REQUEST,
    body_columns=tuple(name for name in LEAVE_COLUMNS if name not in ("id", "revision")),
    # Whoever may see the student sees the request: the office, those who teach him or her, and the student.
    scopes=lambda body: (f"profile:{body['person_id']}", f"person:{body['person_id']}"),
    title=lambda body: str(body["starts_at"][:10]),
    parent="person_id",
)


class _PolicyKind(EntityKind):
    """One row for each organisation, which everybody sees."""

    def publish(self, batch: Batch, body: Body) -> None:
        batch.changed(self.kind, body, f"{ORGANISATION}:{batch.organisation_id}")


POLICY_KIND = _PolicyKind(
    kind=vocabulary.ATTENDANCE_POLICY,
    table=ATTENDANCE_POLICY,
    body_columns=POLICY_FIELDS,
    scopes=lambda _body: ("all", None),
    title=lambda _body: "",
)


def _known(batch: Batch, statement: SetSql, ids: Collection[str | None]) -> dict[str, str]:
    wanted = orjson.dumps(sorted({one for one in ids if one})).decode()
    rows = batch.db.rows(statement, organisation_id=batch.organisation_id, ids=wanted)
    return {row[0]: " ".join(part for part in row[1:] if part) for row in rows}


def request(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add leave requests."""
    people = _known(batch, _PEOPLE, [item.payload.person_id for item in items])
    cohorts = _known(batch, _COHORTS, [item.payload.cohort_id for item in items])
    decisions: dict[str, Decision] = {}
    bodies: list[Body] = []
    for item in items:
        payload = item.payload
        refusal = _why_not_asked(item)
        if refusal is None and (payload.person_id not in people or payload.cohort_id not in (None, *cohorts)):
            refusal = waits(vocabulary.LEAVE_REQUEST)
        decisions[item.command.id] = refusal or applied(item.command.id)
        if refusal is None:
            bodies.append(new_request(item.command, item.author.person_id, item.author.name))
    inserted = LEAVE_KIND.insert(batch, bodies)
    for body in bodies:
        if body["id"] not in inserted:
            decisions[body["revision"]] = agreed(None, existing_id=body["id"])
    return [decisions[item.command.id] for item in items]


def _why_not_asked(item: Item) -> Decision | None:
    payload = item.payload
    fault = leave_error(payload.kind, payload.starts_at, payload.ends_at, payload.reason)
    if fault is not None:
        return rejected(item, *fault)
    if item.accepted or may_request_leave(item.author, payload.person_id, payload.cohort_id):
        return None
    return _not_allowed(item, payload.person_id)


def _not_allowed(item: Item, person_id: str, title: str = "") -> Decision:
    """Whoever teaches may have lost the class meanwhile: that waits for the office. Others never could."""
    if item.author.may(Permission.REGISTERS_TAKE_OWN):
        message = text("You no longer teach every class that this is about. It is kept for the office.")
        return held("not_teaching", message, vocabulary.LEAVE_REQUEST, f"profile:{person_id}", title)
    return rejected(item, "not_allowed", text("Your role doesn't decide about leave. Ask the office."))


def answer(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Approve or decline requests, or take answers back; who else answered meanwhile and differs is a conflict."""
    return _set_states(batch, items)


def withdraw(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Withdraw requests, or ask again."""
    return _set_states(batch, items)


def _set_states(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    present = LEAVE_KIND.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {key: body["revision"] for key, body in present.items()})
    names = _known(batch, _PEOPLE, [body["person_id"] for body in present.values()])
    attended = attended_by(batch, names)
    written: list[Body] = []
    decisions: list[Decision] = []
    for item, standing in zip(items, standings, strict=True):
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, vocabulary.LEAVE_REQUEST))
            continue
        name = names[body["person_id"]]
        refusal = _refusal(item, body, name, attended.get(body["person_id"], set()), stale=standing.stale)
        if refusal is not None:
            decisions.append(refusal)
            continue
        merge = meet(body, item.payload.model_dump(mode="json"), stale=standing.stale)
        decisions.append(_decide(batch, item, body, name, merge))
        if merge.applied:
            by = item.author.person_id, item.author.name
            after = answered(body, merge.applied, by, item.command.observed_at)
            written.append({**after, "revision": item.command.id})
    LEAVE_KIND.update(batch, written)
    return decisions


def _refusal(item: Item, body: Body, name: str, attended: Collection[str], *, stale: bool) -> Decision | None:
    answers = item.command.type == "AnswerLeave"
    may = may_answer_leave if answers else may_withdraw_leave
    if not item.accepted and not may(item.author, body, attended):
        if item.author.person_id == body["person_id"]:
            return rejected(item, "not_allowed", text("Nobody answers his or her own request. Ask the office."))
        return _not_allowed(item, body["person_id"], name)
    if answers and not stale and body["state"] == LeaveState.WITHDRAWN:
        return rejected(item, "leave_withdrawn", text("This request was withdrawn. There is nothing left to answer."))
    return None


def _decide(batch: Batch, item: Item, body: Body, name: str, merge: Merge) -> Decision:
    if not merge.clashing:
        return applied(item.command.id) if merge.applied else agreed(body["revision"])
    known = conflicts.find_open(batch, vocabulary.LEAVE_REQUEST, body["id"], "fields")
    theirs = {field: body[field] for field in _JUDGEMENT}
    before = None if known else conflicts.side_from_log(batch, body["revision"], theirs)
    mine = {"state": str(item.payload.state), "answer": getattr(item.payload, "answer", "")}
    scope, also = LEAVE_KIND.scopes(body)
    subject = conflicts.Subject(vocabulary.LEAVE_REQUEST, body["id"], "fields", name, scope, also)
    new = conflicts.side_of(batch, item, mine)
    conflict_id = conflicts.open_conflict(batch, subject, before, new, merge.clashing)
    revision = item.command.id if merge.applied else body["revision"]
    return Decision(Verdict.CONFLICT, revision, conflict_id, details={"fields": merge.clashing})


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen judgement; it stays the one of whoever made it."""
    body = LEAVE_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    sides = {side.command_id: side for side in conflict.sides}
    chosen = sides.get(choices.get("state", choices.get("answer", "")))
    if body is None or chosen is None:
        return
    values = {name: chosen.values[name] for name in _JUDGEMENT if name in chosen.values}
    if "state" not in choices:
        values.pop("state", None)
    if all(body[name] == value for name, value in values.items()):
        return
    after = answered(body, values, (chosen.author_id, chosen.author_name), chosen.observed_at)
    LEAVE_KIND.update(batch, [{**after, "revision": item.command.id}])


def set_policy(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set when attendance warns; the row of the defaults appears with its first change."""
    for item in items:
        if item.target.id == policy_id(batch.organisation_id) and _may_set(item):
            first = {**DEFAULT_POLICY, "id": item.target.id, "revision": item.target.base or batch.new_id()}
            POLICY_KIND.insert(batch, [first])
    return edit(batch, POLICY_KIND, items, _check_policy)


def _may_set(item: Item) -> bool:
    return item.accepted or may_set_policy(item.author)


def _check_policy(_batch: Batch, item: Item, _body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not _may_set(item):
        return rejected(item, "not_allowed", text("Only an administrator sets when attendance warns."))
    if not set(wanted) <= set(POLICY_FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    fault = policy_error(wanted)
    return rejected(item, "field_invalid", fault) if fault else None


settle_policy = settler_of(POLICY_KIND)
"""Writes the chosen values of the policy."""


COMMANDS = (
    CommandType("RequestLeave", PAYLOADS["RequestLeave"], request),
    CommandType("AnswerLeave", PAYLOADS["AnswerLeave"], answer),
    CommandType("WithdrawLeave", PAYLOADS["WithdrawLeave"], withdraw),
    CommandType("SetAttendancePolicy", PAYLOADS["SetAttendancePolicy"], set_policy),
)
