"""Who is in a group with whom: read for hand-ins, kept beside the groups themselves."""

from collections.abc import Collection, Mapping, Sequence

import orjson

from server.core.batch import Batch
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.hand_ins import Pair
from shared.learning.vocabulary import ATTENDING, EnrolmentState

_TEAMS = SetSql(
    "SELECT w.assignment_id, w.enrolment_id, m.group_id, m.enrolment_id, m.person_id, e.state FROM {rows} r"
    " {by} work_group_member w ON w.organisation_id = :o AND w.assignment_id = r.assignment_id"
    " AND w.enrolment_id = r.enrolment_id"
    " {by} work_group_member m ON m.organisation_id = :o AND m.group_id = w.group_id"
    " AND m.assignment_id = w.assignment_id"
    " {by} enrolment e ON e.organisation_id = :o AND e.id = m.enrolment_id"
    " WHERE true ORDER BY m.enrolment_id",
    assignment_id="text",
    enrolment_id="text",
)
_FORGET = SetSql(
    "DELETE FROM work_group_member WHERE organisation_id = :o AND assignment_id IN (SELECT id FROM {ids} i)"
)
_KEEP = SetSql(
    "INSERT INTO work_group_member (organisation_id, assignment_id, enrolment_id, group_id, person_id)"
    " SELECT CAST(:o AS varchar), r.assignment_id, r.enrolment_id, r.group_id, r.person_id FROM {rows} r WHERE true",
    assignment_id="text",
    enrolment_id="text",
    group_id="text",
    person_id="text",
)
_STAYS = ATTENDING | {EnrolmentState.COMPLETED}


def read_teams(batch: Batch, pairs: Collection[Pair]) -> dict[Pair, list[Body]]:
    """Return by student the members of the group that he or she is in, the student too; who left is left out."""
    rows = [{"assignment_id": one, "enrolment_id": other} for one, other in sorted(set(pairs))]
    if not rows:
        return {}
    teams: dict[Pair, list[Body]] = {}
    for row in batch.db.rows(_TEAMS, o=batch.organisation_id, rows=orjson.dumps(rows).decode()):
        if row[5] in _STAYS or row[3] == row[1]:
            member = {"group_id": row[2], "enrolment_id": row[3], "person_id": row[4]}
            teams.setdefault((row[0], row[1]), []).append(member)
    return teams


def keep_members(batch: Batch, groups: Sequence[Body], assignments: Collection[str]) -> None:
    """Write who is in the groups of these assignments, and let everybody see the own group and no other."""
    ids = orjson.dumps(sorted(assignments)).decode()
    batch.db.run(_FORGET, o=batch.organisation_id, ids=ids)
    rows = [_row(group, member) for group in groups for member in group["members"]]
    if rows:
        batch.db.run(_KEEP, o=batch.organisation_id, rows=orjson.dumps(rows).decode())
    batch.access_changed = True


def _row(group: Mapping[str, object], member: Mapping[str, object]) -> dict[str, object]:
    return {
        "assignment_id": group["assignment_id"],
        "enrolment_id": member["enrolment_id"],
        "group_id": group["id"],
        "person_id": member["person_id"],
    }
