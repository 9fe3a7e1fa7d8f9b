"""What the commands of the skills logbook do: skills, supervisors, observations and their signatures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from server.core.area import Settler
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.grading import whole_rows
from server.grading.ground import archived_fault, in_the_way, left_fault, not_teaching, packed
from server.grading.skill_kinds import OBSERVATION_KIND, SKILL_KIND, SUPERVISOR_KIND
from server.learning.enrolment_service import aliases
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.skill_projections import observation_body, signed, skill_body, supervisor_body, withdrawn
from shared.grading.skill_rules import may_edit_skills, may_keep_supervisors, may_observe, may_withdraw
from shared.grading.skill_vocabulary import SKILL, SKILL_OBSERVATION, SKILL_SUPERVISOR, ObservationState
from shared.grading.vocabulary import KeptState
from shared.learning.vocabulary import EnrolmentState

_COURSES = SetSql("SELECT k.id FROM {ids} i {by} course k ON k.organisation_id = :o AND k.id = i.id")
_STUDENTS = SetSql(
    "SELECT e.id, e.cohort_id, e.person_id, e.state, p.given_name, p.family_name, c.course_id, c.archived, k.archived"
    " FROM {ids} i {by} enrolment e ON e.organisation_id = :o AND e.id = i.id"
    " JOIN person p ON p.organisation_id = :o AND p.id = e.person_id"
    " JOIN cohort c ON c.organisation_id = :o AND c.id = e.cohort_id"
    " JOIN course k ON k.organisation_id = :o AND k.id = c.course_id"
)
_SKILLS = SetSql("SELECT s.id, s.course_id FROM {ids} i {by} skill s ON s.organisation_id = :o AND s.id = i.id")
_SIGNERS = SetSql("SELECT s.id, s.state FROM {ids} i {by} skill_supervisor s ON s.organisation_id = :o AND s.id = i.id")
_SKILL_FIELDS = ("name", "seen", "heading", "position", "proof", "needed", "state")
_SUPERVISOR_FIELDS = ("employer", "name", "verifier", "state")


def save_skills(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep skills of courses."""
    ids = packed(item.payload.course_id for item in items)
    courses = {row[0] for row in batch.db.rows(_COURSES, o=batch.organisation_id, ids=ids)}
    return whole_rows.put(batch, SKILL_KIND, items, partial(_skill, courses), _SKILL_FIELDS)


def _skill(courses: set[str], item: Item, before: Body | None) -> Body | Decision:
    if not may_edit_skills(item.author) and not item.accepted:
        return rejected(item, "not_allowed", text("Your role doesn't set what a course teaches. Ask the office."))
    if before is not None and before["course_id"] != item.payload.course_id:
        return rejected(item, "skill_other_course", text("This skill belongs to another course. Add a new one there."))
    if item.payload.course_id not in courses:
        return held("waits_for_creation", text("The course hasn't been accepted yet. The office decides about both."),
                    SKILL_KIND.kind)  # fmt: skip
    return skill_body(item.command)


def save_supervisors(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep those who sign at employers'."""
    return whole_rows.put(batch, SUPERVISOR_KIND, items, _supervisor, _SUPERVISOR_FIELDS)


def _supervisor(item: Item, _before: Body | None) -> Body | Decision:
    if not may_keep_supervisors(item.author) and not item.accepted:
        return rejected(item, "not_allowed", text("Those who mark work keep the list of who signs. Ask the office."))
    return supervisor_body(item.command)


@dataclass(frozen=True)
class _Student:
    """An enrolment with its student's name, the course, and whether the class is archived."""

    body: Mapping[str, Any]
    course_id: str
    archived: bool


def _students(batch: Batch, ids: Iterable[str]) -> dict[str, _Student]:
    found = {}
    for row in batch.db.rows(_STUDENTS, o=batch.organisation_id, ids=packed(ids)):
        body = dict(zip(("id", "cohort_id", "person_id", "state"), row, strict=False))
        body["name"] = " ".join(part for part in row[4:6] if part)
        found[row[0]] = _Student(body, row[6], bool(row[7] or row[8]))
    return found


def _students_now(batch: Batch, ids: Iterable[str]) -> dict[str, _Student]:
    """Return the same, a walk-in as whoever he or she turned out to be."""
    found = _students(batch, ids)
    gone = [key for key, one in found.items() if one.body["state"] == EnrolmentState.CANCELLED]
    stands_for = aliases(batch, gone) if gone else {}
    others = _students(batch, stands_for.values()) if stands_for else {}
    return found | {key: others[onto] for key, onto in stands_for.items() if onto in others}


def _signers(batch: Batch, items: Sequence[Item]) -> dict[str, str]:
    """Return the states of the supervisors whose PINs sign."""
    ids = {item.payload.signature.supervisor_id for item in items if item.payload.signature is not None} - {None}
    if not ids:
        return {}
    return {row[0]: row[1] for row in batch.db.rows(_SIGNERS, o=batch.organisation_id, ids=packed(ids))}


def observe(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add what was observed; two observers never meet, since each makes a row of its own."""
    students = _students_now(batch, (item.payload.enrolment_id for item in items))
    ids = packed(item.payload.skill_id for item in items)
    courses = {row[0]: row[1] for row in batch.db.rows(_SKILLS, o=batch.organisation_id, ids=ids)}
    signers = _signers(batch, items)
    present = OBSERVATION_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    bodies: list[Body] = []
    for item in items:
        student, course_id = students.get(item.payload.enrolment_id), courses.get(item.payload.skill_id)
        if student is None or course_id is None:
            words = text("The skill or the student hasn't been accepted yet. The office decides about both.")
            decisions.append(held("waits_for_creation", words, SKILL_OBSERVATION))
            continue
        refusal = _why_not(batch, item, student, course_id) or _unsigned(batch, item, student.body, signers)
        if refusal is None and item.target.id in present:
            refusal = rejected(item, "observation_exists", text("This was recorded already. Record a new observation."))
        if refusal is None:
            by = (item.author.person_id, item.author.name)
            bodies.append(observation_body(item.command, student.body, by, batch.now))
        decisions.append(refusal or applied(item.command.id))
    OBSERVATION_KIND.insert(batch, bodies)
    return decisions


def _why_not(batch: Batch, item: Item, student: _Student, course_id: str) -> Decision | None:
    cohort_id, name = student.body["cohort_id"], student.body["name"]
    if student.course_id != course_id:
        return rejected(
            item, "skill_other_course", text("This skill isn't of the course that {name} takes.", name=name)
        )
    if item.accepted:
        return None
    if not may_observe(item.author, cohort_id):
        return not_teaching(item, SKILL_OBSERVATION, cohort_id, name)
    fault = archived_fault() if student.archived else left_fault(student.body)
    return in_the_way(batch, item, fault, SKILL_OBSERVATION, cohort_id, name) if fault else None


def _unsigned(batch: Batch, item: Item, where: Mapping[str, Any], signers: Mapping[str, str]) -> Decision | None:
    """A PIN signs for a supervisor who is on the list; what was signed offline meanwhile waits for the office."""
    signature = item.payload.signature
    if item.accepted or signature is None or signature.supervisor_id is None:
        return None
    if signers.get(signature.supervisor_id) == KeptState.KEPT:
        return None
    message = text("Whoever signed isn't on the list of supervisors any more. It is kept for the office.")
    if not batch.origin.device_id:
        return rejected(item, "supervisor_unknown", text("Nobody on the list of supervisors has signed. Sign anew."))
    return held("supervisor_unknown", message, SKILL_OBSERVATION, f"cohort:{where['cohort_id']}")


def sign(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Sign for observations that aren't signed yet; the first signature counts."""
    present = OBSERVATION_KIND.read(batch, (item.target.id for item in items))
    signers = _signers(batch, items)
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, SKILL_OBSERVATION))
            continue
        after = signed(body, item.command, (item.author.person_id, item.author.name), batch.now)
        decision = _unsignable(batch, item, body, after, signers)
        if decision is None:
            written.append(after)
        decisions.append(decision or applied(item.command.id))
    OBSERVATION_KIND.update(batch, written)
    return decisions


def _unsignable(batch: Batch, item: Item, body: Body, after: Body, signers: Mapping[str, str]) -> Decision | None:
    if not item.accepted and not may_observe(item.author, body["cohort_id"]):
        return not_teaching(item, SKILL_OBSERVATION, body["cohort_id"])
    if body["signature"] == after["signature"]:
        return agreed(body["revision"])
    if body["signature"]:
        words = text("{name} has signed for this already.", name=body["signature"]["name"])
        return rejected(item, "signed_already", words)
    if body["state"] == ObservationState.WITHDRAWN:
        words = text("This observation was taken back. Record what is to be signed anew.")
        return rejected(item, "observation_withdrawn", words)
    return _unsigned(batch, item, body, signers)


def withdraw(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take observations back, which are kept, or let them count again."""
    present = OBSERVATION_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, SKILL_OBSERVATION))
            continue
        after = withdrawn(body, item.command, item.author.name)
        if not item.accepted and not may_withdraw(item.author, body):
            words = text("An observation is taken back by whoever made it, or by the office.")
            decisions.append(rejected(item, "not_allowed", words))
        elif after["state"] == body["state"]:
            decisions.append(agreed(body["revision"]))
        else:
            written.append(after)
            decisions.append(applied(item.command.id))
    OBSERVATION_KIND.update(batch, written)
    return decisions


COMMANDS = (
    CommandType("SaveSkill", PAYLOADS["SaveSkill"], save_skills),
    CommandType("SaveSupervisor", PAYLOADS["SaveSupervisor"], save_supervisors),
    CommandType("RecordSkillObservation", PAYLOADS["RecordSkillObservation"], observe),
    CommandType("SignSkillObservations", PAYLOADS["SignSkillObservations"], sign),
    CommandType("WithdrawSkillObservation", PAYLOADS["WithdrawSkillObservation"], withdraw),
)
SETTLERS: dict[str, Settler] = {
    SKILL: whole_rows.settler(SKILL_KIND),
    SKILL_SUPERVISOR: whole_rows.settler(SUPERVISOR_KIND),
}
