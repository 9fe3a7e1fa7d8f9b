"""Asking for a mark to be looked at again, and answering: what there is to read, and the two commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.grading.marking_line import Standing, WorkLine
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.ids import mark_id
from shared.grading.moderation_vocabulary import REGRADE, RegradeState
from shared.grading.permissions import may_hand_in, may_mark
from shared.grading.regrade_rules import answering_fault, asking_fault
from shared.grading.vocabulary import ASSIGNMENT, MARK
from shared.learning.vocabulary import ENROLMENT

Body = Mapping[str, Any]


def requests_of(desk: Desk, assignment_id: str, enrolment_id: str) -> list[Body]:
    """Return what was asked about a mark, the earliest first."""
    return list(desk.store.children(REGRADE, mark_id(assignment_id, enrolment_id)))


def with_questions(desk: Desk, assignment: Body, lines: Sequence[WorkLine]) -> list[WorkLine]:
    """Return lines with what students wait for an answer to."""
    where = [Where("assignment_id", "=", assignment["id"])]
    asked = {
        one["enrolment_id"]: one
        for one in desk.store.page(REGRADE, where, limit=-1)
        if one["state"] == RegradeState.OPEN
    }
    return [
        replace(line, asked=asked[line.id], standing=Standing.ASKED) if line.id in asked else line for line in lines
    ]


def own_enrolment(desk: Desk, assignment_id: str) -> tuple[Body, Body] | None:
    """Return a piece of work and this person's enrolment in its class, None where there is none."""
    assignment = desk.store.get(ASSIGNMENT, assignment_id)
    if assignment is None:
        return None
    where = [Where("person_id", "=", desk.actor.person_id)]
    found = [one for one in desk.store.page(ENROLMENT, where, limit=-1) if one["cohort_id"] == assignment["cohort_id"]]
    return (assignment, found[0]) if found else None


def may_ask(desk: Desk, assignment_id: str, enrolment: Body | None) -> bool:
    """Tell whether this person may ask about a mark now."""
    if enrolment is None or not may_hand_in(desk.actor, str(enrolment["person_id"])):
        return False
    mark = desk.store.get(MARK, mark_id(assignment_id, enrolment["id"]))
    return asking_fault(mark, requests_of(desk, assignment_id, enrolment["id"]), "x") is None


def ask_again(desk: Desk, assignment_id: str, enrolment: Body, reason: str) -> None:
    """Ask for one's own mark to be looked at again. Raises CampusError `not_allowed`, and those of `asking_fault`."""
    if not may_hand_in(desk.actor, str(enrolment["person_id"])):
        raise CampusError("not_allowed", text("Students ask about their own marks."))
    mark = desk.store.get(MARK, mark_id(assignment_id, enrolment["id"]))
    fault = asking_fault(mark, requests_of(desk, assignment_id, enrolment["id"]), reason)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    payload = {"assignment_id": assignment_id, "enrolment_id": enrolment["id"], "reason": reason.strip()}
    desk.commit([Ask("AskRegrade", desk.ids(), payload)])


def answer(desk: Desk, request: Body, words: str) -> None:
    """Tell the student why the mark stays. Raises CampusError `not_allowed`, and those of `answering_fault`."""
    if not may_mark(desk.actor, str(request["cohort_id"])):
        raise CampusError("not_allowed", text("You don't mark this class. Ask whoever teaches it."))
    fault = answering_fault(desk.store.get(REGRADE, request["id"]) or request, words)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    payload = {"answer": words.strip(), "author_name": desk.actor.name}
    desk.commit([Ask("AnswerRegrade", request["id"], payload, base=request["revision"])])
