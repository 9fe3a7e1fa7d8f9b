"""What the command of rubrics does: make one, and the next version of one."""

from collections.abc import Mapping, Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.grading.ground import refused
from server.grading.kinds import RUBRIC_KIND, VERSION_KIND
from server.learning.service import COURSE_KIND
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.permissions import may_edit_rubrics
from shared.grading.projections import rubric_bodies
from shared.grading.rubric_rules import rubric_fault
from shared.grading.vocabulary import RUBRIC


def save_rubrics(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Make rubrics and their next versions; a version never changes. The same content again is the same version."""
    courses = COURSE_KIND.read(batch, (item.payload.course_id for item in items))
    present = RUBRIC_KIND.read(batch, (item.target.id for item in items))
    versions = VERSION_KIND.read(batch, (body["version_id"] for body in present.values()))
    decisions: list[Decision] = []
    fresh: list[Body] = []
    again: list[Body] = []
    made: list[Body] = []
    for item in items:
        before = present.get(item.target.id)
        refusal = _why_not_saved(item, courses, before, versions)
        decisions.append(refusal or applied(item.command.id))
        if refusal is None:
            rubric, version = rubric_bodies(item.command, before)
            (again if before else fresh).append(rubric)
            made.append(version)
    inserted = RUBRIC_KIND.insert(batch, fresh)
    RUBRIC_KIND.update(batch, again)
    if len(inserted) < len(fresh) or len(VERSION_KIND.insert(batch, made)) < len(made):
        raise RepeatTransactionError
    return decisions


def _why_not_saved(
    item: Item, courses: Mapping[str, Body], before: Body | None, versions: Mapping[str, Body]
) -> Decision | None:
    payload = item.payload
    if payload.course_id not in courses:
        message = text("The course of this rubric hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, RUBRIC)
    if not item.accepted and not may_edit_rubrics(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't make rubrics. Ask whoever teaches the class."))
    wanted = rubric_bodies(item.command, before)
    fault = rubric_fault(wanted[1]["criteria"])
    if not wanted[0]["name"]:
        return rejected(item, "field_invalid", text("Enter a name for the rubric."))
    if fault is not None:
        return refused(item, fault)
    if before is None:
        return None
    if before["course_id"] != payload.course_id:
        return rejected(item, "field_invalid", text("A rubric stays with its course. Make a new one for another."))
    latest = versions[before["version_id"]]
    same = latest["criteria"] == wanted[1]["criteria"]
    same = same and all(before[name] == wanted[0][name] for name in ("name", "state"))
    return agreed(before["revision"]) if same else None


COMMANDS = (CommandType("SaveRubric", PAYLOADS["SaveRubric"], save_rubrics),)
