"""The lines of the sync page for attendance's commands, and how its rows are listed."""

from desktop.attendance import code_store, leave_lines
from desktop.attendance.words import spoken_words
from desktop.core.area import KindSpec, Line, StoreArea
from desktop.timetable.lines import session_words
from desktop.timetable.store import full_name
from shared.attendance import check_in, leave_commands, leave_rules
from shared.attendance.commands import PAYLOADS, TYPE_VERSIONS
from shared.attendance.rules import PROJECTIONS
from shared.attendance.vocabulary import OBSERVATION, REGISTER, AttendanceState
from shared.core.command import Command
from shared.core.projection import Body, ReadRow
from shared.core.text import text
from shared.learning.vocabulary import ENROLMENT
from shared.people.vocabulary import PERSON
from shared.timetable.vocabulary import CLASS_SESSION


def _enrolment(body: Body) -> str | None:
    return body.get("enrolment_id")


def _person(body: Body) -> str | None:
    return body.get("person_id")


def _observed_at(body: Body) -> str:
    return str(body.get("observed_at") or "")


def _state(body: Body) -> str | None:
    return body.get("state")


def _student(command: Command, read: ReadRow) -> str:
    enrolment = read(ENROLMENT, command.payload["enrolment_id"]) or {}
    return full_name(read(PERSON, enrolment.get("person_id", ""))) or text("a student")


def _observed(command: Command, read: ReadRow) -> str:
    name, state = _student(command, read), command.payload["state"]
    if state == AttendanceState.NONE:
        if command.payload.get("note"):
            return text("Wrote a note on {name}", name=name)
        return text("Took back the mark of {name}", name=name)
    minutes = command.payload.get("minutes")
    if minutes:
        word = spoken_words(state, None)
        return text("Marked {name} {state}, {minutes} min", name=name, state=word, minutes=minutes)
    return text("Marked {name} {state}", name=name, state=spoken_words(state, None))


def _class_of(command: Command, read: ReadRow) -> str:
    session = read(CLASS_SESSION, command.payload["session_id"])
    return session_words(session, read) if session else text("a class")


def _finished(command: Command, read: ReadRow) -> str:
    return text("Finished the register of {class_}", class_=_class_of(command, read))


def _reopened(command: Command, read: ReadRow) -> str:
    return text("Reopened the register of {class_}", class_=_class_of(command, read))


def _walked_in(command: Command, read: ReadRow) -> str:
    name = full_name(read(PERSON, command.payload["person_id"])) or full_name(command.payload)
    return text("Added {name} to the register of {class_}", name=name, class_=_class_of(command, read))


LINES: dict[str, Line] = {
    "RecordObservation": _observed,
    "FinishRegister": _finished,
    "ReopenRegister": _reopened,
    "AddWalkIn": _walked_in,
}
KINDS = {
    OBSERVATION: KindSpec(
        sort_text=_observed_at, keys={"enrolment_id": _enrolment, "person_id": _person, "state": _state}
    ),
    REGISTER: KindSpec(keys={"state": _state}),
}
STORE = StoreArea(
    kinds={**KINDS, **leave_lines.KINDS, **code_store.KINDS},
    projections={**PROJECTIONS, **leave_rules.PROJECTIONS, **check_in.PROJECTIONS},
    type_versions={**TYPE_VERSIONS, **leave_commands.TYPE_VERSIONS, **check_in.TYPE_VERSIONS},
    lines={**LINES, **leave_lines.LINES, **code_store.LINES},
    payloads={**PAYLOADS, **leave_commands.PAYLOADS, **check_in.PAYLOADS},
)
