"""A student's portfolio: own work, handed in and with its mark published, that he or she chooses to show."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ConfigDict, Field

from shared.core.actor import Actor
from shared.core.command import Command, Id
from shared.core.entity import Entity
from shared.core.ids import derived_id
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.grading.permissions import may_hand_in
from shared.grading.rubric_rules import Fault
from shared.grading.skill_vocabulary import PORTFOLIO_ITEM
from shared.grading.vocabulary import HANDED_IN, SUBMISSION, KeptState

Body = Mapping[str, Any]


class PortfolioItem(Entity):
    """One attempt that a student (the row's parent) shows; `position` gives its place in the list."""

    submission_id: str
    assignment_id: str
    enrolment_id: str
    cohort_id: str
    person_id: str
    caption: str = ""
    position: int = 0
    state: KeptState = KeptState.KEPT


class SavePortfolioItem(StrictModel):
    """Take an attempt into one's portfolio, change its caption or place (target: see `portfolio_item_id`)."""

    model_config = ConfigDict(frozen=True, extra="allow")

    submission_id: Id
    caption: str = Field(default="", max_length=2000)
    position: int = Field(default=0, ge=0, le=100_000)
    removed: bool = False


def portfolio_item_id(submission_id: str) -> str:
    """Return the id of an attempt's place in its student's portfolio."""
    return derived_id(PORTFOLIO_ITEM, submission_id)


def portfolio_fault(submission: Body, mark: Body | None) -> Fault | None:
    """Return why an attempt can't be shown, or None. Codes: `not_handed_in`, `not_released`."""
    if submission["state"] not in HANDED_IN:
        return Fault("not_handed_in", text("This work isn't handed in yet. Hand it in first."))
    if mark is None or not mark["released_at"]:
        return Fault("not_released", text("Work can be shown once its mark is published."))
    return None


def may_show(actor: Actor, submission: Body) -> bool:
    """Students choose among their own work."""
    return may_hand_in(actor, submission["person_id"])


def item_body(command: Command, submission: Body) -> dict[str, Any]:
    """Return the item that a `SavePortfolioItem` keeps."""
    payload = command.payload
    names = ("assignment_id", "enrolment_id", "cohort_id", "person_id")
    return {
        "id": command.target_id,
        "revision": command.id,
        "submission_id": submission["id"],
        **{name: submission[name] for name in names},
        "caption": payload.get("caption", "").strip(),
        "position": int(payload.get("position", 0)),
        "state": str(KeptState.REMOVED if payload.get("removed") else KeptState.KEPT),
    }


def _save(command: Command, read: ReadRow) -> Sequence[Draft]:
    submission = read(SUBMISSION, command.payload["submission_id"])
    if submission is None:
        return []
    body = item_body(command, submission)
    return [Draft(PORTFOLIO_ITEM, body["id"], body, body["person_id"])]


PAYLOADS: dict[str, type[StrictModel]] = {"SavePortfolioItem": SavePortfolioItem}
PROJECTIONS: dict[str, Projection] = {"SavePortfolioItem": _save}
