"""More time for one student: until when it may be, and who gives it."""

import pytest

from shared.core.actor import Actor
from shared.grading.extension_rules import extension_fault, may_extend
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from tests.grading.work_rows import COHORT, DUE, work


@pytest.mark.parametrize(
    ("due", "until", "code"),
    [
        (DUE, "2026-11-21T17:00:00.000Z", None),
        (DUE, None, None),
        (None, None, None),
        (DUE, DUE, "extension_too_early"),
        (DUE, "2026-11-20T16:59:59.999Z", "extension_too_early"),
        (DUE, "2026-11-20T19:00:00+02:00", "extension_too_early"),
        (None, "2026-11-21T17:00:00.000Z", "work_never_due"),
    ],
)
def test_more_time_ends_after_the_work_is_due(due, until, code):
    fault = extension_fault(work(due_at=due), until)
    assert (fault and fault.code) == code


@pytest.mark.parametrize(
    ("role", "teaches", "may"),
    [
        (Role.INSTRUCTOR, {COHORT}, True),
        (Role.INSTRUCTOR, set(), False),
        (Role.STUDENT, {COHORT}, False),
    ],
)
def test_whoever_teaches_the_class_gives_it(role, teaches, may):
    words = frozenset(map(str, BUILT_IN_ROLES[role]))
    actor = Actor(person_id="p", organisation_id="o", name="", permissions=words, teaches=frozenset(teaches))
    assert may_extend(actor, COHORT) is may
