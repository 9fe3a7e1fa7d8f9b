"""Reviews by students as devices have them: whole for staff, without names for reviewers and authors."""

from shared.core.ids import derived_id
from tests.attendance.classes import COHORT, enrolment_id, person_id
from tests.grading.book_rows import work_id
from tests.grading.marking_rows import TITLE


def review(reviewer, author, title=TITLE, attempt="", **more):
    """Who reviews whom, as those who mark see it."""
    key = derived_id("peer_review", title, reviewer, author)
    body = {
        "id": key,
        "revision": key,
        "assignment_id": work_id(title),
        "cohort_id": COHORT,
        "reviewer_enrolment_id": enrolment_id(reviewer),
        "reviewer_id": person_id(reviewer),
        "author_enrolment_id": enrolment_id(author),
        "author_id": person_id(author),
        "submission_id": attempt or derived_id("submission", title, author, "1"),
        "state": "open",
        "score": None,
        "levels": [],
        "text": "",
        "sent_at": None,
        **more,
    }
    return "peer_review", body


def task(number, title=TITLE, **more):
    """Somebody's work to review, as its reviewer has it."""
    key = f"0198c0de-0000-7000-8000-00000000000{number}"
    body = {
        "id": key,
        "revision": key,
        "assignment_id": work_id(title),
        "cohort_id": COHORT,
        "files": [],
        "answer": f"What number {number} wrote",
        "state": "open",
        "score": None,
        "levels": [],
        "text": "",
        **more,
    }
    return "peer_task", body


def feedback(number, title=TITLE, **more):
    """What a reviewer said of a student's work, as its author has it."""
    key = derived_id("peer_feedback", str(number))
    body = {
        "id": key,
        "revision": key,
        "assignment_id": work_id(title),
        "cohort_id": COHORT,
        "score": None,
        "levels": [],
        "text": f"Said by number {number}",
        **more,
    }
    return "peer_feedback", body
