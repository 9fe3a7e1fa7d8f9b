"""What decisions about work and marks stand on: assignments with their class, and enrolments, in one statement each."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.batch import Batch, Decision, Item, held, rejected
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.kinds import ASSIGNMENT_KIND, EXTENSION_KIND
from shared.core.text import text
from shared.grading.ids import extension_id
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import SchemeState
from shared.learning.vocabulary import ATTENDING, EnrolmentState
from shared.people.vocabulary import Permission

_ASSIGNMENTS = SetSql(
    f"SELECT {ASSIGNMENT_KIND.selected()}, c.archived, k.archived, s.state, v.criteria FROM {{ids}} i"  # noqa: S608 - our own column names
    " {by} assignment t ON t.organisation_id = :o AND t.id = i.id"
    " JOIN cohort c ON c.organisation_id = :o AND c.id = t.cohort_id"
    " JOIN course k ON k.organisation_id = :o AND k.id = c.course_id"
    " LEFT JOIN grade_scheme s ON s.organisation_id = :o AND s.cohort_id = t.cohort_id"
    " LEFT JOIN rubric_version v ON v.organisation_id = :o AND v.id = t.rubric_version_id"
)
_ENROLMENTS = SetSql(
    "SELECT e.id, e.cohort_id, e.person_id, e.state, p.given_name, p.family_name FROM {ids} i"
    " {by} enrolment e ON e.organisation_id = :o AND e.id = i.id"
    " JOIN person p ON p.organisation_id = :o AND p.id = e.person_id"
)
_COHORTS = SetSql(
    "SELECT c.id, c.archived, k.archived FROM {ids} i {by} cohort c ON c.organisation_id = :o AND c.id = i.id"
    " JOIN course k ON k.organisation_id = :o AND k.id = c.course_id"
)
_STAYS = ATTENDING | {EnrolmentState.COMPLETED}


def packed(ids: Iterable[str]) -> str:
    """Return ids as statements take them, each once."""
    return orjson.dumps(sorted(set(ids))).decode()


@dataclass(frozen=True)
class Set:
    """An assignment as it stands: whether its class is archived, its marks locked, and its rubric's criteria."""

    body: Body
    archived: bool
    locked: bool
    criteria: list[Body] | None


@dataclass
class Ground:
    """Assignments, enrolments and extensions by id; an enrolment has its student's `name`."""

    sets: dict[str, Set] = field(default_factory=dict)
    enrolments: dict[str, dict[str, Any]] = field(default_factory=dict)
    extensions: dict[str, Body] = field(default_factory=dict)


def read_ground(batch: Batch, pairs: Iterable[tuple[str, str]], *, extensions: bool = False) -> Ground:
    """Return what is known of (assignment id, enrolment id) pairs; an enrolment id may be empty."""
    wanted = list(pairs)
    ground = Ground(sets=read_sets(batch, (one[0] for one in wanted)))
    ground.enrolments = read_enrolments(batch, {one[1] for one in wanted} - {""})
    if extensions:
        ids = [extension_id(*one) for one in wanted]
        ground.extensions = EXTENSION_KIND.read(batch, ids)
    return ground


def read_enrolments(batch: Batch, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return enrolments by id, each with its student's `name`; unknown ones are absent."""
    enrolments: dict[str, dict[str, Any]] = {}
    if not ids:
        return enrolments
    for row in batch.db.rows(_ENROLMENTS, o=batch.organisation_id, ids=packed(ids)):
        name = " ".join(part for part in row[4:6] if part)
        found = dict(zip(("id", "cohort_id", "person_id", "state"), row, strict=False))
        enrolments[row[0]] = {**found, "name": name}
    return enrolments


def read_sets(batch: Batch, ids: Iterable[str]) -> dict[str, Set]:
    """Return assignments by id."""
    found: dict[str, Set] = {}
    for row in batch.db.rows(_ASSIGNMENTS, o=batch.organisation_id, ids=packed(ids)):
        cohort_gone, course_gone, state, criteria = row[-4:]
        rubric = None if criteria is None else orjson.loads(criteria)
        archived, locked = bool(cohort_gone or course_gone), state == SchemeState.LOCKED
        found[row[0]] = Set(ASSIGNMENT_KIND.body_of(row[:-4]), archived, locked, rubric)
    return found


def read_cohorts(batch: Batch, ids: Iterable[str]) -> dict[str, bool]:
    """Return by cohort id whether it, or its course, is archived; unknown ones are absent."""
    rows = batch.db.rows(_COHORTS, o=batch.organisation_id, ids=packed(ids))
    return {row[0]: bool(row[1] or row[2]) for row in rows}


def refused(item: Item, fault: Fault) -> Decision:
    """Refuse for a fault in what was asked."""
    return rejected(item, fault.code, fault.sentence)


def in_the_way(batch: Batch, item: Item, fault: Fault, kind: str, cohort_id: str, title: str = "") -> Decision:
    """Refuse at once where someone waits for the answer; keep for the office what was done at a device already."""
    if not batch.origin.device_id:
        return refused(item, fault)
    message = text("{reason} It is kept for the office to decide.", reason=fault.sentence)
    return held(fault.code, message, kind, f"cohort:{cohort_id}", title)


def not_teaching(item: Item, kind: str, cohort_id: str, title: str = "") -> Decision:
    """Whoever marks may have lost the class meanwhile: that waits for the office. Others never could."""
    if item.author.may(Permission.MARKS_RECORD):
        message = text("You no longer teach this class. It is kept for the office.")
        return held("not_teaching", message, kind, f"cohort:{cohort_id}", title)
    return rejected(item, "not_allowed", text("Your role doesn't mark work. Ask the office."))


def archived_fault() -> Fault:
    """Why nothing changes in an archived class."""
    return Fault("course_archived", text("This class is archived."))


def left_fault(enrolment: Mapping[str, Any]) -> Fault | None:
    """Why nothing changes for someone who left the class."""
    if enrolment["state"] in _STAYS:
        return None
    return Fault("not_enrolled", text("{name} has left this class.", name=enrolment["name"]))
