"""What a person may ask about skills: keep them, observe them, sign for them."""

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.grading.models import FileRef
from shared.grading.skill_models import MOST_PHOTOS, VERIFIER, Signature, Words
from shared.grading.skill_vocabulary import Judged, Proof


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class SaveSkill(_Payload):
    """Keep a skill of a course as a whole (target: its id); `removed` takes it off, its observations stay."""

    course_id: Id
    name: Words
    seen: str = Field(default="", max_length=2000)
    heading: str = Field(default="", max_length=100)
    position: int = Field(default=0, ge=0, le=100_000)
    proof: Proof = Proof.SIGNED
    needed: int = Field(default=1, ge=1, le=20)
    removed: bool = False


class SaveSupervisor(_Payload):
    """Keep someone who signs at an employer's (target: the supervisor); `verifier` is the bcrypt hash of the PIN."""

    employer: Words
    name: Words
    verifier: str = Field(pattern=VERIFIER)
    removed: bool = False


class RecordSkillObservation(_Payload):
    """Say what was seen of a skill (target: the new observation's id), with or without a signature."""

    skill_id: Id
    enrolment_id: Id
    judged: Judged
    note: str = Field(default="", max_length=5000)
    place: str = Field(default="", max_length=200)
    files: tuple[FileRef, ...] = Field(default=(), max_length=MOST_PHOTOS)
    signature: Signature | None = None


class SignSkillObservations(_Payload):
    """Sign for what was observed before (targets: the observations)."""

    signature: Signature


class WithdrawSkillObservation(_Payload):
    """Take an observation back (target), which is kept; `back` lets it count again."""

    reason: str = Field(default="", max_length=300)
    back: bool = False


PAYLOADS: dict[str, type[StrictModel]] = {
    "SaveSkill": SaveSkill,
    "SaveSupervisor": SaveSupervisor,
    "RecordSkillObservation": RecordSkillObservation,
    "SignSkillObservations": SignSkillObservations,
    "WithdrawSkillObservation": WithdrawSkillObservation,
}
