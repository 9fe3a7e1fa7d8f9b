"""The code of whoever sent somebody, as it is typed on coming: kept whatever it is, and taken where it can be."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field

from shared.core.actor import Actor
from shared.core.command import Command, Id
from shared.core.ids import derived_id
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.vocabulary import Permission

TYPED_CODE = "typed_code"
_ADMITS = Permission.ADMISSIONS_EDIT
LONGEST = 60
"""Of what is typed: codes themselves have 40 letters."""


class CodePlace(StrEnum):
    """Where a code was typed."""

    REGISTRATION = "registration"
    APPLICATION = "application"
    ENQUIRY = "enquiry"
    ENROLMENT = "enrolment"


class CodeState(StrEnum):
    """What became of it; `waiting` until the server has looked."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"


class TypeCode(StrictModel):
    """Keep a code that somebody typed (target: `typed_code_id`). A wrong one is kept, too, and stops nothing."""

    model_config = ConfigDict(frozen=True, extra="allow")

    person_id: Id
    code: str = Field(min_length=1, max_length=LONGEST)
    place: CodePlace
    place_id: Id | None = None


PAYLOADS: dict[str, type[StrictModel]] = {"TypeCode": TypeCode}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)


def typed_code_id(place: str, place_id: str, person_id: str) -> str:
    """Return the id of what somebody typed at one place: once for each."""
    return derived_id("typed_code", place, place_id, person_id)


def tidy_code(typed: object) -> str:
    """Return a code as it is compared: without spaces, in capitals, cut to what is kept."""
    return "".join(str(typed or "").split()).upper()[:LONGEST]


def why_words(reason: str) -> str:
    """Return the sentence for a reason why a code isn't taken."""
    sentences = {
        "referral_unknown": text("There is no such code. Check its letters."),
        "self_referral": text("Nobody brings oneself. This code is this person's own."),
        "referral_given": text("This person gave a code before. Only the first one counts."),
        "referral_late": text("This person has paid before. A code is given before the first payment."),
    }
    return sentences.get(reason, text("The code wasn't taken. Ask the office."))


def may_see_codes(actor: Actor) -> bool:
    """Whoever lets people in or charges them sees which codes were typed, and types them for others."""
    return any(actor.may(word) for word in (Permission.FINANCE_CHARGE, Permission.ENROLMENTS_EDIT, _ADMITS))


def may_type_code(actor: Actor, person_id: str) -> bool:
    """Everybody for oneself; the office for others."""
    return actor.person_id == person_id or may_see_codes(actor)


def payload_of(person_id: str, typed: str, place: CodePlace, place_id: str) -> dict[str, Any]:
    """Return what a command says of a code that was typed."""
    return {"person_id": person_id, "code": tidy_code(typed), "place": str(place), "place_id": place_id or None}


def typed_body(target_id: str, revision: str, said: Mapping[str, Any], day: str, reason: str | None) -> dict[str, Any]:
    """Return a code as it is kept; `reason` is the word of why it isn't taken, "" where it is, None before that."""
    state = CodeState.WAITING if reason is None else CodeState.REFUSED if reason else CodeState.TAKEN
    return {
        "id": target_id,
        "revision": revision,
        "person_id": said["person_id"],
        "code": tidy_code(said["code"]),
        "place": str(said["place"]),
        "place_id": said.get("place_id"),
        "state": str(state),
        "reason": reason or "",
        "typed_on": day,
    }


def _typed(command: Command, read: ReadRow) -> Sequence[Draft]:
    if read(TYPED_CODE, command.target_id) is not None:
        return []
    day = str(command.observed_at)[:10]
    body = typed_body(command.target_id, command.id, command.payload, day, None)
    return [Draft(TYPED_CODE, command.target_id, body, body["person_id"])]


PROJECTIONS: dict[str, Projection] = {"TypeCode": _typed}
