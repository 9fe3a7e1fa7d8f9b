"""Groups of a class as a device has them, for tests of the workbench, the gradebook and the student's page."""

from shared.core.ids import derived_id
from shared.grading.ids import member_attempt_id
from tests.attendance.classes import COHORT, enrolment_id, person_id
from tests.grading.book_rows import work, work_id
from tests.grading.marking_rows import STUDENTS, TITLE, open_class, rubric, school, submission

HERE = "2026-11-14T09:00:00.000Z"


def group_row(name, *who, title=TITLE, position=0, **more):
    """A group of students by their names."""
    key = derived_id("work_group", title, name)
    members = [{"enrolment_id": enrolment_id(one), "person_id": person_id(one), "name": one} for one in who]
    body = {
        "id": key,
        "revision": derived_id("work_group", title),
        "assignment_id": work_id(title),
        "cohort_id": COHORT,
        "name": name,
        "position": position,
        "members": members,
        "state": "kept",
        **more,
    }
    return "work_group", body


def shared_attempt(source, who):
    """What a member has by another's hand-in."""
    kind, body = source
    own = {
        "id": member_attempt_id(body["id"], enrolment_id(who)),
        "enrolment_id": enrolment_id(who),
        "person_id": person_id(who),
        "source_id": body["id"],
    }
    return kind, {**body, **own}


def together(**more):
    """Three groups of which the first has handed in; the other students of the class work alone."""
    rows = [*school(STUDENTS, history=0), rubric()]
    rows.append(work(TITLE, work_kind="handed_in", takes=["file", "text"], group_mode="groups", peer_reviews=0, **more))
    red = group_row("Red", "Amina Yusuf", "Baraka Otieno", "Chen Wei")
    group = {"group_id": red[1]["id"], "source_id": None, "brought_by": person_id("Baraka Otieno")}
    source = submission("Baraka Otieno", HERE, "cash-flow-plan.pdf", **group)
    rows += [red, source, shared_attempt(source, "Amina Yusuf"), shared_attempt(source, "Chen Wei")]
    rows.append(group_row("Blue", "Dalia Haddad", "Elif Demir", position=1))
    return rows


__all__ = ["group_row", "open_class", "shared_attempt", "together"]
