"""What the commands of marks do: a judgement is taken as a whole; two that differ are kept until someone chooses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, Standing, agreed, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.grading import mark_history, mark_moves, mark_release, part_sealing, part_service, regrade_service
from server.grading.attempts import Attempts, attempt_fault, read_attempts
from server.grading.ground import (
    Ground,
    Set,
    archived_fault,
    in_the_way,
    left_fault,
    not_teaching,
    read_ground,
    refused,
)
from server.grading.kinds import MARK_KIND
from server.grading.mark_release import close_disputes, open_disputes
from server.learning.enrolment_service import aliases
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.grading.blind_rules import is_blind
from shared.grading.commands import PAYLOADS
from shared.grading.ids import mark_id
from shared.grading.mark_projections import judgements_asked, mark_body, wanted_judgement
from shared.grading.mark_rules import JUDGED, is_graded, judgement_fault, judgement_of, needs_review, tidied
from shared.grading.moderation_vocabulary import Part
from shared.grading.part_rules import agreed_fault, is_by_two
from shared.grading.permissions import may_correct_marks, may_mark, moderates_marks
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import JUDGEMENT, MARK, AssignmentState, EntryKind, MarkStatus
from shared.learning.vocabulary import EnrolmentState


@dataclass
class _Desk:
    """What one run works on: the ground, the attempts named, the marks as they are, and what becomes of them."""

    ground: Ground
    attempts: Attempts
    present: dict[str, Body]
    changed: dict[str, Body] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    agreed: list[str] = field(default_factory=list)
    stands_for: dict[str, str] = field(default_factory=dict)
    """The enrolments of walk-ins whom the office knew meanwhile, to those that they are."""


@dataclass(frozen=True)
class _Asked:
    """One item with the assignment, the enrolment and the judgement that it is about."""

    item: Item
    set: Set
    enrolment: Mapping[str, Any]
    judgement: Body
    seen: str | None = None

    @property
    def cohort_id(self) -> str:
        return str(self.set.body["cohort_id"])


def record(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Record, correct or set marks, whatever their number in the same statements."""
    given = _given(items)
    pairs = [(item.payload.assignment_id, one["enrolment_id"]) for item in items if (one := given.get(item.key))]
    desk = _Desk(
        read_ground(batch, pairs),
        read_attempts(batch, (one.get("submission_id") for one in given.values())),
        MARK_KIND.read(batch, (item.target.id for item in items)),
    )
    gone = [key for key, one in desk.ground.enrolments.items() if one["state"] == EnrolmentState.CANCELLED]
    desk.stands_for = aliases(batch, gone) if gone else {}
    standings = batch.standings(items, {key: body["revision"] for key, body in desk.present.items()})
    decisions = []
    for item, standing in zip(items, standings, strict=True):
        asked = _asked(item, given.get(item.key), desk)
        decisions.append(asked if isinstance(asked, Decision) else _decide(batch, asked, standing, desk))
    _write(batch, items, desk)
    return decisions


def _given(items: Sequence[Item]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return by item what its command gives the mark that is its target."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for command in {item.command.id: item.command for item in items}.values():
        for enrolment_id, one in judgements_asked(command).items():
            found[command.id, mark_id(command.payload["assignment_id"], enrolment_id)] = one
    return found


def _asked(item: Item, given: Mapping[str, Any] | None, desk: _Desk) -> _Asked | Decision:
    if given is None:
        return rejected(item, "field_invalid", text("This mark belongs to another student. Open the work again."))
    known = desk.ground.sets.get(item.payload.assignment_id)
    enrolment = desk.ground.enrolments.get(given["enrolment_id"])
    if known is None or enrolment is None:
        message = text("The work or the student of this mark hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, MARK)
    if is_blind(known.body, desk.present.get(item.target.id)):
        enrolment = {**enrolment, "name": text("A student")}
    cohort_id = known.body["cohort_id"]
    if enrolment["cohort_id"] != cohort_id:
        words = text("{name} isn't in the class of this work.", name=enrolment["name"])
        return rejected(item, "not_in_cohort", words)
    if not item.accepted and not may_mark(item.author, cohort_id):
        kept = not_teaching(item, MARK, cohort_id, enrolment["name"])
        return part_sealing.hushed(kept, cohort_id) if is_by_two(known.body) else kept
    judgement = wanted_judgement(item.command, given, desk.present.get(item.target.id))
    fault = judgement_fault(known.body, judgement, known.criteria)
    if fault is not None:
        return refused(item, fault)
    return _Asked(item, known, enrolment, tidied(judgement), given.get("submission_id"))


def _decide(batch: Batch, asked: _Asked, standing: Standing, desk: _Desk) -> Decision:
    item, present = asked.item, desk.present.get(asked.item.target.id)
    if judgement_of(present) == asked.judgement:
        return agreed(present["revision"] if present else None)
    if present is not None and _hides(present, asked.judgement):
        words = text("{name} has seen this mark, so it can't be a draft again.", name=asked.enrolment["name"])
        return rejected(item, "mark_seen", words)
    if not item.accepted:
        kept = _kept_for_review(batch, asked, present, desk, stale=standing.stale)
        if kept is not None:
            return kept
        if standing.stale and present is not None and present["marked_by"]:
            return _dispute(batch, asked, present)
    by = item.author.person_id, item.author.name
    body = mark_body(item.command, asked.set.body, asked.enrolment, present, asked.judgement, by, asked.seen)
    if body["released_at"] and not (present or {}).get("released_at"):
        body["released_at"] = batch.now
    desk.changed[body["id"]] = body
    if body["finished"] or (present or {}).get("finished"):
        reason = getattr(item.payload, "reason", "")
        corrects = item.command.type == "CorrectMark" or (item.command.type == "RecordGroupMark" and bool(reason))
        kind = EntryKind.CORRECTED if corrects else EntryKind.RECORDED
        two = is_by_two(asked.set.body)
        part = Part.MODERATOR if two and (_moderates(item) or item.accepted) else Part.NONE
        desk.steps.append(mark_history.step(item, body, kind, reason, part=str(part)))
        desk.agreed += [body["id"]] if two and is_graded(body) and body["status"] == MarkStatus.MARKED else []
    return applied(item.command.id)


def _hides(present: Body, judgement: Mapping[str, Any]) -> bool:
    """Tell whether a mark that its student sees would become a draft; it may be withdrawn (`none`)."""
    draft = not judgement["finished"] and judgement["status"] != MarkStatus.NONE
    return draft and bool(present["released_at"])


def _kept_for_review(batch: Batch, asked: _Asked, present: Body | None, desk: _Desk, *, stale: bool) -> Decision | None:
    """Why a change is looked at by the office first, or refused where someone waits for the answer."""
    item, name = asked.item, asked.enrolment["name"]
    fault = _fault(asked, desk) or _moderation_fault(asked, present)
    if fault is not None:
        kept = in_the_way(batch, item, fault, MARK, asked.cohort_id, name)
        return part_sealing.hushed(kept, asked.cohort_id) if is_by_two(asked.set.body) else kept
    locked, hold = asked.set.locked, bool(asked.set.body["hold_marks"])
    if may_correct_marks(item.author) or not needs_review(present, locked=locked, hold_marks=hold, stale=stale):
        return None
    if locked:
        message = text("The marks of this class are locked. The change is kept for the office to decide.")
        return held("marks_locked", message, MARK, f"cohort:{asked.cohort_id}", name)
    message = text("{name} has seen this mark already. The change is kept for the office to decide.", name=name)
    return held("mark_released", message, MARK, f"cohort:{asked.cohort_id}", name)


def _moderation_fault(asked: _Asked, present: Body | None) -> Fault | None:
    return agreed_fault(asked.set.body, asked.judgement, present, moderates=_moderates(asked.item))


def _moderates(item: Item) -> bool:
    return moderates_marks(item.author) or may_correct_marks(item.author)


def _fault(asked: _Asked, desk: _Desk) -> Fault | None:
    if asked.set.archived:
        return archived_fault()
    if asked.set.body["state"] == AssignmentState.REMOVED:
        return Fault("assignment_removed", text("This work was taken away."))
    left = left_fault(asked.enrolment)
    if left is not None and asked.enrolment["id"] not in desk.stands_for:
        return left
    return attempt_fault(desk.attempts, asked.seen, asked.set.body["id"], asked.enrolment)


def _dispute(batch: Batch, asked: _Asked, present: Body) -> Decision:
    """Keep both judgements; the one that was there stays effective until someone chooses."""
    item = asked.item
    name = text("{name}, {assignment}", name=asked.enrolment["name"], assignment=asked.set.body["title"])
    subject = conflicts.Subject(
        MARK, present["id"], JUDGEMENT, name, f"cohort:{asked.cohort_id}", f"author:{item.author.person_id}"
    )
    known = conflicts.find_open(batch, MARK, present["id"], JUDGEMENT)
    blind = is_blind(asked.set.body, present)
    before = _values(judgement_of(present), present, blind=blind)
    theirs = None if known else conflicts.side_from_log(batch, present["revision"], before)
    if theirs is not None and theirs.author_id != present["marked_by"]:
        # The last command on the mark was its release, or set many: the judgement is its marker's.
        theirs = theirs.model_copy(update={"author_id": present["marked_by"], "author_name": present["marked_by_name"]})
    seen = asked.seen or present["submission_id"]
    after = _values(asked.judgement, {**present, "submission_id": seen}, blind=blind)
    mine = conflicts.side_of(batch, item, after)
    conflict_id = conflicts.open_conflict(batch, subject, theirs, mine, (JUDGEMENT,))
    return Decision(Verdict.CONFLICT, present["revision"], conflict_id, details={"fields": [JUDGEMENT]})


def _values(judgement: Mapping[str, Any], mark: Body, *, blind: bool) -> dict[str, Any]:
    """A side's judgement; `judgement` itself is what a list of sides shows. Of `blind` work it doesn't say whose."""
    shown = judgement["score"] if judgement["score"] is not None else judgement["status"]
    return {
        JUDGEMENT: shown,
        **judgement,
        **{name: mark[name] for name in ("assignment_id", "submission_id")},
        **({} if blind else {"enrolment_id": mark["enrolment_id"]}),
    }


def _write(batch: Batch, items: Sequence[Item], desk: _Desk) -> None:
    """Write what changed, close disagreements that someone who saw both sides ended, and add to the history."""
    fresh = [body for key, body in desk.changed.items() if key not in desk.present]
    if len(MARK_KIND.insert(batch, fresh)) < len(fresh):
        raise RepeatTransactionError
    again = [body for key, body in desk.changed.items() if key in desk.present]
    MARK_KIND.update(batch, again)
    if again:
        by_target = {item.target.id: item for item in items}
        close_disputes(batch, open_disputes(batch, (body["id"] for body in again)), by_target)
        seen = [body["id"] for body in again if desk.present[body["id"]]["released_at"] and is_graded(body)]
        regrade_service.changed(batch, {one: by_target[one] for one in seen})
    before = {key for key, body in desk.present.items() if body["released_at"]}
    shown = [body for key, body in desk.changed.items() if body["released_at"] and key not in before]
    mark_release.show_work(batch, shown, desk.ground.sets)
    if desk.agreed:
        part_service.make_known(batch, desk.agreed)
    mark_history.add(batch, desk.steps)
    late = {body["enrolment_id"] for body in desk.changed.values()} & desk.stands_for.keys()
    if late:
        mark_moves.move(batch, {one: desk.stands_for[one] for one in late})


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Give a mark the chosen judgement; it stays the one of whoever made it."""
    chosen = next((one for one in conflict.sides if one.command_id == choices.get(JUDGEMENT)), None)
    present = MARK_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    if chosen is None or present is None:
        return
    judgement = {name: chosen.values[name] for name in JUDGED}
    if judgement_of(present) == judgement or _hides(present, judgement):
        return
    body = {
        **present,
        **judgement,
        "revision": item.command.id,
        "submission_id": chosen.values.get("submission_id"),
        "marked_by": chosen.author_id,
        "marked_by_name": chosen.author_name,
    }
    MARK_KIND.update(batch, [body])
    reason = text("Chosen between two marks.")
    mark_history.add(batch, [mark_history.step(item, body, EntryKind.SETTLED, reason)])
    if body["released_at"]:
        regrade_service.changed(batch, {body["id"]: item})


MARKING = ("RecordMark", "CorrectMark", "SetMarks", "RecordGroupMark")
COMMANDS = tuple(CommandType(name, PAYLOADS[name], record) for name in MARKING)
