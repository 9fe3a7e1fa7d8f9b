"""The rows of the skills logbook as both sides know them."""

from typing import Annotated, Self

from pydantic import ConfigDict, StringConstraints, model_validator

from shared.core.command import Id
from shared.core.entity import Entity
from shared.core.strict import StrictModel
from shared.grading.models import FileRef
from shared.grading.skill_vocabulary import Judged, ObservationState, Proof, SignedBy
from shared.grading.vocabulary import KeptState

MOST_PHOTOS = 5
"""The most photos of one observation."""
PHOTO_BYTES = 15_000_000
"""The most bytes of one photo or signature."""
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
VERIFIER = r"^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$"
"""What the bcrypt hash of a PIN looks like; the PIN itself is never kept or sent."""


class Signature(StrictModel):
    """Who signed for the employer, and how; `file` is what was drawn, `supervisor_id` whose PIN it was."""

    model_config = ConfigDict(frozen=True, extra="allow")

    how: SignedBy
    name: Words
    employer: Words
    supervisor_id: Id | None = None
    file: FileRef | None = None

    @model_validator(mode="after")
    def _has_what_signs(self) -> Self:
        if (self.supervisor_id if self.how is SignedBy.PIN else self.file) is None:
            message = "a PIN needs its supervisor, and a drawn signature its file"
            raise ValueError(message)
        return self


class Skill(Entity):
    """What students of a course (the row's parent) learn to do; `seen` says what is to be seen of it.

    `needed` competent observations in a row prove it where `proof` is `count`. `heading` and `position` give its place.
    """

    course_id: str
    name: str
    seen: str = ""
    heading: str = ""
    position: int = 0
    proof: Proof = Proof.SIGNED
    needed: int = 1
    state: KeptState = KeptState.KEPT


class SkillSupervisor(Entity):
    """Someone at an employer's who signs with a PIN; `verifier` is its bcrypt hash, by which devices check it."""

    employer: str
    name: str
    verifier: str
    state: KeptState = KeptState.KEPT


class SkillObservation(Entity):
    """What someone saw a student do (parent: the enrolment). Only ever added; signed once, or withdrawn.

    `at` is the device's time, set right by its offset. `place` says where, such as a workplace.
    `witness_name` is who let the employer sign, on his or her device.
    """

    skill_id: str
    enrolment_id: str
    cohort_id: str
    person_id: str
    judged: Judged
    note: str = ""
    place: str = ""
    files: tuple[FileRef, ...] = ()
    observer_id: str = ""
    observer_name: str = ""
    at: str
    signature: Signature | None = None
    signed_at: str | None = None
    witness_id: str = ""
    witness_name: str = ""
    state: ObservationState = ObservationState.KEPT
    withdrawn_reason: str = ""
    withdrawn_by_name: str = ""
