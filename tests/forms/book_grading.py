"""The forms of marking: work, grades, skills."""

from __future__ import annotations

from typing import Any

from desktop.grading.assignment_dialog import AssignmentDialog
from desktop.grading.extension_dialog import ExtensionDialog
from desktop.grading.groups_dialog import GroupsDialog
from desktop.grading.regrade_view import open_asking
from desktop.grading.rubric_dialog import RubricDialog
from desktop.grading.scheme_dialog import SchemeDialog
from desktop.grading.skill_list_dialog import SkillListDialog
from desktop.grading.supervisors_dialog import SupervisorsDialog
from desktop.widgets.dialog import Dialog
from tests.forms.driving import Form
from tests.forms.sample import Room, settle

TEACHER, ADMIN, STUDENT = "instructor", "administrator", "student"


def cohort(room: Room) -> str:
    """A cohort that this person teaches."""
    return next(str(one["cohort_id"]) for one in room.rows("assignment") if one["cohort_id"] in room.desk.actor.teaches)


def scheme(room: Room) -> Any:
    """Open how grades come about."""
    return SchemeDialog(room.window, room.desk, room.row("grade_scheme", cohort_id=cohort(room)))


def extension(room: Room) -> Any:
    """Open more time for a student."""
    enrolment = room.row("enrolment", cohort_id=cohort(room), state="active")
    work = next(one for one in room.rows("assignment", cohort_id=cohort(room)) if one.get("due_at"))
    return ExtensionDialog(room.window, room.desk, work, enrolment["id"], "Ama Mensah")


def observe(room: Room) -> Any:
    """Open the skills of a cohort and record what was seen."""
    shown: Any = room.page("grading.skills", cohort(room))
    settle()
    if not shown.current():
        shown.view.setCurrentIndex(shown.view.model().index(0, 1))
    shown.record()
    return Dialog.opened_in(room.window)


def asking(room: Room) -> Any:
    """Ask about a mark."""
    mark = room.rows("mark")[0]
    work = room.row("assignment", id=mark["assignment_id"])
    return open_asking(room.window, room.desk, work, room.row("enrolment", id=mark["enrolment_id"]))


def skills(room: Room) -> Any:
    """Open the list of a course's skills."""
    course_id = room.row("skill")["course_id"]
    return SkillListDialog(room.window, room.desk, room.row("course", id=course_id))


GRADING = (
    Form("grading.AssignmentDialog", TEACHER, lambda room: AssignmentDialog(room.window, room.desk, cohort(room))),
    Form(
        "grading.RubricDialog",
        TEACHER,
        lambda room: RubricDialog(room.window, room.desk, cohort(room)),
        {"Points": "5|3"},
    ),
    Form("grading.SchemeDialog", TEACHER, scheme),
    Form("grading.ExtensionDialog", TEACHER, extension),
    Form(
        "grading.GroupsDialog",
        TEACHER,
        lambda room: GroupsDialog(room.window, room.desk, room.row("assignment", cohort_id=cohort(room))),
    ),
    Form("grading.SkillListDialog", TEACHER, skills),
    Form("grading.ObservationDialog", TEACHER, observe),
    Form(
        "grading.SupervisorsDialog",
        TEACHER,
        lambda room: SupervisorsDialog(room.window, room.desk, 2**4),
        {"PIN": "482913", "The PIN again": "482913"},
    ),
    Form("grading.WordsDialog", STUDENT, asking),
)
