"""The forms of courses, admissions, attendance and letters."""

from __future__ import annotations

from typing import Any

from desktop.admissions.enquirers_page import RemoveDialog
from desktop.admissions.enquiry_dialogs import EnquiryDialog
from desktop.attendance.bulk_answer_dialog import BulkAnswerDialog
from desktop.attendance.leave_dialog import LeaveDialog
from desktop.attendance.policy_dialog import PolicyDialog
from desktop.widgets.dialog import Dialog
from shared.admissions.vocabulary import ApplicationState
from shared.core.clock import instant_text
from tests.forms.driving import Form
from tests.forms.sample import Room, settle

ADMIN, REGISTRAR, TEACHER, STUDENT = "administrator", "registrar", "instructor", "student"


def plain(sort: Any, *more: Any) -> Any:
    """Open a dialog that needs nothing but the desk."""
    return lambda room: sort(room.window, room.desk, *more)


def learner(room: Room) -> str:
    """A student."""
    return str(room.row("enrolment", state="active")["person_id"])


def application(room: Room, act: str, *more: Any) -> Any:
    """Open the review of an application, and a dialog of it."""
    row = next(
        one for one in room.rows("application") if one["state"] not in {"draft", "approved", "rejected", "withdrawn"}
    )
    shown: Any = room.page("admissions.application", row["id"])
    settle()
    line = shown.line
    {
        "write": lambda: shown.write(line),
        "plan": lambda: shown.plan(line),
        "decide": lambda: shown.decide([line], *more),
    }[act]()
    return Dialog.opened_in(room.window)


def held(room: Room) -> Any:
    """A class of one's own that was held, and whose register nobody finished."""
    finished = {one["session_id"] for one in room.rows("register") if one.get("finished_at")}
    now = instant_text(room.desk.clock.now())
    return next(
        one
        for one in room.rows("class_session")
        if one["cohort_id"] in room.desk.actor.teaches and one["id"] not in finished and one["ends_at"] < now
    )


def register(room: Room, act: str) -> Any:
    """Open a register and a dialog of it."""
    row = held(room)
    shown: Any = room.page("attendance.register", row["id"])
    settle()
    getattr(shown, act)()
    return Dialog.opened_in(room.window)


def form_part(room: Room, act: str, *given: Any) -> Any:
    """Open the page of an application form and a dialog of it."""
    return room.through("admissions.form", act, *given, entity_id=room.row("application_form")["id"])


def through(page: str, act: str, kind: str = "") -> Any:
    """Open a page and a dialog of it."""
    return lambda room: room.through(page, act, entity_id=room.row(kind)["id"] if kind else None)


ADMISSIONS = (
    Form("admissions.EnquiryDialog", REGISTRAR, plain(EnquiryDialog, None)),
    Form(
        "admissions.FollowUpDialog",
        REGISTRAR,
        lambda room: room.through("admissions.enquiries", "follow_up", room.row("enquiry", state="open")["id"]),
    ),
    Form(
        "admissions.RemoveDialog",
        REGISTRAR,
        lambda room: RemoveDialog(room.window, "Kofi Darko", lambda _reason: None),
    ),
    Form("admissions.FieldDialog", REGISTRAR, lambda room: form_part(room, "edit_field", 0, -1)),
    Form(
        "admissions.PartDialog document",
        REGISTRAR,
        lambda room: form_part(room, "edit_part", "documents", "Document", -1),
    ),
    Form("admissions.PartDialog charge", REGISTRAR, lambda room: form_part(room, "edit_part", "charges", "Charge", -1)),
    Form(
        "admissions.form page",
        REGISTRAR,
        lambda room: room.page("admissions.form", room.row("application_form")["id"]),
        {"Application fee": "120"},
        aside=("Date of birth", "Home", "Guardian or next of kin", "What you made so far"),  # as applicants will see it
    ),
    Form("admissions.WriteDialog", REGISTRAR, lambda room: application(room, "write")),
    Form("admissions.InterviewDialog", REGISTRAR, lambda room: application(room, "plan")),
    Form("admissions.DecisionDialog", REGISTRAR, lambda room: application(room, "decide", ApplicationState.APPROVED)),
    Form(
        "admissions.DecisionDialog reject",
        REGISTRAR,
        lambda room: application(room, "decide", ApplicationState.REJECTED),
    ),
    Form("admissions.apply page", STUDENT, lambda room: room.page("admissions.apply")),
)
LEARNING = (
    Form("learning.course", REGISTRAR, through("learning.courses", "new")),
    Form("learning.cohort", REGISTRAR, through("learning.course", "new", "course")),
    Form("learning.term", REGISTRAR, through("learning.terms", "new")),
)
ATTENDANCE = (
    Form("attendance.LeaveDialog", REGISTRAR, lambda room: LeaveDialog(room.window, room.desk, learner(room))),
    Form(
        "attendance.LeaveDialog student",
        STUDENT,
        lambda room: LeaveDialog(room.window, room.desk, room.desk.actor.person_id),
    ),
    Form("attendance.PolicyDialog", ADMIN, plain(PolicyDialog), {"Attendance below": "70"}),
    Form(
        "attendance.AnswerDialog",
        REGISTRAR,
        lambda room: room.through("attendance.leave", "open", room.row("leave_request", state="asked")["id"]),
    ),
    Form("attendance.BulkAnswerDialog", REGISTRAR, lambda room: BulkAnswerDialog(room.window, 2)),
    Form("attendance.WalkInDialog", TEACHER, lambda room: register(room, "add_walk_in"), {"Name": "Zubaida Quaynor"}),
    Form(
        "attendance.sheet page",
        TEACHER,
        lambda room: room.page("attendance.sheet", held(room)["id"]),
        {"Who wasn't present": "1A"},
    ),
)
