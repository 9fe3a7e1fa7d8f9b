"""What must hold after every run of work that students do together, and of what they say of each other's."""

import orjson

from server.core.database import Db
from tests.simulator.invariants import require


def together_is_true(db: Db) -> None:
    """Nobody is in two groups of a piece of work; a group's hand-in is everybody's; nobody learns who reviewed whom."""
    rows = db.rows("SELECT assignment_id, enrolment_id, group_id FROM work_group_member")
    members = {(row[0], row[1]): row[2] for row in rows}
    told: dict[tuple[str, str], str] = {}
    for work, group, kept, state in db.rows("SELECT assignment_id, id, members, state FROM work_group"):
        for one in orjson.loads(kept):
            key = work, one["enrolment_id"]
            require(state == "kept" and key not in told, "Somebody is in two groups, or in one that is gone:", key)
            told[key] = group
    require(told == members, "The groups and who is in them differ")
    counted = "SELECT assignment_id, count(DISTINCT revision) FROM work_group GROUP BY assignment_id"
    for work, revisions in db.rows(counted):
        require(revisions == 1, "Groups of one piece of work have different revisions:", work)
    _hand_ins_are_everybodys(db)
    _reviews_tell_nobody(db)


def _hand_ins_are_everybodys(db: Db) -> None:
    for copy, same in db.rows(
        "SELECT c.id, s.text = c.text AND s.files = c.files FROM submission c"
        " LEFT JOIN submission s ON s.id = c.source_id WHERE c.source_id IS NOT NULL"
    ):
        require(bool(same), "A member of a group has other work than what was handed in:", copy)


def _reviews_tell_nobody(db: Db) -> None:
    seen = db.rows("SELECT entity_id FROM feed_row WHERE kind = 'peer_review' AND also IS NOT NULL")
    require(not seen, "A student sees who reviews whom")
    reviews = {row[0]: row[1:] for row in db.rows("SELECT id, reviewer_id, author_id FROM peer_review")}
    for review, scope, also, entry in db.rows(
        "SELECT entity_id, scope, also, entry FROM feed_row WHERE kind = 'peer_task' AND deleted = false"
    ):
        reviewer, author = reviews[review]
        require(scope == f"person:{reviewer}" and also is None, "A review is somebody else's to see:", review)
        require(author not in entry, "A reviewer sees whose work it is:", review)
    released = {row[0] for row in db.rows("SELECT person_id FROM mark WHERE released_at IS NOT NULL")}
    for scope, entry in db.rows("SELECT scope, entry FROM feed_row WHERE kind = 'peer_feedback' AND deleted = false"):
        person = scope.removeprefix("person:")
        require(person in released, "A review shows before the mark:", person)
        require(all(one[0] == person or one[0] not in entry for one in reviews.values()), "An author sees who wrote it")
