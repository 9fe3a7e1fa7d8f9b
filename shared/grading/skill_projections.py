"""What commands about skills make of rows, the same on both sides."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.grading.skill_vocabulary import SKILL, SKILL_OBSERVATION, SKILL_SUPERVISOR, ObservationState, Proof
from shared.grading.vocabulary import KeptState
from shared.grading.work_rules import handed_in_at
from shared.learning.vocabulary import ENROLMENT

Body = dict[str, Any]
_NEVER = "9999-12-31T00:00:00.000Z"


def _state(payload: Mapping[str, Any]) -> str:
    return str(KeptState.REMOVED if payload.get("removed") else KeptState.KEPT)


def skill_body(command: Command) -> Body:
    """Return the skill that a `SaveSkill` keeps."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "course_id": payload["course_id"],
        "name": payload["name"].strip(),
        "seen": payload.get("seen", "").strip(),
        "heading": payload.get("heading", "").strip(),
        "position": int(payload.get("position", 0)),
        "proof": str(payload.get("proof", Proof.SIGNED)),
        "needed": int(payload.get("needed", 1)),
        "state": _state(payload),
    }


def supervisor_body(command: Command) -> Body:
    """Return the supervisor that a `SaveSupervisor` keeps."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "employer": payload["employer"].strip(),
        "name": payload["name"].strip(),
        "verifier": payload["verifier"],
        "state": _state(payload),
    }


def _signature(given: Mapping[str, Any] | None) -> Body | None:
    if given is None:
        return None
    kept: Body = {"how": str(given["how"]), "name": given["name"].strip(), "employer": given["employer"].strip()}
    return {**kept, "supervisor_id": given.get("supervisor_id"), "file": given.get("file")}


def _at(command: Command, received_at: str) -> str:
    return handed_in_at(command.observed_at, command.clock_offset, received_at or _NEVER)


def _author(command: Command, by: tuple[str, str]) -> tuple[str, str]:
    payload = command.payload
    return by[0] or payload.get("author_id", ""), by[1] or payload.get("author_name", "")


def observation_body(
    command: Command, enrolment: Mapping[str, Any], by: tuple[str, str] = ("", ""), received_at: str = ""
) -> Body:
    """Return the observation that a `RecordSkillObservation` makes; `by` is the id and name of whoever watched."""
    payload, at = command.payload, _at(command, received_at)
    signature = _signature(payload.get("signature"))
    observer = _author(command, by)
    return {
        "id": command.target_id,
        "revision": command.id,
        "skill_id": payload["skill_id"],
        "enrolment_id": enrolment["id"],
        "cohort_id": enrolment["cohort_id"],
        "person_id": enrolment["person_id"],
        "judged": str(payload["judged"]),
        "note": payload.get("note", "").strip(),
        "place": payload.get("place", "").strip(),
        "files": [dict(one) for one in payload.get("files") or ()],
        "observer_id": observer[0],
        "observer_name": observer[1],
        "at": at,
        "signature": signature,
        "signed_at": at if signature else None,
        "witness_id": observer[0] if signature else "",
        "witness_name": observer[1] if signature else "",
        "state": str(ObservationState.KEPT),
        "withdrawn_reason": "",
        "withdrawn_by_name": "",
    }


def signed(
    observation: Mapping[str, Any], command: Command, by: tuple[str, str] = ("", ""), received_at: str = ""
) -> Body:
    """Return an observation as a `SignSkillObservations` leaves it; `by` is who let the employer sign."""
    witness = _author(command, by)
    return {
        **observation,
        "signature": _signature(command.payload["signature"]),
        "signed_at": _at(command, received_at),
        "witness_id": witness[0],
        "witness_name": witness[1],
        "revision": command.id,
    }


def withdrawn(observation: Mapping[str, Any], command: Command, by_name: str = "") -> Body:
    """Return an observation as a `WithdrawSkillObservation` leaves it."""
    payload, back = command.payload, bool(command.payload.get("back"))
    name = "" if back else _author(command, ("", by_name))[1]
    return {
        **observation,
        "state": str(ObservationState.KEPT if back else ObservationState.WITHDRAWN),
        "withdrawn_reason": "" if back else payload.get("reason", "").strip(),
        "withdrawn_by_name": name,
        "revision": command.id,
    }


def _save_skill(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = skill_body(command)
    return [Draft(SKILL, body["id"], body, body["course_id"])]


def _save_supervisor(command: Command, _read: ReadRow) -> Sequence[Draft]:
    return [Draft(SKILL_SUPERVISOR, command.target_id, supervisor_body(command))]


def _draft(body: Body) -> Draft:
    return Draft(SKILL_OBSERVATION, body["id"], body, body["enrolment_id"])


def _observe(command: Command, read: ReadRow) -> Sequence[Draft]:
    enrolment = read(ENROLMENT, command.payload["enrolment_id"])
    return [] if enrolment is None else [_draft(observation_body(command, enrolment))]


def _sign(command: Command, read: ReadRow) -> Sequence[Draft]:
    found = [read(SKILL_OBSERVATION, target.id) for target in command.targets]
    # The first signature counts: another device's may have come between.
    return [
        _draft(signed(one, command))
        for one in found
        if one is not None and (not one["signature"] or one["revision"] == command.id)
    ]


def _withdraw(command: Command, read: ReadRow) -> Sequence[Draft]:
    found = read(SKILL_OBSERVATION, command.target_id)
    return [] if found is None else [_draft(withdrawn(found, command))]


PROJECTIONS: dict[str, Projection] = {
    "SaveSkill": _save_skill,
    "SaveSupervisor": _save_supervisor,
    "RecordSkillObservation": _observe,
    "SignSkillObservations": _sign,
    "WithdrawSkillObservation": _withdraw,
}
