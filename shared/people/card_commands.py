"""What a person may ask about numbers and photos of people."""

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.fields import FieldChange
from shared.core.projection import Projection
from shared.core.strict import StrictModel
from shared.people.numbering import project_numbering
from shared.people.photos import project_photo

_MOST_TEXT = 60_000


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class SetNumbering(_Payload):
    """Set the rule for student numbers (target: see `numbering.numbering_id`)."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class GiveNumbers(_Payload):
    """Let the server give the next numbers to these people (targets), in this order; who has one keeps it."""


class SetPersonPhoto(_Payload):
    """Set or remove someone's photo (target: see `photos.photo_id`); `old_digest` is the photo that was seen."""

    person_id: Id
    jpeg_base64: str | None = Field(default=None, max_length=_MOST_TEXT)
    old_digest: str = Field(default="", max_length=32)


PAYLOADS: dict[str, type[StrictModel]] = {
    "SetNumbering": SetNumbering,
    "GiveNumbers": GiveNumbers,
    "SetPersonPhoto": SetPersonPhoto,
}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
PROJECTIONS: dict[str, Projection] = {
    "SetNumbering": project_numbering,
    "GiveNumbers": lambda _command, _read: [],
    "SetPersonPhoto": project_photo,
}
