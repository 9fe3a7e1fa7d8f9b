"""What a person may ask of kit and studios."""

from pydantic import ConfigDict, Field

from shared.core.command import Id, InstantText
from shared.core.fields import FieldChange
from shared.core.ids import derived_id
from shared.core.lines import Lines, OneLine
from shared.core.strict import StrictModel
from shared.timetable.kit_vocabulary import KIT_LOAN, KIT_PHOTO, KIT_POLICY, KitKind, PhotoSide

ITEM_FIELDS = ("name", "category", "number", "room", "condition", "course_ids", "state")
POLICY_FIELDS = ("block_days", "longest_days")
_PHOTO_TEXT = 60_000


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class AddKitItem(_Payload):
    """Add a piece of kit or a studio (target: its new id).

    Without `course_ids` everybody may take it. `room` is the name that class sessions have for a studio.
    """

    name: OneLine = Field(min_length=1, max_length=200)
    number: OneLine = Field(min_length=1, max_length=60)
    category: OneLine = Field(default="", max_length=100)
    kit_kind: KitKind = KitKind.ITEM
    room: OneLine = Field(default="", max_length=100)
    condition: Lines = Field(default="", max_length=500)
    course_ids: tuple[Id, ...] = Field(default=(), max_length=100)


class EditKitItem(_Payload):
    """Change fields of a piece of kit; the state to `repair`, `removed` and back to `in_use`."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class LendKit(_Payload):
    """Give a piece of kit to a person (target: the piece); `photo` is a small JPEG as base64."""

    person_id: Id
    person_name: str = Field(default="", max_length=320)
    due_at: InstantText
    condition: str = Field(default="", max_length=500)
    photo: str | None = Field(default=None, max_length=_PHOTO_TEXT)


class ReturnKit(_Payload):
    """Take a piece of kit back (target: the piece); `loan_id` names the loan that ends."""

    loan_id: Id
    condition: str = Field(default="", max_length=500)
    photo: str | None = Field(default=None, max_length=_PHOTO_TEXT)


class LiftKitBlock(_Payload):
    """Let a late return (target: the loan) block no longer."""

    reason: str = Field(min_length=1, max_length=300)


class BookKit(_Payload):
    """Book a piece of kit or a studio for a time (target: the new booking's id); staff may name for whom."""

    item_id: Id
    starts_at: InstantText
    ends_at: InstantText
    purpose: str = Field(default="", max_length=300)
    person_id: Id | None = None
    person_name: str = Field(default="", max_length=320)


class CancelKitBooking(_Payload):
    """Give a booked time back (target: the booking)."""


class SetKitPolicy(_Payload):
    """Set how long a late return blocks and how long a loan may last (target: the policy, see `kit_policy_id`)."""

    changes: dict[str, FieldChange] = Field(min_length=1)


PAYLOADS: dict[str, type[StrictModel]] = {
    "AddKitItem": AddKitItem,
    "EditKitItem": EditKitItem,
    "LendKit": LendKit,
    "ReturnKit": ReturnKit,
    "LiftKitBlock": LiftKitBlock,
    "BookKit": BookKit,
    "CancelKitBooking": CancelKitBooking,
    "SetKitPolicy": SetKitPolicy,
}


def loan_id_of(command_id: str) -> str:
    """Return the id of the loan that a `LendKit` makes, the same on both sides."""
    return derived_id(KIT_LOAN, command_id)


def photo_id_of(loan_id: str, side: PhotoSide) -> str:
    """Return the id of a loan's photo at its way out or in."""
    return derived_id(KIT_PHOTO, loan_id, side)


def kit_policy_id(organisation_id: str) -> str:
    """Return the id of the one policy that an institute has for kit."""
    return derived_id(KIT_POLICY, organisation_id)
