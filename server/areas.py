"""The areas of the server, lowest first."""

from server.admissions.area import AREA as ADMISSIONS
from server.attendance.area import AREA as ATTENDANCE
from server.core.area import Area
from server.finance.area import AREA as FINANCE
from server.grading.area import AREA as GRADING
from server.learning.area import AREA as LEARNING
from server.messaging.area import AREA as MESSAGING
from server.people.area import AREA as PEOPLE
from server.timetable.area import AREA as TIMETABLE

AREAS: tuple[Area, ...] = (PEOPLE, MESSAGING, LEARNING, TIMETABLE, ATTENDANCE, FINANCE, GRADING, ADMISSIONS)

KINDS = frozenset(
    {
        "organisation",
        "branch",
        "person",
        "person_photo",
        "merged_person",
        "profile",
        "private_profile",
        "erasure",
        "numbering_rule",
        "role",
        "notice",
        "academic_term",
        "course",
        "cohort",
        "course_right",
        "enrolment",
        "hold",
        "class_session",
        "session_series",
        "room",
        "holiday",
        "live_visit",
        "office_booking",
        "kit_item",
        "kit_loan",
        "kit_photo",
        "kit_booking",
        "kit_policy",
        "observation",
        "register",
        "class_code",
        "class_code_seed",
        "leave_request",
        "attendance_policy",
        "assignment",
        "rubric",
        "rubric_version",
        "submission",
        "extension",
        "mark",
        "mark_entry",
        "mark_note",
        "mark_part",
        "regrade",
        "work_comment",
        "saved_comment",
        "work_group",
        "peer_review",
        "peer_task",
        "peer_feedback",
        "grade_scheme",
        "course_grade",
        "course_grade_entry",
        "skill",
        "skill_supervisor",
        "skill_observation",
        "portfolio_item",
        "ledger_entry",
        "allocation",
        "payment",
        "receipt",
        "receipt_text",
        "receipt_key",
        "till",
        "shift",
        "cash_movement",
        "finance_request",
        "account_note",
        "fee_structure",
        "instalment_plan",
        "discount",
        "discount_use",
        "finance_policy",
        "payment_exception",
        "payment_reminder",
        "enquiry",
        "application_form",
        "application",
        "application_event",
        "conflict",
    }
)
"""The row kinds that the feed carries."""
