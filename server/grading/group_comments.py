"""Comments on the work of a group: each member has them on the own attempt, once the own mark is released."""

from collections.abc import Iterable, Sequence

from server.core.batch import Batch
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.ground import packed
from server.grading.kinds import COMMENT_KIND
from shared.core.ids import derived_id
from shared.grading.vocabulary import WORK_COMMENT

_SOURCES = SetSql(
    f"SELECT {COMMENT_KIND.selected()} FROM {{ids}} i {{by}} mark m ON m.organisation_id = :o AND m.id = i.id"  # noqa: S608 - our own column names
    " JOIN submission s ON s.organisation_id = :o AND s.assignment_id = m.assignment_id"
    " AND s.enrolment_id = m.enrolment_id AND s.source_id IS NOT NULL"
    " JOIN work_comment t ON t.organisation_id = :o AND t.submission_id = s.source_id WHERE t.state = 'kept'"
)
_COPIES = SetSql(
    "SELECT s.id, s.source_id, s.person_id, m.id FROM {ids} i"
    " {by} submission s ON s.organisation_id = :o AND s.source_id = i.id"
    " JOIN mark m ON m.organisation_id = :o AND m.assignment_id = s.assignment_id"
    " AND m.enrolment_id = s.enrolment_id WHERE m.released_at IS NOT NULL ORDER BY s.id"
)


def show_to_members(batch: Batch, mark_ids: Iterable[str]) -> None:
    """Bring the comments on a group's work to those of its members whose marks were released just now."""
    rows = batch.db.rows(_SOURCES, o=batch.organisation_id, ids=packed(mark_ids))
    found = {row[0]: COMMENT_KIND.body_of(row) for row in rows}
    follow(batch, list(found.values()))


def follow(batch: Batch, comments: Sequence[Body]) -> None:
    """Let the members' comments say what those on the attempt that was handed in say."""
    if not comments:
        return
    rows = batch.db.rows(_COPIES, o=batch.organisation_id, ids=packed(one["submission_id"] for one in comments))
    wanted: dict[str, Body] = {}
    for submission_id, source_id, person_id, mark_id in rows:
        for one in comments:
            if one["submission_id"] == source_id:
                key = derived_id(WORK_COMMENT, one["id"], submission_id)
                own = {"id": key, "submission_id": submission_id, "mark_id": mark_id, "person_id": person_id}
                wanted[key] = {**one, **own, "shown": True}
    if not wanted:
        return
    there = COMMENT_KIND.read(batch, wanted)
    COMMENT_KIND.insert(batch, [body for key, body in wanted.items() if key not in there])
    COMMENT_KIND.update(batch, [body for key, body in wanted.items() if key in there and body != there[key]])
