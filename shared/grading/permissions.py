"""Who sets work, marks it, sees marks before they are released, releases, corrects and locks them."""

from shared.core.actor import Actor
from shared.learning.course_rights import CourseRight
from shared.people.vocabulary import Permission


def _for_cohort(actor: Actor, permission: Permission, right: CourseRight, cohort_id: str) -> bool:
    """Whoever teaches the cohort with this right; a moderator in every one, and staff who see the whole institute."""
    if not actor.may(permission):
        return False
    everywhere = actor.may(Permission.MARKS_MODERATE) or actor.may(Permission.MARKS_CORRECT)
    return everywhere or actor.teaches_with(right, cohort_id)


def may_edit_assignments(actor: Actor, cohort_id: str) -> bool:
    """`assignments.edit`, in the cohorts that one teaches."""
    return _for_cohort(actor, Permission.ASSIGNMENTS_EDIT, CourseRight.EDIT, cohort_id)


def may_edit_rubrics(actor: Actor) -> bool:
    """Whoever sets work makes rubrics."""
    return actor.may(Permission.ASSIGNMENTS_EDIT)


def may_mark(actor: Actor, cohort_id: str) -> bool:
    """`marks.record` in the cohorts that one teaches; `marks.moderate` and `marks.correct` in every one."""
    if actor.may(Permission.MARKS_MODERATE) or actor.may(Permission.MARKS_CORRECT):
        return True
    return actor.may(Permission.MARKS_RECORD) and actor.teaches_with(CourseRight.MARK, cohort_id)


def marks_work(actor: Actor) -> bool:
    """Tell whether someone marks work at all, in whichever cohorts."""
    words = (Permission.MARKS_RECORD, Permission.MARKS_MODERATE, Permission.MARKS_CORRECT)
    return any(actor.may(word) for word in words)


def sees_marks(actor: Actor) -> bool:
    """Tell whether someone who sees the whole institute sees work and marks, too: not those at the cash desk."""
    return marks_work(actor) or actor.may(Permission.GRADES_PUBLISH) or actor.may(Permission.AUDIT_READ)


def moderates_marks(actor: Actor) -> bool:
    """`marks.moderate` sees what two markers gave, settles where they differ, and marks in every cohort."""
    return actor.may(Permission.MARKS_MODERATE)


def sees_parts(actor: Actor) -> bool:
    """Of those who see the whole institute, only moderators and auditors see what one of two has given."""
    return moderates_marks(actor) or actor.may(Permission.AUDIT_READ)


def may_see_gradebook(actor: Actor, cohort_id: str) -> bool:
    """Whoever marks in the cohort, and staff who see all marks."""
    teaches = actor.may(Permission.MARKS_RECORD) and cohort_id in actor.teaches
    return teaches or may_mark(actor, cohort_id) or (actor.may(Permission.SEE_ALL) and sees_marks(actor))


def may_see_transcript(actor: Actor, person_id: str) -> bool:
    """Everybody sees the own; whoever sees the whole institute and its marks sees each."""
    return actor.person_id == person_id or (actor.may(Permission.SEE_ALL) and sees_marks(actor))


def may_correct_marks(actor: Actor) -> bool:
    """`marks.correct` changes marks that are released or locked; others' changes go to review."""
    return actor.may(Permission.MARKS_CORRECT)


def may_release_marks(actor: Actor, cohort_id: str) -> bool:
    """`marks.release`, in the cohorts that one teaches."""
    return _for_cohort(actor, Permission.MARKS_RELEASE, CourseRight.PUBLISH, cohort_id)


def may_set_scheme(actor: Actor, cohort_id: str) -> bool:
    """Whoever sets a cohort's work says how its grades come about."""
    return may_edit_assignments(actor, cohort_id)


def may_lock_grades(actor: Actor) -> bool:
    """`grades.publish` closes a cohort's marks, and opens them again."""
    return actor.may(Permission.GRADES_PUBLISH)


def may_publish_grades(actor: Actor) -> bool:
    """`grades.publish` tells students what their course came to."""
    return actor.may(Permission.GRADES_PUBLISH)


def may_hand_in(actor: Actor, person_id: str) -> bool:
    """Students hand in their own work."""
    return actor.person_id == person_id and actor.may(Permission.WORK_HAND_IN)
