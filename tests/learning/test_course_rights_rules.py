"""Rules of what an instructor may do in a course, and the predicates that ask for it."""

import pytest

from shared.attendance.leave_permissions import may_answer_leave, may_request_leave
from shared.attendance.permissions import may_take_register
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.grading.permissions import may_edit_assignments, may_mark, may_release_marks, may_see_gradebook
from shared.learning.course_rights import (
    ALL_RIGHTS,
    PROJECTIONS,
    CourseRight,
    course_right_id,
    right_words,
    tidy_rights,
    withheld_in,
)
from shared.learning.permissions import may_add_walk_in, may_set_course_rights
from shared.people.vocabulary import Role
from shared.timetable.permissions import may_add_unplanned
from tests.desks import make_actor

COHORT, OTHER, COURSE, PERSON = (derived_id("test", name) for name in ("cohort", "other", "course", "person"))
ASKS = {
    CourseRight.EDIT: [may_edit_assignments],
    CourseRight.MARK: [may_mark],
    CourseRight.PUBLISH: [may_release_marks],
    CourseRight.ATTEND: [
        may_add_walk_in,
        may_add_unplanned,
        lambda actor, cohort: may_take_register(actor, cohort, None),
        lambda actor, cohort: may_take_register(actor, cohort, actor.person_id),
        lambda actor, cohort: may_request_leave(actor, "someone", cohort),
        lambda actor, cohort: may_answer_leave(actor, {"person_id": "someone", "cohort_id": cohort}, ()),
    ],
}


def instructor(*withheld):
    made = make_actor(PERSON, "Ama", Role.INSTRUCTOR, teaches=(COHORT, OTHER))
    return made.model_copy(update={"withheld": frozenset(f"{right}:{COHORT}" for right in withheld)})


@pytest.mark.parametrize("right", CourseRight)
def test_each_right_is_asked_for_where_it_matters(right):
    for asks_for, questions in ASKS.items():
        for may in questions:
            assert may(instructor(), COHORT)
            assert may(instructor(right), COHORT) is (asks_for is not right)
            assert may(instructor(right), OTHER), "what is withheld in one course isn't in another"


def test_who_may_not_mark_still_sees_the_marks_of_the_class():
    assert may_see_gradebook(instructor(CourseRight.MARK), COHORT)
    assert not may_see_gradebook(instructor(), derived_id("test", "not taught"))


@pytest.mark.parametrize("right", CourseRight)
def test_nothing_is_withheld_from_the_office(right):
    office = make_actor(PERSON, "Grace", Role.REGISTRAR).model_copy(
        update={"withheld": frozenset({f"{right}:{COHORT}"})}
    )
    assert may_take_register(office, COHORT, None)
    assert may_mark(office, COHORT)
    assert may_release_marks(office, COHORT)
    assert may_set_course_rights(office)
    assert not may_set_course_rights(instructor())


def test_what_is_withheld_is_all_that_isnt_given():
    assert withheld_in([COHORT], ALL_RIGHTS) == frozenset()
    assert withheld_in([COHORT, OTHER], ["edit", "mark", "attend"]) == {f"publish:{COHORT}", f"publish:{OTHER}"}
    assert len(withheld_in([COHORT], [])) == len(ALL_RIGHTS)
    assert tidy_rights(["attend", "edit", "attend", "fly"]) == ["edit", "attend"]
    assert list(right_words()) == list(ALL_RIGHTS)


def test_what_waits_to_be_set_is_shown():
    payload = {"course_id": COURSE, "person_id": PERSON, "rights": ["attend", "mark"]}
    command = Command(
        id=derived_id("c"), device_id=derived_id("d"), install_epoch=1, device_seq=1, type="SetCourseRights",
        type_version=1, target_id=course_right_id(COURSE, PERSON), payload=payload,
        observed_at="2026-11-20T08:30:00.000Z",
    )  # fmt: skip
    draft = PROJECTIONS["SetCourseRights"](command, lambda *_: None)[0]
    assert (draft.body["rights"], draft.parent) == (["mark", "attend"], COURSE)
