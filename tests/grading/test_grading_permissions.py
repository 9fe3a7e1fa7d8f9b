"""Who may do what to work and marks, by built-in roles."""

import pytest

from shared.core.actor import Actor
from shared.grading import permissions
from shared.people.vocabulary import BUILT_IN_ROLES, Permission, Role

OWN, OTHERS = "own", "others"


def actor(role=None, *more):
    words = frozenset(map(str, (*(BUILT_IN_ROLES[role] if role else ()), *more)))
    return Actor(person_id="me", organisation_id="o", name="Me", permissions=words, teaches=frozenset({OWN}))


@pytest.mark.parametrize(
    ("role", "own", "others"),
    [
        (Role.INSTRUCTOR, True, False),
        (Role.REGISTRAR, True, True),
        (Role.CASHIER, False, False),
        (Role.STUDENT, False, False),
    ],
)
@pytest.mark.parametrize(
    "may",
    [
        permissions.may_edit_assignments,
        permissions.may_mark,
        permissions.may_release_marks,
        permissions.may_see_gradebook,
        permissions.may_set_scheme,
    ],
)
def test_cohorts(may, role, own, others):
    assert (may(actor(role), OWN), may(actor(role), OTHERS)) == (own, others)


def test_a_moderator_marks_everywhere():
    moderator = actor(None, Permission.MARKS_MODERATE)
    assert permissions.may_mark(moderator, OTHERS)
    assert permissions.marks_work(moderator)
    assert not permissions.may_edit_assignments(moderator, OTHERS)
    assert not permissions.may_correct_marks(moderator)
    assert permissions.may_edit_assignments(actor(None, Permission.MARKS_MODERATE, Permission.ASSIGNMENTS_EDIT), OTHERS)


@pytest.mark.parametrize(
    ("role", "marks", "sees", "corrects", "locks", "rubrics"),
    [
        (Role.ADMINISTRATOR, True, True, True, True, True),
        (Role.REGISTRAR, True, True, True, True, True),
        (Role.INSTRUCTOR, True, True, False, False, True),
        (Role.AUDITOR, False, True, False, False, False),
        (Role.CASHIER, False, False, False, False, False),
        (Role.ATTENDANCE_OFFICER, False, False, False, False, False),
        (Role.STUDENT, False, False, False, False, False),
    ],
)
def test_roles(role, marks, sees, corrects, locks, rubrics):
    one = actor(role)
    assert permissions.marks_work(one) is marks
    assert permissions.sees_marks(one) is sees
    assert permissions.may_correct_marks(one) is corrects
    assert permissions.may_lock_grades(one) is locks
    assert permissions.may_publish_grades(one) is locks
    assert permissions.may_edit_rubrics(one) is rubrics


def test_an_auditor_sees_gradebooks_and_whoever_locks_grades_sees_marks():
    assert permissions.may_see_gradebook(actor(Role.AUDITOR), OTHERS)
    assert permissions.sees_marks(actor(None, Permission.GRADES_PUBLISH))


def test_students_hand_in_their_own_work():
    student = actor(Role.STUDENT)
    assert permissions.may_hand_in(student, "me")
    assert not permissions.may_hand_in(student, "you")
    assert not permissions.may_hand_in(actor(Role.INSTRUCTOR), "me")


@pytest.mark.parametrize(("role", "others"), [(Role.REGISTRAR, True), (Role.INSTRUCTOR, False), (Role.STUDENT, False)])
def test_everybody_sees_the_own_transcript_and_the_office_each(role, others):
    assert permissions.may_see_transcript(actor(role), "me")
    assert permissions.may_see_transcript(actor(role), "someone") is others
