"""What a student may ask with a class code: to be marked as here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import ConfigDict, Field

from shared.attendance.scans import state_when
from shared.attendance.vocabulary import OBSERVATION, Method
from shared.core.actor import Actor
from shared.core.clock import parse_instant
from shared.core.command import Command, Id
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.strict import StrictModel
from shared.learning.vocabulary import ENROLMENT
from shared.timetable.vocabulary import CLASS_SESSION

CLASS_CODE = "class_code"
"""The kind of the rows with an anchor: everybody of the class has them."""
CLASS_CODE_SEED = "class_code_seed"
"""The kind of the rows with a seed: they go to whoever may take the register."""


class CheckInByCode(StrictModel):
    """Say by the code on show that one is here (target: the mark, see `rules.mark_id`).

    The new observation's id is the command's. What it says follows from when it was made.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    session_id: Id
    enrolment_id: Id
    code: str = Field(min_length=8, max_length=8, pattern="^[0-9A-HJKMNP-TV-Z]{8}$")


PAYLOADS: dict[str, type[StrictModel]] = {"CheckInByCode": CheckInByCode}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)


def may_check_in(actor: Actor, person_id: str) -> bool:
    """Everybody checks in for himself or herself alone."""
    return actor.person_id == person_id


def corrected(observed_at: str, clock_offset: int) -> datetime:
    """Return when something was observed by the server's clock, as far as the device knew it (offset in ms)."""
    return parse_instant(observed_at) + timedelta(milliseconds=clock_offset)


def _project(command: Command, read: ReadRow) -> Sequence[Draft]:
    payload = command.payload
    session = read(CLASS_SESSION, payload["session_id"])
    if session is None:
        return []
    state, minutes = state_when(session, corrected(command.observed_at, command.clock_offset))
    enrolment = read(ENROLMENT, payload["enrolment_id"]) or {}
    body = {
        "id": command.id,
        "revision": command.id,
        "session_id": payload["session_id"],
        "enrolment_id": payload["enrolment_id"],
        "person_id": enrolment.get("person_id", ""),
        "mark_id": command.target_id,
        "state": str(state),
        "minutes": minutes,
        "note": "",
        "method": str(Method.CODE),
        "supersedes": [],
        "author_id": payload.get("author_id", ""),
        "author_name": payload.get("author_name", ""),
        "observed_at": command.observed_at,
        "office": False,
        "ordinal": 0,
    }
    return [Draft(OBSERVATION, command.id, body, payload["session_id"])]


PROJECTIONS: dict[str, Projection] = {"CheckInByCode": _project}
