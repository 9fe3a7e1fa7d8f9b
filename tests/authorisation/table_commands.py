"""What commands ask for, as a device brings them; one line for each type."""

from collections.abc import Mapping
from typing import Any

from shared.people.vocabulary import Permission
from tests.authorisation import table_admissions, table_earnings, table_money, table_online, table_overdue
from tests.authorisation.rules import (
    ATTENDS,
    NOT_OWN,
    OWN_ROW,
    SEES_CLASS,
    Body,
    Entry,
    Rule,
    given,
    has,
    holds,
    naming,
    teaches,
)
from tests.authorisation.table_people import CHANGES_PERSON
from tests.authorisation.table_teaching import MARKS, TAKES

P = Permission


def _changing(**values: Any) -> Body:
    return given(changes={name: {"old": None, "new": value} for name, value in values.items()})


def _changing_of(values: Mapping[str, Any], **kinds: str) -> Body:
    return naming({"changes": {name: {"old": None, "new": value} for name, value in values.items()}}, **kinds)


EDITS_WORK = (has(P.ASSIGNMENTS_EDIT) & has(P.MARKS_MODERATE, P.MARKS_CORRECT)) | teaches(P.ASSIGNMENTS_EDIT, "edit")
RELEASES = (has(P.MARKS_RELEASE) & has(P.MARKS_MODERATE, P.MARKS_CORRECT)) | teaches(P.MARKS_RELEASE, "publish")
_WORK = {"assignment_id": "assignment", "enrolment_id": "enrolment"}
_NEW = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_HANDS_IN = OWN_ROW & ATTENDS & holds(P.WORK_HAND_IN)
_TIMES = {"starts_at": "2027-01-20T08:00:00Z", "ends_at": "2027-01-20T10:00:00Z"}


def _command(name: str, rule: Rule, body: Body | None = None, row: str = "", **more: Any) -> Entry:
    return Entry(f"COMMAND {name}", rule, body, row=row, **more)


def _graded(name: str, rule: Rule, body: Body | None = None, row: str = "") -> Entry:
    return _command(name, rule, body, row, holds_back=True)


PEOPLE = (
    _command("AddPerson", holds(P.PEOPLE_EDIT), given(given_name="Quite", family_name="New")),
    _command("EditPerson", CHANGES_PERSON, _changing(given_name="Abena"), "person"),
    _command("SetPersonState", CHANGES_PERSON, given(state="inactive", old_state="active"), "person"),
    _command("SetPersonRoles", has(P.ROLES_ASSIGN), given(roles=["auditor"], old_roles=["student"]), "person"),
    _command("ErasePerson", has(P.PEOPLE_ERASE) & NOT_OWN, given(reason="Asked for it"), "person"),
    _command("MergePeople", has(P.PEOPLE_MERGE), naming(from_id="person"), "person"),
    _command("UndoMerge", holds(P.PEOPLE_MERGE), given(merge_id=_NEW), "person"),
    _command("RemovePerson", has(P.PEOPLE_BULK) & NOT_OWN, given(reason="Typed twice"), "person"),
    _command("GiveNumbers", has(P.PEOPLE_EDIT), given(), "person"),
    _command("SaveRole", holds(P.ROLES_EDIT), given(key="x", changes={"name": {"new": "X"}}), "role_x"),
    _command("RemoveRole", holds(P.ROLES_EDIT), given(), "role_id"),
    _command("SetNumbering", holds(P.ORGANISATION_EDIT), _changing(prefix="S-"), "numbering"),
    _command("AddBranch", holds(P.ORGANISATION_EDIT), given(name="Tema")),
    _command("EditBranch", has(P.ORGANISATION_EDIT), _changing(name="Ho"), "branch"),
    _command("EditOrganisation", holds(P.ORGANISATION_EDIT), _changing(motto="Onward"), "home"),
)
LEARNING = (
    _command("AddCourse", holds(P.COURSES_EDIT), given(code="NEW", title="New")),
    _command("EditCourse", has(P.COURSES_EDIT), _changing(title="Other"), "course"),
    _command("AddCohort", has(P.COURSES_EDIT), naming({"code": "N-1", "name": "New"}, course_id="course")),
    _command("EditCohort", has(P.COURSES_EDIT), _changing(name="Other"), "cohort"),
    _command("AddAcademicTerm", holds(P.COURSES_EDIT), given(name="T9", starts_on="2027-09-07", ends_on="2027-12-18")),
    _command("EditAcademicTerm", has(P.COURSES_EDIT), _changing(name="T8"), "term"),
    _command("EnrolPerson", has(P.ENROLMENTS_EDIT), naming(cohort_id="cohort", person_id="person")),
    _command("SetEnrolmentState", has(P.ENROLMENTS_EDIT), given(state="suspended", old_state="active"), "enrolment"),
    _command("ConfirmEnrolment", has(P.ENROLMENTS_EDIT), given(), "pending"),
    _command(
        "PlanClassSession",
        has(P.SESSIONS_PLAN) | teaches(P.SESSIONS_ADD_OWN, "attend"),
        naming({**_TIMES, "unplanned": True}, cohort_id="cohort"),
    ),
    _command("EditClassSession", has(P.SESSIONS_PLAN), _changing(room="Lab 1"), "session"),
    _command("AddRoom", holds(P.SESSIONS_PLAN), given(name="Attic")),
    _command("AddHoliday", holds(P.SESSIONS_PLAN), given(name="D", starts_on="2027-05-01", ends_on="2027-05-01")),
    _command("JoinLiveSession", SEES_CLASS, naming(session_id="live")),
    _command("AddKitItem", holds(P.KIT_MANAGE), given(name="Camera 9", number="CAM-9")),
)
ATTENDANCE = (
    _command(
        "RecordObservation",
        TAKES,
        naming({"state": "present"}, session_id="session", enrolment_id="enrolment"),
        "observed",
    ),
    _command("FinishRegister", TAKES, naming(session_id="session"), "session"),
    _command("ReopenRegister", TAKES, naming(session_id="finished"), "finished"),
    _command(
        "AddWalkIn",
        has(P.REGISTERS_TAKE_ANY, P.ENROLMENTS_EDIT) | teaches(P.REGISTERS_TAKE_OWN, "attend"),
        naming({"given_name": "Walk", "person_id": _NEW}, session_id="session", cohort_id="cohort"),
    ),
    _graded(
        "AnswerLeave",
        (has(P.REGISTERS_CORRECT) | teaches(P.REGISTERS_TAKE_OWN, "attend")) & NOT_OWN,
        given(state="approved", answer="Yes", old_state="asked"),
        "leave",
    ),
    _command("SetAttendancePolicy", holds(P.ORGANISATION_EDIT), _changing(warn_percent=80), "policy"),
)
GRADING = (
    _graded("AddAssignment", EDITS_WORK, naming({"title": "New"}, cohort_id="cohort")),
    _graded("EditAssignment", EDITS_WORK, _changing(title="Other"), "assignment"),
    _graded("RemoveAssignment", EDITS_WORK, given(), "assignment"),
    _graded("SetGradeScheme", EDITS_WORK, _changing_of({"places": 2}, cohort_id="cohort"), "scheme"),
    _graded("LockGrades", has(P.GRADES_PUBLISH), naming({"locked": True}, cohort_id="cohort"), "scheme"),
    _graded("SaveWork", _HANDS_IN, naming({"text": "Mine"}, **_WORK)),
    _graded("HandIn", _HANDS_IN, naming({"text": "Mine"}, **_WORK)),
    _graded(
        "GrantExtension", EDITS_WORK, naming({"due_at": "2027-01-01T08:00:00Z", "reason": "Ill"}, **_WORK), "extension"
    ),
    _graded("RecordMark", MARKS, naming({"status": "marked", "score": "12", "finished": True}, **_WORK), "mark"),
    _graded(
        "CorrectMark",
        MARKS,
        naming({"status": "marked", "score": "12", "finished": True, "reason": "Sum"}, **_WORK),
        "mark",
    ),
    _graded("ReleaseMarks", RELEASES, naming(assignment_id="assignment"), "mark"),
    _graded("AddMarkNote", MARKS, naming({"text": "Ask him"}, **_WORK)),
    _graded("SaveComment", holds(P.MARKS_RECORD, P.MARKS_MODERATE, P.MARKS_CORRECT), given(text="Good")),
    _graded("SaveSkill", has(P.ASSIGNMENTS_EDIT), naming({"name": "New"}, course_id="course")),
    _graded(
        "RecordSkillObservation", MARKS, naming({"judged": "competent"}, skill_id="skill", enrolment_id="enrolment")
    ),
    _graded("SetGroups", EDITS_WORK, naming(assignment_id="assignment"), "groups"),
    _graded("ShareOutReviews", EDITS_WORK, given(), "assignment"),
    _graded("AskRegrade", _HANDS_IN, naming({"reason": "Page 2"}, **_WORK)),
)
ENTRIES: tuple[Entry, ...] = (*PEOPLE, *LEARNING, *ATTENDANCE, *GRADING)

BY_ROUTE = {
    **table_admissions.BY_ROUTE,
    **table_online.BY_ROUTE,
    "AddBreachLine": "POST /api/v1/breaches/{row_id}/lines",
    "AnswerConsent": "POST /api/v1/consents/mine",
    "BookKit": "POST /api/v1/kit-bookings",
    "BookOfficeHours": "POST /api/v1/class-sessions/{row_id}/bookings",
    "CancelKitBooking": "POST /api/v1/kit-bookings/{row_id}/cancel",
    "EditHoliday": "PATCH /api/v1/holidays/{row_id}",
    "EditKitItem": "PATCH /api/v1/kit-items/{row_id}",
    "EditProfile": "PATCH /api/v1/users/{person_id}/profile",
    "EditRoom": "PATCH /api/v1/rooms/{row_id}",
    "EditSessionSeries": "PATCH /api/v1/class-sessions/series/{row_id}",
    "LendKit": "POST /api/v1/kit-items/{row_id}/loans",
    "LiftKitBlock": "POST /api/v1/kit-loans/{row_id}/lift-block",
    "MarkNoticesRead": "POST /api/v1/notices/read",
    "NoteBreach": "POST /api/v1/breaches",
    "PublishConsentText": "POST /api/v1/consent-texts",
    "PlanSessionSeries": "POST /api/v1/class-sessions/series",
    "PublishGrades": "POST /api/v1/cohorts/{cohort_id}/course-grades",
    "RequestLeave": "POST /api/v1/leave-requests",
    "ReturnKit": "POST /api/v1/kit-loans/{row_id}/return",
    "SetCourseRights": "PUT /api/v1/courses/{course_id}/rights/{person_id}",
    "SetKitPolicy": "PUT /api/v1/kit-items/limits",
    "SetMarks": "PUT /api/v1/assignments/{assignment_id}/marks",
    "SetPersonPhoto": "PUT /api/v1/users/{person_id}/photo",
    "WithdrawLeave": "POST /api/v1/leave-requests/{row_id}/withdrawal",
    **table_money.BY_ROUTE,
    **table_overdue.BY_ROUTE,
    **table_earnings.BY_ROUTE,
}
"""Commands that a route of the table sends, with the same check behind it."""
ELSEWHERE = {
    "AddWorkComment": "tests/grading/test_assignment_service.py",
    "AnswerRegrade": "tests/grading/test_regrade_service.py",
    "AssignReview": "tests/grading/test_peer_service.py",
    "CancelOfficeBooking": "tests/timetable/test_live_service.py",
    "CheckInByCode": "tests/attendance/test_check_in_service.py",
    "EditPrivateProfile": "tests/people/test_profile_service.py",
    "EditWorkComment": "tests/grading/test_assignment_service.py",
    "LeaveLiveSession": "tests/timetable/test_live_service.py",
    "RecordGroupMark": "tests/grading/test_groups_service.py",
    "RecordMarkPart": "tests/grading/test_part_service.py",
    "RemoveImported": "tests/learning/test_import_undo.py",
    "RemoveRolledOver": "tests/learning/test_rollover.py",
    "RemoveRolledSeries": "tests/learning/test_rollover.py",
    "RemoveReview": "tests/grading/test_peer_service.py",
    "RemoveWorkComment": "tests/grading/test_assignment_service.py",
    "ReturnWork": "tests/grading/test_work_service.py",
    "SavePortfolioItem": "tests/grading/test_skill_service.py",
    "SaveRubric": "tests/grading/test_assignment_service.py",
    "SaveReview": "tests/grading/test_peer_service.py",
    "SaveSupervisor": "tests/grading/test_skill_service.py",
    "SettleConflict": "tests/attendance/test_register_service.py",
    "SignSkillObservations": "tests/grading/test_skill_service.py",
    "WithdrawSkillObservation": "tests/grading/test_skill_service.py",
    **table_money.ELSEWHERE,
    **table_earnings.ELSEWHERE,
}
"""Commands on rows that several others have to make first: who may send them is held by these tests."""
