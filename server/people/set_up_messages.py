"""What the set-up of an institute asks and answers over HTTP."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, SecretStr

from server.people.institute_routes import Institute as InstituteSettings
from server.people.photo_routes import Numbering
from shared.core.strict import StrictModel
from shared.people.logos import MOST_TEXT

_DAY = r"\d{4}-\d{2}-\d{2}"
Code = Annotated[str, Field(min_length=1, max_length=60)]
Slug = Annotated[str, Field(min_length=1, max_length=60)]


class _Strict(StrictModel):
    model_config = ConfigDict(extra="forbid")


class CodeAsk(_Strict):
    """A code, to be tried."""

    organisation: Slug
    code: Code


class SetUpAdministrator(_Strict):
    """The first administrator, with a password of his or her own choice."""

    given_name: str = Field(min_length=1, max_length=100)
    family_name: str = Field(default="", max_length=100)
    username: str = Field(min_length=1, max_length=100)
    email: str = Field(default="", max_length=254)
    password: SecretStr = Field(min_length=1, max_length=1_000)


class SetUpInstitute(InstituteSettings):
    """The institute's settings, the logo among them as the base64 of a small PNG."""

    logo: str | None = Field(default=None, max_length=MOST_TEXT)


class SetUpTerm(_Strict):
    """A term with its first and last day, `2026-09-01`."""

    name: str = Field(min_length=1, max_length=100)
    starts_on: str = Field(pattern=_DAY)
    ends_on: str = Field(pattern=_DAY)


class SetUpBranch(_Strict):
    """A branch."""

    name: str = Field(min_length=1, max_length=200)
    address: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=40)


class SetUpRoom(_Strict):
    """A room, and the branch that it is in."""

    name: str = Field(min_length=1, max_length=100)
    branch: str = Field(default="", max_length=100)
    capacity: int | None = Field(default=None, ge=1, le=100_000)


class FinishAsk(CodeAsk):
    """Everything that an institute begins with. `factor_roles` are those who need a second factor."""

    administrator: SetUpAdministrator
    institute: SetUpInstitute = Field(default_factory=SetUpInstitute)
    terms: tuple[SetUpTerm, ...] = Field(default=(), max_length=20)
    branches: tuple[SetUpBranch, ...] = Field(default=(), max_length=50)
    rooms: tuple[SetUpRoom, ...] = Field(default=(), max_length=200)
    numbering: Numbering | None = None
    factor_roles: tuple[str, ...] = Field(default=(), max_length=20)


class Waiting(StrictModel):
    """Whether an institute waits for being set up."""

    organisation: str
    name: str
    waiting: bool


class Done(StrictModel):
    """What was set up, and who administrates it."""

    organisation: str
    username: str
    person_id: str


WAITING_EXAMPLE = {"organisation": "km-media", "name": "km-media", "waiting": True}
CODE_EXAMPLE = {"organisation": "km-media", "code": "k7mq-2rvx-h9tc-4wnd"}
FINISH_EXAMPLE: dict[str, Any] = {
    **CODE_EXAMPLE,
    "administrator": {
        "given_name": "Akua",
        "family_name": "Boahen",
        "username": "akua",
        "email": "akua@example.org",
        "password": "three boats on the Volta",
    },
    "institute": {"name": "KM Media Training Institute", "currency": "GHS", "time_zone": "Africa/Accra"},
    "terms": [{"name": "Term 1, 2026", "starts_on": "2026-09-01", "ends_on": "2026-12-18"}],
    "branches": [{"name": "Kumasi"}],
    "rooms": [{"name": "Studio A", "branch": "Kumasi", "capacity": 24}],
    "numbering": {"prefix": "S-", "year": "long", "digits": 4, "start": 1},
    "factor_roles": ["administrator", "registrar"],
}
DONE_EXAMPLE = {
    "organisation": "km-media",
    "username": "akua",
    "person_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
}
