"""What asking for a mark to be looked at again does: the student asks, and gets a reason or another mark."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.grading.ground import (
    archived_fault,
    in_the_way,
    left_fault,
    not_teaching,
    packed,
    read_ground,
    read_sets,
    refused,
)
from server.grading.kinds import MARK_KIND
from server.grading.moderation_kinds import REGRADE_KIND
from server.messaging.service import NewNotice, notify
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.ids import mark_id
from shared.grading.moderation_projections import answered, request_body
from shared.grading.moderation_vocabulary import REGRADE, RegradeOutcome, RegradeState
from shared.grading.permissions import may_hand_in, may_mark
from shared.grading.regrade_rules import answering_fault, asking_fault

_OF_MARKS = SetSql(
    f"SELECT {REGRADE_KIND.selected()} FROM {{ids}} i {{by}} regrade t"  # noqa: S608 - our own column names
    " ON t.organisation_id = :o AND t.mark_id = i.id ORDER BY t.asked_at, t.id"
)

_TEACHERS = SetSql(
    "SELECT t.cohort_id, t.person_id FROM {ids} i {by} cohort_instructor t"
    " ON t.organisation_id = :o AND t.cohort_id = i.id ORDER BY t.cohort_id, t.person_id"
)


def _requests(batch: Batch, mark_ids: Iterable[str]) -> dict[str, list[Body]]:
    found: dict[str, list[Body]] = {}
    for row in batch.db.rows(_OF_MARKS, o=batch.organisation_id, ids=packed(mark_ids)):
        body = REGRADE_KIND.body_of(row)
        found.setdefault(body["mark_id"], []).append(body)
    return found


def _mark_id(item: Item) -> str:
    return mark_id(item.payload.assignment_id, item.payload.enrolment_id)


def ask(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Ask for marks to be looked at again."""
    ground = read_ground(batch, [(item.payload.assignment_id, item.payload.enrolment_id) for item in items])
    ids = [_mark_id(item) for item in items]
    marks, requests = MARK_KIND.read(batch, ids), _requests(batch, ids)
    decisions: list[Decision] = []
    bodies: dict[str, Body] = {}
    for item in items:
        known, enrolment = ground.sets.get(item.payload.assignment_id), ground.enrolments.get(item.payload.enrolment_id)
        if known is None or enrolment is None:
            message = text("The work hasn't been accepted yet. The office decides about both.")
            decisions.append(held("waits_for_creation", message, REGRADE))
            continue
        refusal = _why_not_asked(batch, item, enrolment, known.archived)
        if refusal is None:
            earlier = requests.setdefault(_mark_id(item), [])
            fault = asking_fault(marks.get(_mark_id(item)), earlier, item.payload.reason)
            refusal = refused(item, fault) if fault else None
        if refusal is None:
            bodies[item.target.id] = request_body(item.command, enrolment)
            requests[_mark_id(item)].append(bodies[item.target.id])
        decisions.append(refusal or applied(item.command.id))
    inserted = REGRADE_KIND.insert(batch, list(bodies.values()))
    _tell_teachers(batch, [body for key, body in bodies.items() if key in inserted])
    gone = bodies.keys() - inserted
    return [agreed(None) if item.target.id in gone else one for item, one in zip(items, decisions, strict=True)]


def _tell_teachers(batch: Batch, bodies: Sequence[Body]) -> None:
    """Tell those who teach the class that a student waits for an answer."""
    if not bodies:
        return
    sets = read_sets(batch, (one["assignment_id"] for one in bodies))
    teachers = batch.db.rows(_TEACHERS, o=batch.organisation_id, ids=packed(one["cohort_id"] for one in bodies))
    words = text("Open it to answer with a reason, or with another mark.")
    told = [
        NewNotice(
            person_id,
            ("regrade_asked", body["id"]),
            text("A student asks about a mark of {work}", work=sets[body["assignment_id"]].body["title"]),
            words,
            link_kind="marking",
            link_id=body["assignment_id"],
        )
        for body in bodies
        for cohort_id, person_id in teachers
        if cohort_id == body["cohort_id"]
    ]
    notify(batch, told)


def _why_not_asked(batch: Batch, item: Item, enrolment: Any, archived: bool) -> Decision | None:
    own = item.author.person_id == enrolment["person_id"]
    if not own or not (item.accepted or may_hand_in(item.author, enrolment["person_id"])):
        return rejected(item, "not_allowed", text("Students ask about their own marks."))
    fault = archived_fault() if archived else left_fault(enrolment)
    if fault is None or item.accepted:
        return None
    return in_the_way(batch, item, fault, REGRADE, enrolment["cohort_id"], enrolment["name"])


def answer(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Tell students why their marks stay."""
    present = REGRADE_KIND.read(batch, (item.target.id for item in items))
    sets = read_sets(batch, (one["assignment_id"] for one in present.values()))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, REGRADE))
            continue
        refusal = _why_not_answered(batch, item, body, archived=sets[body["assignment_id"]].archived)
        if refusal is None:
            written.append(_answered(item, body, RegradeOutcome.KEPT, item.payload.answer))
        decisions.append(refusal or applied(item.command.id))
    REGRADE_KIND.update(batch, written)
    return decisions


def _why_not_answered(batch: Batch, item: Item, body: Body, *, archived: bool) -> Decision | None:
    if not item.accepted and not may_mark(item.author, body["cohort_id"]):
        return not_teaching(item, REGRADE, body["cohort_id"])
    same = (body["state"], body["answer"]) == (RegradeState.ANSWERED, item.payload.answer.strip())
    if same:
        return agreed(body["revision"])
    fault = answering_fault(body, item.payload.answer)
    if fault is not None:
        return refused(item, fault)
    if archived and not item.accepted:
        return in_the_way(batch, item, archived_fault(), REGRADE, body["cohort_id"])
    return None


def _answered(item: Item, body: Body, outcome: RegradeOutcome, words: str) -> Body:
    at, by = instant_text(parse_instant(item.command.observed_at)), (item.author.person_id, item.author.name)
    return answered(body, item.command.id, at, outcome, words, by)


def changed(batch: Batch, items: Mapping[str, Item]) -> None:
    """Another mark answers the student who asked; `items` are by mark what changed it."""
    if not items:
        return
    every = [one for found in _requests(batch, items).values() for one in found]
    waiting = [(items[one["mark_id"]], one) for one in every if one["state"] == RegradeState.OPEN]
    bodies = [
        _answered(item, one, RegradeOutcome.CHANGED, getattr(item.payload, "reason", "")) for item, one in waiting
    ]
    REGRADE_KIND.update(batch, bodies)


COMMANDS = (
    CommandType("AskRegrade", PAYLOADS["AskRegrade"], ask),
    CommandType("AnswerRegrade", PAYLOADS["AnswerRegrade"], answer),
)
