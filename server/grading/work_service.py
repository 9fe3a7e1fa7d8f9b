"""What the commands of hand-ins do: keep unfinished work, take hand-ins, give work back, give more time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.grading import whole_rows, work_files
from server.grading.ground import Ground, archived_fault, in_the_way, left_fault, not_teaching, read_ground, refused
from server.grading.kinds import EXTENSION_KIND, SUBMISSION_KIND
from shared.core.clock import is_clock_off, parse_instant
from shared.core.text import text
from shared.grading import work_rules as rules
from shared.grading.commands import PAYLOADS
from shared.grading.ids import extension_id, further_attempt_id
from shared.grading.permissions import may_edit_assignments, may_hand_in, may_mark
from shared.grading.projections import as_handed_in, extension_body, work_body
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import EXTENSION, SUBMISSION, AssignmentState, SubmissionState, WorkKind

_ATTEMPTS = SetSql(
    f"SELECT {SUBMISSION_KIND.selected()} FROM {{rows}} r {{by}} submission t"  # noqa: S608 - our own column names
    " ON t.assignment_id = r.assignment_id AND t.enrolment_id = r.enrolment_id"
    " WHERE t.organisation_id = :o ORDER BY t.id {lock}",
    lock="t",
    assignment_id="text",
    enrolment_id="text",
)
_CONTENT = ("files", "text", "message")
_EXTENDED = ("due_at", "reason")


@dataclass
class _Desk:
    """What one run works on: the ground, all attempts of the students concerned, and those that change."""

    ground: Ground
    attempts: dict[tuple[str, str], list[Body]]
    files: work_files.States
    changed: dict[str, Body] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)

    def of(self, item: Item) -> list[Body]:
        """The attempts of an item's student at its assignment, as they are by now."""
        return self.attempts.setdefault((item.payload.assignment_id, item.payload.enrolment_id), [])

    def put(self, item: Item, body: Body) -> None:
        """Add an attempt, or change one."""
        attempts = self.of(item)
        before = next((at for at, one in enumerate(attempts) if one["id"] == body["id"]), None)
        if before is None:
            attempts.append(body)
            self.fresh.add(body["id"])
        else:
            attempts[before] = body
        self.changed[body["id"]] = body


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep unfinished work; what another machine kept meanwhile, or what is handed in, stays beside it."""
    return _run(batch, items, _save)


def hand_in(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take hand-ins; of several attempts the one handed in last counts, and all are kept."""
    return _run(batch, items, _hand_in)


def _run(batch: Batch, items: Sequence[Item], decide: Callable[..., Decision]) -> list[Decision]:
    pairs = [(item.payload.assignment_id, item.payload.enrolment_id) for item in items]
    attempts = _read_attempts(batch, pairs)
    states = work_files.read_states(batch, {one.sha256 for item in items for one in item.payload.files})
    desk = _Desk(read_ground(batch, pairs, extensions=True), attempts, states)
    revisions = {one["id"]: one["revision"] for attempts in desk.attempts.values() for one in attempts}
    standings = batch.standings(items, revisions)
    decisions = []
    for item, standing in zip(items, standings, strict=True):
        decisions.append(_refusal(batch, item, desk) or decide(batch, item, desk, stale=standing.stale))
    fresh = [body for key, body in desk.changed.items() if key in desk.fresh]
    if len(SUBMISSION_KIND.insert(batch, fresh)) < len(fresh):
        raise RepeatTransactionError
    SUBMISSION_KIND.update(batch, [body for key, body in desk.changed.items() if key not in desk.fresh])
    return decisions


def _read_attempts(batch: Batch, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[Body]]:
    rows = [{"assignment_id": one, "enrolment_id": other} for one, other in sorted(set(pairs))]
    found: dict[tuple[str, str], list[Body]] = {}
    for row in batch.db.rows(_ATTEMPTS, o=batch.organisation_id, rows=orjson.dumps(rows).decode()):
        body = SUBMISSION_KIND.body_of(row)
        found.setdefault((body["assignment_id"], body["enrolment_id"]), []).append(body)
    return found


def _refusal(batch: Batch, item: Item, desk: _Desk) -> Decision | None:
    """Why someone's work isn't taken, whatever is in it."""
    known = desk.ground.sets.get(item.payload.assignment_id)
    enrolment = desk.ground.enrolments.get(item.payload.enrolment_id)
    if known is None or enrolment is None:
        message = text("The work or the enrolment hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, SUBMISSION)
    cohort_id, name = known.body["cohort_id"], enrolment["name"]
    if enrolment["cohort_id"] != cohort_id:
        return rejected(item, "not_in_cohort", text("{name} isn't in the class of this work.", name=name))
    if item.accepted:
        return None
    if not may_hand_in(item.author, enrolment["person_id"]):
        return rejected(item, "not_allowed", text("Students hand in their own work. Ask the office."))
    left = archived_fault() if known.archived else left_fault(enrolment)
    if left is not None:
        return in_the_way(batch, item, left, SUBMISSION, cohort_id, name)
    if known.body["state"] == AssignmentState.DRAFT or known.body["work_kind"] != WorkKind.HANDED_IN:
        fault = Fault("not_handed_in_here", text("This work isn't handed in here. Ask whoever teaches the class."))
        return refused(item, fault)
    return None


def _wanted(item: Item, desk: _Desk) -> tuple[Body, Body | None]:
    """Return the attempt that an item asks for, in progress, and the present one of that id."""
    attempts = desk.of(item)
    present = next((one for one in attempts if one["id"] == item.target.id), None)
    number = 1 + max((one["attempt"] for one in attempts), default=0)
    body = work_body(item.command, desk.ground.enrolments[item.payload.enrolment_id], present, number)
    return work_files.with_states(body, desk.files), present


def _beside(item: Item, desk: _Desk, body: Body) -> Body:
    """Return an attempt of its own for content that meets other content under its id."""
    number = 1 + max(one["attempt"] for one in desk.of(item))
    return {**body, "id": further_attempt_id(item.command.id), "attempt": number}


def _same(one: Body, other: Body) -> bool:
    return all(work_files.bare(one[name]) == work_files.bare(other[name]) for name in _CONTENT)


def _save(batch: Batch, item: Item, desk: _Desk, *, stale: bool) -> Decision:
    del batch
    body, present = _wanted(item, desk)
    fault = rules.content_fault(desk.ground.sets[item.payload.assignment_id].body, body, finished=False)
    if fault is not None:
        return refused(item, fault)
    if present is not None and _same(present, body):
        return agreed(present["revision"])
    if present is not None and (stale or present["state"] != SubmissionState.IN_PROGRESS):
        body = _beside(item, desk, body)
    desk.put(item, body)
    return applied(item.command.id, submission_id=body["id"])


def _hand_in(batch: Batch, item: Item, desk: _Desk, *, stale: bool) -> Decision:
    body, present = _wanted(item, desk)
    handed_in = as_handed_in(body, item.command, batch.now)
    if present is not None and present["state"] != SubmissionState.IN_PROGRESS and _same(present, body):
        return agreed(present["revision"])
    refusal = _why_not_taken(batch, item, desk, handed_in)
    if refusal is not None:
        return refusal
    suspect = is_clock_off(item.command.observed_at, item.command.clock_offset, parse_instant(batch.now))
    handed_in["clock_suspect"] = suspect
    if present is not None and (
        present["state"] != SubmissionState.IN_PROGRESS or (stale and not _same(present, body))
    ):
        handed_in = _beside(item, desk, handed_in)
    desk.put(item, handed_in)
    _count(item, desk)
    return applied(item.command.id, submission_id=handed_in["id"])


def _why_not_taken(batch: Batch, item: Item, desk: _Desk, body: Body) -> Decision | None:
    work = desk.ground.sets[item.payload.assignment_id].body
    extension = desk.ground.extensions.get(extension_id(work["id"], item.payload.enrolment_id))
    fault = rules.content_fault(work, body)
    if fault is None and not item.accepted:
        fault = rules.why_not_taken(work, body["handed_in_at"], extension)
    if fault is not None:
        return refused(item, fault)
    fault = rules.attempts_fault(work, desk.of(item))
    if fault is not None and not item.accepted:
        # Who handed in on another machine before couldn't know of it here: what was done offline is kept.
        return in_the_way(batch, item, fault, SUBMISSION, work["cohort_id"], _name(desk, item))
    return None


def _name(desk: _Desk, item: Item) -> str:
    """Return the name of the student of an item."""
    return str(desk.ground.enrolments[item.payload.enrolment_id]["name"])


def _count(item: Item, desk: _Desk) -> None:
    """Let the attempt handed in last count, and the others stand as replaced."""
    last = rules.counting(desk.of(item))
    for one in list(desk.of(item)):
        if one["state"] not in (SubmissionState.SUBMITTED, SubmissionState.REPLACED):
            continue
        state = SubmissionState.SUBMITTED if last is not None and one["id"] == last["id"] else SubmissionState.REPLACED
        if one["state"] != state:
            desk.put(item, {**one, "state": str(state), "revision": item.command.id})


def give_back(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give attempts back to be done again."""
    present = SUBMISSION_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, SUBMISSION))
            continue
        note = item.payload.note.strip()
        if not item.accepted and not may_mark(item.author, body["cohort_id"]):
            decisions.append(not_teaching(item, SUBMISSION, body["cohort_id"]))
        elif body["state"] == SubmissionState.RETURNED and body["returned_note"] == note:
            decisions.append(agreed(body["revision"]))
        elif body["state"] not in (SubmissionState.SUBMITTED, SubmissionState.RETURNED):
            words = text("Only work that was handed in last can be given back. Open it again.")
            decisions.append(refused(item, Fault("attempt_replaced", words)))
        else:
            state = str(SubmissionState.RETURNED)
            written.append({**body, "state": state, "returned_note": note, "revision": item.command.id})
            decisions.append(applied(item.command.id))
    SUBMISSION_KIND.update(batch, written)
    return decisions


def extend(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give students more time, or take it back."""
    ground = read_ground(batch, [(item.payload.assignment_id, item.payload.enrolment_id) for item in items])
    return whole_rows.put(batch, EXTENSION_KIND, items, partial(_extension, batch, ground), _EXTENDED)


def _extension(batch: Batch, ground: Ground, item: Item, _before: Body | None) -> Body | Decision:
    payload = item.payload
    known, enrolment = ground.sets.get(payload.assignment_id), ground.enrolments.get(payload.enrolment_id)
    if known is None or enrolment is None:
        message = text("The work or the student hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, EXTENSION)
    cohort_id = known.body["cohort_id"]
    if item.target.id != extension_id(payload.assignment_id, payload.enrolment_id):
        return rejected(item, "field_invalid", text("This time belongs to another student. Open the work again."))
    if enrolment["cohort_id"] != cohort_id:
        return rejected(item, "not_in_cohort", text("{name} isn't in the class of this work.", name=enrolment["name"]))
    if not item.accepted:
        if not may_mark(item.author, cohort_id) and not may_edit_assignments(item.author, cohort_id):
            return not_teaching(item, EXTENSION, cohort_id, enrolment["name"])
        if known.archived:
            return in_the_way(batch, item, archived_fault(), EXTENSION, cohort_id, enrolment["name"])
    due = known.body["due_at"]
    body = extension_body(item.command, enrolment, (item.author.person_id, item.author.name))
    if body["due_at"] is not None and (due is None or body["due_at"] <= due):
        words = text("More time ends after the work is due. Choose a later time.")
        return refused(item, Fault("extension_too_early", words))
    return body


COMMANDS = (
    CommandType("SaveWork", PAYLOADS["SaveWork"], save),
    CommandType("HandIn", PAYLOADS["HandIn"], hand_in),
    CommandType("ReturnWork", PAYLOADS["ReturnWork"], give_back),
    CommandType("GrantExtension", PAYLOADS["GrantExtension"], extend),
)
