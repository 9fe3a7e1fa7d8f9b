"""Pure decisions about registers: the effective mark, disagreements, percentages, and why a roll can't be taken.

The rule: observations are append-only and each names those it supersedes. Unsuperseded ones compete by rank: an office
excuse beats a hand-made mark (an office correction counts as one) beats a scan. Two hand-made ones that disagree are a
conflict; the first accepted stays effective until it is settled. Undo and settling are superseding observations.

An approved leave request is an office excuse for every class session that it overlaps. It is derived (`excuse`,
`Excuses`), never stored: whoever computes a mark puts what `Excuses.of` gives beside the stored observations.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.attendance.vocabulary import HAND_MADE, OBSERVATION, REGISTER, AttendanceState, LeaveState, Method
from shared.core.clock import parse_instant
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.text import text
from shared.learning.vocabulary import ENROLMENT
from shared.people.vocabulary import PERSON

OPENS_BEFORE = timedelta(minutes=60)
"""How long before its start a register may be opened."""

ATTENDED = frozenset({AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEFT_EARLY})
"""The states in which someone was there."""
_WITH_MINUTES = frozenset({AttendanceState.LATE, AttendanceState.LEFT_EARLY})
_NOT_ACCEPTED_YET = 1 << 60
_DERIVED = 1 << 59
"""The place of a derived excuse: behind all that was accepted, so that a stored excuse names itself first."""
BY_HAND = 2
"""The rank of hand-made marks, the ones that can disagree."""


def mark_id(session_id: str, enrolment_id: str) -> str:
    """Return the id of the mark of one enrolment in one class session, the same on every device."""
    return derived_id("mark", session_id, enrolment_id)


def register_id(session_id: str) -> str:
    """Return the id of a class session's register, the same on every device."""
    return derived_id("register", session_id)


@dataclass(frozen=True)
class Effective:
    """A mark as it stands: None as `observation` means not recorded; `competing` are those that disagree with it."""

    state: AttendanceState
    minutes: int | None
    observation: Mapping[str, Any] | None
    unsuperseded: tuple[str, ...]
    competing: tuple[Mapping[str, Any], ...] = ()


def rank(observation: Mapping[str, Any]) -> int:
    """Return 3 for an office excuse, 2 for a hand-made mark, 1 for a scan, 0 for a withdrawn one."""
    if observation["state"] == AttendanceState.NONE:
        return 0
    if observation.get("office") and observation["method"] == Method.EXCUSE:
        return 3
    return BY_HAND if observation["method"] in HAND_MADE else 1


def value(observation: Mapping[str, Any]) -> tuple[str, int | None]:
    """Return what two observations must share to agree: the state, and the minutes where they belong to it."""
    minutes = observation.get("minutes") if observation["state"] in _WITH_MINUTES else None
    return str(observation["state"]), minutes or None


def unsuperseded(observations: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the observations that no other one supersedes, in the order in which the server accepted them."""
    kept = list(observations)
    gone = {old for one in kept for old in one.get("supersedes") or ()}
    return sorted(
        (one for one in kept if one["id"] not in gone),
        key=lambda one: (one.get("ordinal") or _NOT_ACCEPTED_YET, one["observed_at"], one["id"]),
    )


def effective(observations: Iterable[Mapping[str, Any]]) -> Effective:
    """Return the mark that follows from all observations of it."""
    standing = unsuperseded(observations)
    names = tuple(one["id"] for one in standing)
    best = max(standing, key=rank, default=None)
    if best is None or rank(best) == 0:
        return Effective(AttendanceState.NONE, None, None, names)
    rivals = tuple(one for one in standing if rank(one) == rank(best) == BY_HAND and value(one) != value(best))
    state, minutes = value(best)
    return Effective(AttendanceState(state), minutes, best, names, rivals)


def overlaps(request: Mapping[str, Any], session: Mapping[str, Any]) -> bool:
    """Tell whether a leave request is about a class session: their times meet, and the class is the one named."""
    if request.get("cohort_id") not in (None, session["cohort_id"]):
        return False
    starts, ends = parse_instant(session["starts_at"]), parse_instant(session["ends_at"])
    return parse_instant(request["starts_at"]) < ends and parse_instant(request["ends_at"]) > starts


def excuse(request: Mapping[str, Any], session: Mapping[str, Any], enrolment_id: str) -> dict[str, Any] | None:
    """Return the observation that an approved leave request stands for in a class session, None where it doesn't.

    Its id is the same on every device, so that whoever sees the excuse and marks otherwise can name it as superseded:
    the student came all the same.
    """
    if request["state"] != LeaveState.APPROVED or not overlaps(request, session):
        return None
    name = derived_id("leave_excuse", request["id"], session["id"])
    return {
        "id": name,
        "revision": request["revision"],
        "session_id": session["id"],
        "enrolment_id": enrolment_id,
        "person_id": request["person_id"],
        "mark_id": mark_id(session["id"], enrolment_id),
        "state": str(AttendanceState.EXCUSED),
        "minutes": None,
        "note": request.get("reason") or "",
        "method": str(Method.EXCUSE),
        "office": True,
        "supersedes": [],
        "author_id": request.get("decided_by") or "",
        "author_name": request.get("decided_by_name") or "",
        "device_name": "",
        "observed_at": request.get("decided_at") or request["starts_at"],
        "received_at": request.get("decided_at"),
        "clock_flagged": False,
        "ordinal": _DERIVED,
        "leave_id": request["id"],
    }


class Excuses:
    """Leave requests by person, ready to be asked about one class session after another."""

    def __init__(self, requests: Iterable[Mapping[str, Any]] = ()) -> None:
        self._by_person: dict[str, list[Mapping[str, Any]]] = {}
        for request in sorted(requests, key=lambda one: str(one["id"])):
            self._by_person.setdefault(request["person_id"], []).append(request)

    def of(self, person_id: str, enrolment_id: str, session: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the derived excuses of a student in a class session; mostly there are none."""
        asked = self._by_person.get(person_id, ())
        found = (excuse(request, session, enrolment_id) for request in asked)
        return [one for one in found if one is not None]

    def about(self, person_id: str, session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the requests of a student that are about a class session, in whatever state."""
        return [request for request in self._by_person.get(person_id, ()) if overlaps(request, session)]


def is_derived(observation: Mapping[str, Any]) -> bool:
    """Tell whether an observation stands for a leave request and isn't stored."""
    return "leave_id" in observation


@dataclass(frozen=True)
class Judgement:
    """What a new observation meets: `rivals` are hand-made ones it did not see and disagrees with."""

    agreed: bool
    rivals: tuple[Mapping[str, Any], ...]
    settles: bool


def judge(standing: Sequence[Mapping[str, Any]], new: Mapping[str, Any]) -> Judgement:
    """Compare a new observation with the unsuperseded ones that it does not name.

    `agreed`: all that remains of its rank or above says the same. `settles`: before it there was a disagreement, after
    it there is none.
    """
    seen = set(new.get("supersedes") or ())
    unseen = [one for one in standing if one["id"] not in seen]
    hand = [one for one in unseen if rank(one) == BY_HAND]
    rivals = tuple(one for one in hand if value(one) != value(new)) if rank(new) == BY_HAND else ()
    same = [one for one in unseen if rank(one) >= rank(new) > 0]
    agreed = bool(same) and all(value(one) == value(new) for one in same)
    before = {value(one) for one in standing if rank(one) == BY_HAND}
    after = {value(one) for one in [*hand, new] if rank(one) == BY_HAND}
    return Judgement(agreed, rivals, len(before) > 1 and len(after) <= 1)


def why_not_taken(session: Mapping[str, Any] | None, now: datetime) -> tuple[str, str] | None:
    """Return (code, sentence) when the register of `session` can't be taken at `now`, or None.

    The sentence gives times in the zone of `now`.
    """
    if session is None:
        return "class_session_unknown", text(
            "This class isn't planned. Add it as an unplanned class, then take the roll."
        )
    if session.get("state") == "cancelled":
        reason = str(session.get("cancel_reason") or "").rstrip(".")
        if reason:
            told = text("This class is cancelled: {reason}. Ask the office to plan it again.", reason=reason)
        else:
            told = text("This class is cancelled. Ask the office to plan it again.")
        return "class_session_cancelled", told
    starts = parse_instant(session["starts_at"])
    if starts - now > OPENS_BEFORE:
        place = starts.astimezone(now.tzinfo).strftime("%d %b %H:%M")
        return "class_session_in_future", text(
            "This class starts on {start}. Its register opens an hour before.", start=place
        )
    return None


def percentage(states: Iterable[str]) -> int | None:
    """Return attended classes as whole percent of those recorded; excused and not recorded ones don't count."""
    counted = [state for state in states if state in ATTENDED or state == AttendanceState.ABSENT]
    if not counted:
        return None
    return round(100 * sum(state in ATTENDED for state in counted) / len(counted))


def _project_observation(command: Command, read: ReadRow) -> Sequence[Draft]:
    payload = command.payload
    enrolment = read(ENROLMENT, payload["enrolment_id"]) or {}
    body = {
        **{name: payload.get(name) for name in ("session_id", "enrolment_id", "state", "minutes")},
        "id": command.id,
        "revision": command.id,
        "person_id": enrolment.get("person_id", ""),
        "mark_id": command.target_id,
        "note": payload.get("note", ""),
        "method": payload.get("method", "hand"),
        "supersedes": list(payload.get("supersedes", ())),
        "author_id": payload.get("author_id", ""),
        "author_name": payload.get("author_name", ""),
        "observed_at": command.observed_at,
        "office": payload.get("office", False),
        "ordinal": 0,
    }
    return [Draft(OBSERVATION, command.id, body, payload["session_id"])]


def _project_register(state: str) -> Projection:
    def project(command: Command, _read: ReadRow) -> Sequence[Draft]:
        finished = state == "finished"
        body = {
            "id": command.target_id,
            "revision": command.id,
            "session_id": command.payload["session_id"],
            "state": state,
            "finished_by": command.payload.get("author_id") if finished else None,
            "finished_by_name": command.payload.get("author_name", "") if finished else "",
            "finished_at": command.observed_at if finished else None,
        }
        return [Draft(REGISTER, command.target_id, body, command.payload["session_id"])]

    return project


def _project_walk_in(command: Command, _read: ReadRow) -> Sequence[Draft]:
    payload = command.payload
    enrolment = {
        "id": command.target_id,
        "revision": command.id,
        "cohort_id": payload["cohort_id"],
        "person_id": payload["person_id"],
        "state": "pending",
        "enrolled_on": command.observed_at[:10],
        "testing": False,
    }
    drafts = [Draft(ENROLMENT, command.target_id, enrolment, payload["cohort_id"])]
    if not payload.get("known"):
        person = {
            "given_name": payload.get("given_name") or "",
            "family_name": payload.get("family_name") or "",
            "number": payload.get("number"),
            "id": payload["person_id"],
            "revision": command.id,
            "state": "active",
            "roles": ["student"],
            "provisional": True,
        }
        drafts.append(Draft(PERSON, payload["person_id"], person))
    return drafts


PROJECTIONS: dict[str, Projection] = {
    "RecordObservation": _project_observation,
    "FinishRegister": _project_register("finished"),
    "ReopenRegister": _project_register("open"),
    "AddWalkIn": _project_walk_in,
}
