"""What is asked about someone's rights over his or her data: to be anonymised, and not to be."""

from pydantic import ConfigDict, Field

from shared.core.projection import Projection
from shared.core.strict import StrictModel

LABEL_STUDENT, LABEL_STAFF = "Former student", "Former staff member"


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ErasePerson(_Payload):
    """Anonymise a person (target) for good; only at the server, with a fresh sign-in."""

    reason: str = Field(min_length=1, max_length=500)


PAYLOADS: dict[str, type[StrictModel]] = {"ErasePerson": ErasePerson}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
PROJECTIONS: dict[str, Projection] = dict.fromkeys(PAYLOADS, lambda _command, _read: [])


def label_of(number: int, *, student: bool) -> str:
    """Return the name of someone who was anonymised: "Former student 0042"."""
    return f"{LABEL_STUDENT if student else LABEL_STAFF} {number:04d}"
