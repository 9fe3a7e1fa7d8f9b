"""What must hold of work and marks after every run."""

import orjson

from server.core.database import Db
from server.grading.kinds import MARK_KIND, SUBMISSION_KIND
from server.grading.mark_history import ENTRY_COLUMNS
from server.grading.moderation_kinds import PART_KIND
from shared.grading import work_rules
from shared.grading.mark_rules import judgement_of
from shared.grading.points import read_points
from tests.simulator.invariants import require
from tests.simulator.together_invariants import together_is_true


def marking_is_true(db: Db) -> None:
    """No judgement is lost or made up, none shows before its release; every hand-in is kept, and one of them counts."""
    marks = {row[0]: MARK_KIND.body_of(row) for row in db.rows(f"SELECT {MARK_KIND.selected()} FROM mark t")}
    points = {row[0]: row[1] for row in db.rows("SELECT id, points FROM assignment")}
    for mark in marks.values():
        most = read_points(points[mark["assignment_id"]]).hundredths or 0
        fits = mark["score"] is None or read_points(mark["score"], most).hundredths is not None
        require(fits, "A mark is above its maximum:", mark["score"])
        require(mark["released_at"] is None or mark["finished"] or mark["status"] == "none", "A draft is released")
    _histories_are_whole(db, marks)
    _nothing_shows_too_soon(db, marks)
    _two_mark_alone(db)
    _hand_ins_are_kept(db)
    together_is_true(db)


def _histories_are_whole(db: Db, marks: dict[str, dict[str, object]]) -> None:
    """The last step of a finished mark is the mark, steps have no gap, and each accepted judgement is one."""
    steps: dict[str, list[dict[str, object]]] = {}
    for row in db.rows(f"SELECT {', '.join(ENTRY_COLUMNS)} FROM mark_entry ORDER BY mark_id, ordinal"):
        step = dict(zip(ENTRY_COLUMNS, row, strict=True))
        steps.setdefault(str(step["mark_id"]), []).append(step)
    for mark, told in steps.items():
        require([one["ordinal"] for one in told] == list(range(1, len(told) + 1)), "A history has a gap:", mark)
        last = {**told[-1], "levels": orjson.loads(str(told[-1]["levels"])), "finished": bool(told[-1]["finished"])}
        same = judgement_of(last) == judgement_of(marks[mark])
        require(same or not marks[mark]["finished"], "A mark isn't what its history says:", mark)
    made = {str(one["revision"]) for told in steps.values() for one in told}
    logged = db.rows(
        "SELECT id, detail FROM command_log WHERE verdict = 'applied' AND type IN ('RecordMark', 'CorrectMark')"
    )
    finished = {row[0] for row in logged if row[1] and orjson.loads(row[1])["payload"].get("finished", True)}
    require(finished <= made, "A judgement that was accepted is in no history:", finished - made)


def _nothing_shows_too_soon(db: Db, marks: dict[str, dict[str, object]]) -> None:
    for mark, also in db.rows("SELECT entity_id, also FROM feed_row WHERE kind = 'mark'"):
        seen = also is not None
        require(seen == (marks[mark]["released_at"] is not None), "A student sees a mark too soon, or never:", mark)
    for kind in ("mark_entry", "mark_note"):
        shown = db.rows("SELECT entity_id FROM feed_row WHERE kind = :kind AND also LIKE 'person:%'", kind=kind)
        require(not shown, "A student sees what is for staff alone:", kind)
    rows = db.rows("SELECT mark_id, shown FROM work_comment")
    for mark, shown in rows:
        released = mark in marks and marks[mark]["released_at"] is not None
        require(bool(shown) == released, "A comment shows too soon, or never:", mark)
    for also, people in db.rows(
        "SELECT c.also, p.id FROM conflict c JOIN person_role r ON r.role_key = 'student' JOIN person p"
        " ON p.id = r.person_id WHERE c.kind = 'mark' AND c.also IS NOT NULL"
    ):
        require(people not in also, "A student sees what two people disagree on:", also)


def _two_mark_alone(db: Db) -> None:
    """Until both parts of a mark are known only its marker, and who moderates the class, has one in the feed."""
    parts = {row[0]: PART_KIND.body_of(row) for row in db.rows(f"SELECT {PART_KIND.selected()} FROM mark_part t")}
    rows = db.rows("SELECT entity_id, scope, also FROM feed_row WHERE kind = 'mark_part'")
    feed = {row[0]: (row[1], row[2]) for row in rows}
    require(feed.keys() == parts.keys(), "A part isn't in the feed:", feed.keys() ^ parts.keys())
    for key, part in parts.items():
        own = f"person:{part['by_id']}"
        right = (f"cohort:{part['cohort_id']}", own) if part["open"] else (own, f"moderated:{part['cohort_id']}")
        require(feed[key] == right, "Another sees what one of two gave, or nobody does:", feed[key])
    of_mark: dict[str, list[dict[str, object]]] = {}
    for part in parts.values():
        of_mark.setdefault(part["mark_id"], []).append(part)
    for mark, every in of_mark.items():
        half = len({one["open"] for one in every}) > 1 and all(one["finished"] for one in every)
        require(not half, "One part is known and the other isn't:", mark)
        numbers = [one["part"] for one in every if one["part"]]
        require(len(set(numbers)) == len(numbers), "Two are the same part:", mark, numbers)
    shown = db.rows("SELECT mark_id FROM mark_entry WHERE part IN ('first', 'second')")
    known = {str(one["mark_id"]) for one in parts.values() if one["open"]}
    require({row[0] for row in shown} <= known, "A part is in the history before it is known")


def _hand_ins_are_kept(db: Db) -> None:
    attempts: dict[tuple[str, str], list[dict[str, object]]] = {}
    ids = set()
    for row in db.rows(f"SELECT {SUBMISSION_KIND.selected()} FROM submission t"):
        body = SUBMISSION_KIND.body_of(row)
        ids.add(body["id"])
        attempts.setdefault((body["assignment_id"], body["enrolment_id"]), []).append(body)
    for of, every in attempts.items():
        counting = work_rules.counting(every)
        standing = [one["id"] for one in every if one["state"] == "submitted"]
        last = counting["id"] if counting and counting["state"] == "submitted" else None
        require(standing == ([last] if last else []), "Another attempt counts than the last one:", of, standing)
    told = db.rows("SELECT outcomes FROM command_log WHERE verdict = 'applied' AND type IN ('HandIn', 'SaveWork')")
    for (outcomes,) in told:
        kept = orjson.loads(outcomes)[0]["details"].get("submission_id")
        require(kept in ids, "A hand-in that was accepted isn't there:", kept)
