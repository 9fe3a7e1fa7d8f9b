"""The lines of the sync page for leave's commands, and how its rows are listed."""

from desktop.attendance.leave_words import kind_word
from desktop.core.area import KindSpec, Line
from desktop.timetable.store import full_name
from shared.attendance.vocabulary import ATTENDANCE_POLICY, LEAVE_REQUEST, LeaveState
from shared.core.command import Command
from shared.core.projection import Body, ReadRow
from shared.core.text import text
from shared.people.vocabulary import PERSON


def _starts_at(body: Body) -> str:
    return str(body.get("starts_at") or "")


def _person(body: Body) -> str | None:
    return body.get("person_id")


def _state(body: Body) -> str | None:
    return body.get("state")


def _name(body: Body, read: ReadRow) -> str:
    return full_name(read(PERSON, body.get("person_id") or "")) or text("a student")


def _asked(command: Command, read: ReadRow) -> str:
    name = _name(command.payload, read)
    return text("{kind} of {name}", kind=kind_word(command.payload["kind"]), name=name)


def _answered(command: Command, read: ReadRow) -> str:
    name = _name(read(LEAVE_REQUEST, command.target_id) or {}, read)
    return {
        LeaveState.APPROVED: text("Approved leave of {name}", name=name),
        LeaveState.DECLINED: text("Declined leave of {name}", name=name),
        LeaveState.ASKED: text("Took back the answer to {name}", name=name),
        LeaveState.WITHDRAWN: text("Withdrew leave of {name}", name=name),
    }[LeaveState(command.payload["state"])]


def _withdrawn(command: Command, read: ReadRow) -> str:
    if command.payload.get("state") == LeaveState.ASKED:
        return text("Asked again for leave of {name}", name=_name(read(LEAVE_REQUEST, command.target_id) or {}, read))
    return _answered(command, read)


def _policy(_command: Command, _read: ReadRow) -> str:
    return text("Changed when attendance warns")


LINES: dict[str, Line] = {
    "RequestLeave": _asked,
    "AnswerLeave": _answered,
    "WithdrawLeave": _withdrawn,
    "SetAttendancePolicy": _policy,
}
KINDS = {
    LEAVE_REQUEST: KindSpec(sort_text=_starts_at, keys={"person_id": _person, "state": _state}),
    ATTENDANCE_POLICY: KindSpec(),
}
