"""Work that two mark: what each gave, as far as one may know it, and how one's own judgement is saved as a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.grading.marking_line import Standing, WorkLine
from shared.core.errors import CampusError
from shared.grading.ids import mark_id
from shared.grading.mark_rules import is_graded, judgement_of
from shared.grading.moderation_vocabulary import MARK_PART
from shared.grading.part_rules import agreed_fault, are_done, is_by_two, part_fault, part_id
from shared.grading.vocabulary import MARK, MarkStatus
from shared.people.vocabulary import Permission

Body = Mapping[str, Any]
_WITHOUT_POINTS = frozenset({MarkStatus.MISSING, MarkStatus.EXCUSED})


def moderates(desk: Desk) -> bool:
    """Tell whether this person sees both parts and sets the agreed mark."""
    return desk.actor.may(Permission.MARKS_MODERATE)


def with_parts(desk: Desk, assignment: Body, lines: Sequence[WorkLine]) -> list[WorkLine]:
    """Return lines with what each of two gave; whoever is one of them has the own judgement in place of the mark."""
    if not is_by_two(assignment):
        return list(lines)
    found: dict[str, list[Body]] = {}
    for one in desk.store.page(MARK_PART, [Where("assignment_id", "=", assignment["id"])], limit=-1):
        found.setdefault(one["enrolment_id"], []).append(one)
    return [_parted(desk, line, line.mark, found.get(line.id, [])) for line in lines]


def parted_again(desk: Desk, assignment: Body, line: WorkLine) -> WorkLine:
    """Return a line as it is after its judgement was saved."""
    if not is_by_two(assignment):
        return line
    key = mark_id(str(assignment["id"]), line.id)
    return _parted(desk, line, desk.store.get(MARK, key), desk.store.children(MARK_PART, key))


def _parted(desk: Desk, line: WorkLine, agreed: Body | None, parts: Sequence[Body]) -> WorkLine:
    shown = tuple(sorted(parts, key=lambda one: (one["part"] or "~", one["at"])))
    line = replace(line, agreed=agreed, parts=shown)
    if is_graded(agreed):
        return replace(line, mark=agreed)
    if moderates(desk):
        waits = line.standing is Standing.NEW or (shown and judgement_of(agreed)["status"] == MarkStatus.NONE)
        standing = Standing.AGREE if are_done(shown) else Standing.HALF
        return replace(line, standing=standing if waits else line.standing)
    own = next((one for one in shown if one["by_id"] == desk.actor.person_id), None)
    if own is None or own["status"] == MarkStatus.NONE:
        return replace(line, mark=_as_mark(own) if own else None)
    return replace(line, mark=_as_mark(own), standing=Standing.GRADED if own["finished"] else Standing.DRAFT)


def _as_mark(part: Body) -> Body:
    """Return a part as the workbench shows a mark."""
    return {**part, "marked_by_name": part["by_name"], "marked_at": part["at"], "released_at": None}


def own_part(desk: Desk, line: WorkLine) -> Body | None:
    """Return what this person gave."""
    return next((one for one in line.parts if one["by_id"] == desk.actor.person_id), None)


def is_part(desk: Desk, assignment: Body, judgement: Body) -> bool:
    """Tell whether a judgement is saved as this person's part: points as one of two."""
    return is_by_two(assignment) and not moderates(desk) and judgement["status"] not in _WITHOUT_POINTS


def save_part(desk: Desk, assignment: Body, line: WorkLine, judgement: Body, payload: Body) -> Body | None:
    """Save one's own judgement; what was called missing or excused is so no more. Raises CampusError."""
    own = own_part(desk, line)
    agreed = line.agreed
    asks: list[Ask] = []
    if agreed is not None and is_graded(agreed) and agreed["status"] in _WITHOUT_POINTS:
        cleared = {**judgement_of(None), "author_name": desk.actor.name}
        wanted = {**{name: payload[name] for name in ("assignment_id", "enrolment_id")}, **cleared}
        asks.append(Ask("RecordMark", str(agreed["id"]), wanted, base=agreed["revision"]))
        agreed = None
    others = [one for one in line.parts if one is not own]
    fault = part_fault(assignment, agreed, own, others, moderates=False)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    target = part_id(str(assignment["id"]), line.id, desk.actor.person_id)
    if own is not None or judgement["status"] != MarkStatus.NONE:
        given = {**payload, "marker_id": desk.actor.person_id}
        asks.append(Ask("RecordMarkPart", target, given, base=own["revision"] if own else None))
    desk.commit(asks)
    saved = desk.store.get(MARK_PART, target)
    return _as_mark(saved) if saved else None


def check_agreed(desk: Desk, assignment: Body, line: WorkLine, judgement: Body) -> None:
    """Refuse an agreed mark by whoever doesn't set it. Raises CampusError `needs_moderator`."""
    may = moderates(desk) or desk.actor.may(Permission.MARKS_CORRECT)
    fault = agreed_fault(assignment, judgement, line.agreed, moderates=may)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)


def waiting_here(desk: Desk, assignment: Body, expected: frozenset[str]) -> frozenset[str]:
    """Return whose work waits for this person: where two mark, for a moderator what both have judged."""
    if not is_by_two(assignment):
        return expected
    done: dict[str, list[Body]] = {}
    for one in desk.store.page(MARK_PART, [Where("assignment_id", "=", assignment["id"])], limit=-1):
        done.setdefault(one["enrolment_id"], []).append(one)
    if moderates(desk):
        return frozenset(one for one in expected if are_done(done.get(one, ())))
    mine = desk.actor.person_id
    own = {key for key, parts in done.items() if any(one["by_id"] == mine and one["finished"] for one in parts)}
    return expected - own - {key for key, parts in done.items() if are_done(parts)}
