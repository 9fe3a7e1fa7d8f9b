"""What of learning follows a merged person: enrolments, classes taught, and rights in courses."""

from collections.abc import Iterable
from typing import Any

from server.core import conflicts
from server.core.database import Db
from server.core.entities import Body
from server.core.person_moves import Kept, Merge, Owned, PersonMove, count_of
from server.learning.course_rights import RIGHT_KIND
from server.learning.enrolment_service import ENROLMENT_KIND
from server.learning.service import COHORT_KIND, put_instructors
from shared.core.text import plural, text
from shared.learning.course_rights import course_right_id
from shared.learning.vocabulary import ATTENDING, EnrolmentState

_OF = "SELECT id FROM {table} WHERE organisation_id = :o AND person_id = :p"
_TAUGHT = "SELECT cohort_id FROM cohort_instructor WHERE organisation_id = :o AND person_id = :p"
_ENROLMENTS = Owned("enrolment")


def _ids(merge: Merge, table: str, person_id: str) -> list[str]:
    rows = merge.batch.db.rows(_OF.format(table=table), o=merge.organisation_id, p=person_id)
    return [str(row[0]) for row in rows]


# ------------------------------------------------------------------------------------------------------- enrolments


def _move_enrolments(merge: Merge) -> Kept:
    """Give enrolments over; where both are in a class already, both stay readable and the class shows one.

    Returns the ids that moved, and [id, state] of those that stayed with the entry that goes.
    """
    found = ENROLMENT_KIND.read(
        merge.batch, [*_ids(merge, "enrolment", merge.from_id), *_ids(merge, "enrolment", merge.to_id)]
    )
    held = {body["cohort_id"]: body for body in found.values() if body["person_id"] == merge.to_id}
    theirs = [body for body in found.values() if body["person_id"] == merge.from_id]
    moved = [body for body in theirs if body["cohort_id"] not in held]
    both = [body for body in theirs if body["cohort_id"] in held]
    left = [
        {**body, "state": str(EnrolmentState.CANCELLED), "revision": merge.revision}
        for body in both
        if body["state"] in ATTENDING
    ]
    given = [{**body, "person_id": merge.to_id, "revision": merge.revision} for body in moved]
    ENROLMENT_KIND.update(merge.batch, [*given, *left])
    cohorts = COHORT_KIND.read(merge.batch, [body["cohort_id"] for body in both])
    for body in both:
        _review(merge, body, held[body["cohort_id"]], cohorts[body["cohort_id"]])
    return {"moved": [body["id"] for body in moved], "both": [[body["id"], body["state"]] for body in both]}


def _review(merge: Merge, other: Body, stays: Body, cohort: Body) -> None:
    sentence = text(
        "Both entries were enrolled in {cohort}. Attendance and marks of both are kept and can be read.",
        cohort=COHORT_KIND.title(cohort),
    )
    merge.reviews.append(sentence)
    if other["state"] == stays["state"]:
        return
    sides = [
        conflicts.side_from_log(merge.batch, body["revision"], {"state": body["state"]}) for body in (stays, other)
    ]
    # Both may have been enrolled by one command; a choice needs two versions that differ by their command.
    new = (
        sides[1]
        if sides[0].command_id != sides[1].command_id
        else conflicts.side_of(merge.batch, merge.item, {"state": other["state"]})
    )
    subject = ENROLMENT_KIND.subject({**stays, "person_id": merge.to_id}, "same:person_id")
    conflicts.open_conflict(merge.batch, subject, sides[0], new, ("state",), "enrolled_already")


def _put_enrolments_back(merge: Merge, kept: Kept) -> None:
    states: dict[str, str] = dict(kept["both"])
    found = ENROLMENT_KIND.read(merge.batch, [*kept["moved"], *states])
    ENROLMENT_KIND.update(
        merge.batch,
        [
            {**body, "person_id": merge.from_id, "state": states.get(key, body["state"]), "revision": merge.revision}
            for key, body in found.items()
        ],
    )


def _enrolments_gone(db: Db, organisation_id: str, from_id: str, to_id: str, kept: Kept) -> list[str]:
    lost = len(kept["moved"]) - _ENROLMENTS.still(db, organisation_id, kept["moved"], to_id)
    both = [key for key, _ in kept["both"]]
    lost += len(both) - _ENROLMENTS.still(db, organisation_id, both, from_id)
    return [plural("{n} enrolment is gone by now.", "{n} enrolments are gone by now.", lost)] if lost else []


# --------------------------------------------------------------------------------------- classes taught, and rights


def _move_teaching(merge: Merge) -> Kept:
    """Put the one who stays in the place of the other; returns [cohort, whether both taught it]."""
    rows = merge.batch.db.rows(_TAUGHT, o=merge.organisation_id, p=merge.from_id)
    cohorts = COHORT_KIND.read(merge.batch, [str(row[0]) for row in rows])
    done = [[key, merge.to_id in body["instructors"]] for key, body in cohorts.items()]
    _teach(
        merge,
        cohorts.values(),
        lambda body: dict.fromkeys(merge.to_id if one == merge.from_id else one for one in body["instructors"]),
    )
    return done


def _put_teaching_back(merge: Merge, kept: Kept) -> None:
    both = dict(kept)

    def back(body: Body) -> Iterable[str]:
        names = body["instructors"]
        if both[body["id"]]:
            return dict.fromkeys([*names, merge.from_id])
        return [merge.from_id if one == merge.to_id else one for one in names]

    _teach(merge, COHORT_KIND.read(merge.batch, both).values(), back)


def _teach(merge: Merge, cohorts: Iterable[Body], names: Any) -> None:
    written = [{**body, "instructors": list(names(body)), "revision": merge.revision} for body in cohorts]
    COHORT_KIND.update(merge.batch, written)
    put_instructors(merge.batch, written)


def _move_rights(merge: Merge) -> Kept:
    """What was taken from an instructor in a course stays taken, unless the one who stays has a rule there already."""
    theirs = RIGHT_KIND.read(merge.batch, _ids(merge, "course_right", merge.from_id))
    there = RIGHT_KIND.read(merge.batch, [course_right_id(body["course_id"], merge.to_id) for body in theirs.values()])
    made = []
    for body in theirs.values():
        key = course_right_id(body["course_id"], merge.to_id)
        if key not in there:
            made.append({**body, "id": key, "person_id": merge.to_id, "revision": merge.revision})
    RIGHT_KIND.delete(merge.batch, list(theirs.values()), merge.revision)
    RIGHT_KIND.insert(merge.batch, made)
    return {"goes": list(theirs.values()), "made": [body["id"] for body in made]}


def _put_rights_back(merge: Merge, kept: Kept) -> None:
    made = RIGHT_KIND.read(merge.batch, kept["made"])
    RIGHT_KIND.delete(merge.batch, list(made.values()), merge.revision)
    RIGHT_KIND.insert(merge.batch, [{**body, "revision": merge.revision} for body in kept["goes"]])


def _counts(db: Db, organisation_id: str, person_id: str) -> dict[str, int]:
    return {
        table: count_of(db, organisation_id, Owned(table), person_id)
        for table in ("enrolment", "cohort_instructor", "course_right")
    }


MOVES = (
    PersonMove(
        "enrolments",
        _move_enrolments,
        _put_enrolments_back,
        ("enrolment", "cohort_instructor", "course_right"),
        _counts,
        hinders_undo=_enrolments_gone,
    ),
    PersonMove("teaching", _move_teaching, _put_teaching_back),
    PersonMove("course rights", _move_rights, _put_rights_back),
)
