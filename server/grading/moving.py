"""What of grading follows a merged person: hand-ins, marks, grades, skills, and the place in a group."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.database import Db
from server.core.entities import Body
from server.core.person_moves import Kept, Merge, Owned, PersonMove, moved_rows
from server.grading.kinds import GROUP_KIND
from shared.core.text import plural

_IN = "SELECT DISTINCT group_id FROM work_group_member WHERE organisation_id = :o AND person_id = :p"
_SEATS = """
UPDATE work_group_member SET person_id = :new WHERE organisation_id = :o AND person_id = :old AND group_id = :group_id
AND enrolment_id = :enrolment_id
"""
_COUNT = "SELECT count(*) FROM work_group_member WHERE organisation_id = :o AND person_id = :p"


def _marks(n: int) -> str:
    return plural("{n} mark or hand-in is gone by now.", "{n} marks or hand-ins are gone by now.", n)


def _skills(n: int) -> str:
    return plural("{n} entry of the skills logbook is gone by now.", "{n} entries of the logbook are gone by now.", n)


def _move_seats(merge: Merge) -> Kept:
    """Give the place in each group to the one who stays; returns [group, enrolment] of each place."""
    rows = merge.batch.db.rows(_IN, o=merge.organisation_id, p=merge.from_id)
    groups = GROUP_KIND.read(merge.batch, [str(row[0]) for row in rows])
    seats = [
        [group["id"], member["enrolment_id"]]
        for group in groups.values()
        for member in group["members"]
        if member["person_id"] == merge.from_id
    ]
    _seat(merge, groups, seats, merge.from_id, (merge.to_id, merge.to_name))
    return seats


def _put_seats_back(merge: Merge, kept: Kept) -> None:
    groups = GROUP_KIND.read(merge.batch, [one for one, _ in kept])
    _seat(merge, groups, kept, merge.to_id, (merge.from_id, merge.from_name))


def _seat(merge: Merge, groups: Mapping[str, Body], seats: Sequence[Any], holder: str, person: tuple[str, str]) -> None:
    wanted = {(group_id, enrolment_id) for group_id, enrolment_id in seats}
    for group_id, enrolment_id in sorted(wanted):
        places = {"group_id": group_id, "enrolment_id": enrolment_id, "old": holder, "new": person[0]}
        merge.batch.db.run(_SEATS, o=merge.organisation_id, **places)
    GROUP_KIND.update(
        merge.batch,
        [
            {
                **group,
                "revision": merge.revision,
                "members": [_seated(group, one, wanted, person) for one in group["members"]],
            }
            for group in groups.values()
        ],
    )


def _seated(
    group: Mapping[str, Any], member: Mapping[str, Any], wanted: set[tuple[str, str]], person: tuple[str, str]
) -> dict[str, Any]:
    if (group["id"], member["enrolment_id"]) not in wanted:
        return dict(member)
    return {**member, "person_id": person[0], **({"name": person[1]} if "name" in member else {})}


def _seat_counts(db: Db, organisation_id: str, person_id: str) -> dict[str, int]:
    row = db.one(_COUNT, o=organisation_id, p=person_id)
    return {"work_group_member": int(row[0])} if row and row[0] else {}


MOVES = (
    moved_rows(
        "marks",
        _marks,
        Owned("submission"),
        Owned("extension"),
        Owned("mark"),
        Owned("regrade"),
        Owned("work_comment"),
        Owned("peer_review", "author_id"),
        Owned("peer_review", "reviewer_id"),
        Owned("course_grade"),
        Owned("course_grade_entry"),
        Owned("saved_comment", "owner_id"),
    ),
    moved_rows("skills", _skills, Owned("skill_observation"), Owned("portfolio_item")),
    PersonMove("groups", _move_seats, _put_seats_back, ("work_group_member",), _seat_counts),
)
