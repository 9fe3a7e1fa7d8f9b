"""How rows of the skills logbook and of portfolios are listed, and what their commands say on the sync page."""

from typing import Any

from desktop.core.area import KindSpec, Line
from desktop.timetable.store import full_name
from shared.core.command import Command
from shared.core.projection import Body, ReadRow
from shared.core.text import plural, text
from shared.grading.skill_vocabulary import PORTFOLIO_ITEM, SKILL, SKILL_OBSERVATION, SKILL_SUPERVISOR, Judged
from shared.learning.vocabulary import ENROLMENT
from shared.people.vocabulary import PERSON


def _field(name: str) -> Any:
    def read(body: Body) -> Any:
        return body.get(name)

    return read


def _place(body: Body) -> str:
    return f"{int(body.get('position') or 0):06} {body.get('name') or ''}"


def _at(body: Body) -> str:
    return f"{body.get('at') or ''} {body['id']}"


def _employer(body: Body) -> str:
    return f"{body['employer']} {body['name']}"


KINDS = {
    SKILL: KindSpec(_place, keys={"course_id": _field("course_id"), "state": _field("state")}),
    SKILL_SUPERVISOR: KindSpec(_employer, keys={"state": _field("state")}),
    SKILL_OBSERVATION: KindSpec(
        _at,
        keys={"cohort_id": _field("cohort_id"), "person_id": _field("person_id"), "skill_id": _field("skill_id")},
    ),
    PORTFOLIO_ITEM: KindSpec(_place, keys={"person_id": _field("person_id"), "state": _field("state")}),
}


def _observed(command: Command, read: ReadRow) -> str:
    payload = command.payload
    enrolment = read(ENROLMENT, payload["enrolment_id"]) or {}
    name = full_name(read(PERSON, enrolment.get("person_id", ""))) or text("a student")
    skill = str((read(SKILL, payload["skill_id"]) or {}).get("name") or text("a skill"))
    if payload["judged"] == Judged.COMPETENT:
        return text("Saw {name} competent: {skill}", name=name, skill=skill)
    return text("Saw {name} not yet competent: {skill}", name=name, skill=skill)


def _supervisor(command: Command, _read: ReadRow) -> str:
    words = {"name": command.payload["name"], "employer": command.payload["employer"]}
    if command.payload.get("removed"):
        return text("Took {name} of {employer} off the list of who signs", **words)
    return text("Kept {name} of {employer}, who signs with a PIN", **words)


def _signed(command: Command, _read: ReadRow) -> str:
    name = command.payload["signature"]["name"]
    return plural("{name} signed 1 observation", "{name} signed {n} observations", len(command.targets), name=name)


def _withdrawn(command: Command, _read: ReadRow) -> str:
    if command.payload.get("back"):
        return text("Let an observation count again")
    return text("Took an observation back")


def _chosen(command: Command, _read: ReadRow) -> str:
    if command.payload.get("removed"):
        return text("Took work out of the portfolio")
    return text("Kept work in the portfolio")


LINES: dict[str, Line] = {
    "SaveSkill": lambda command, _read: text("Kept the skill {name}", name=command.payload["name"]),
    "SaveSupervisor": _supervisor,
    "RecordSkillObservation": _observed,
    "SignSkillObservations": _signed,
    "WithdrawSkillObservation": _withdrawn,
    "SavePortfolioItem": _chosen,
}
