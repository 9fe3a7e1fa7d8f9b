"""What an administrator may ask about the institute itself."""

from pydantic import ConfigDict, Field

from shared.core.fields import FieldChange
from shared.core.strict import StrictModel


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class EditOrganisation(_Payload):
    """Change settings of the institute (target: its id): each with the value that was seen and the value wanted."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class AddBranch(_Payload):
    """Add a branch of the institute (target: its new id)."""

    name: str = Field(min_length=1, max_length=200)
    address: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=40)


class EditBranch(_Payload):
    """Change fields of a branch; the state to `removed` and back to `active`."""

    changes: dict[str, FieldChange] = Field(min_length=1)


PAYLOADS: dict[str, type[StrictModel]] = {
    "EditOrganisation": EditOrganisation,
    "AddBranch": AddBranch,
    "EditBranch": EditBranch,
}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
