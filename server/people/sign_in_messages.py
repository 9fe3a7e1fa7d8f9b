"""What sign-in takes and answers, for checking requests and for the published description."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from shared.core.command import Id
from shared.core.strict import StrictModel

_KEY = r"^[A-Za-z0-9+/]{43}=$"
_SIGNATURE = r"^[A-Za-z0-9+/]{86}==$"
Password = Annotated[str, StringConstraints(min_length=1, max_length=1_024)]


class _Ask(StrictModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeviceAsk(_Ask):
    """The install that signs in; `public_key` is the raw Ed25519 key in base64.

    With `signed_at` and a `signature` over `sign-in`, its id and that time, each on a line, a device that was used
    before is known again, and others' wrong passwords don't hold it up.
    """

    id: Id
    name: str = Field(min_length=1, max_length=100)
    public_key: str = Field(pattern=_KEY)
    install_epoch: int = Field(default=1, ge=1, le=1_000_000)
    signed_at: str | None = Field(default=None, min_length=1, max_length=40)
    signature: str | None = Field(default=None, pattern=_SIGNATURE)


def signed_sign_in(device_id: str, signed_at: str) -> str:
    """Return what a device signs to be known again at a sign-in."""
    return f"sign-in\n{device_id}\n{signed_at}"


class SignInAsk(_Ask):
    """Who wants to sign in where; `name` is a username, mail address or number."""

    organisation: str = Field(min_length=1, max_length=60)
    name: str = Field(min_length=1, max_length=254)
    password: Password
    keep: bool = False
    device: DeviceAsk


class RefreshAsk(_Ask):
    """Renews a sign-in; the device signs `refresh`, the token and the time, each on a line."""

    refresh_token: str = Field(min_length=1, max_length=200)
    device_id: Id
    timestamp: str = Field(min_length=1, max_length=40)
    signature: str = Field(pattern=_SIGNATURE)


class ChangePasswordAsk(_Ask):
    """A new password, with the present one; other sign-ins end unless the person says otherwise."""

    current: Password
    new: Password
    end_others: bool = True


class PersonAsk(_Ask):
    """Names a person for an administrator's act."""

    person_id: Id


class PersonShown(StrictModel):
    """The person who signed in, with all that the desktop needs to work offline."""

    id: str
    name: str
    number: str | None
    roles: list[str]
    permissions: list[str]
    teaches: list[str]
    withheld: list[str] = Field(default_factory=list)
    scopes: list[str]


class OrganisationShown(StrictModel):
    """An institute as its sign-in page shows it."""

    id: str
    slug: str
    name: str
    time_zone: str


class DeviceShown(StrictModel):
    """The device as the server knows it; `escrow_secret` is 32 bytes in base64."""

    id: str
    install_epoch: int
    escrow_secret: str


class SignedIn(StrictModel):
    """A sign-in: tokens with their ends, the person, and what the device needs to work offline."""

    access_token: str
    access_expires_at: str
    refresh_token: str
    refresh_expires_at: str
    person: PersonShown
    organisation: OrganisationShown
    device: DeviceShown
    lease: str
    lease_public_key: str
    institute_public_key: str | None
    server_epoch: str
    must_change_password: bool
    factor_enrolment_needed: bool
    password_min_length: int


class Me(StrictModel):
    """Who is signed in."""

    person: PersonShown
    organisation: OrganisationShown
    sign_in_id: str
    device_id: str
    must_change_password: bool
    factor_enrolment_needed: bool


class TemporaryPassword(StrictModel):
    """A password to hand over, once; it must be changed at the first sign-in."""

    password: str
    expires_at: str


_ID = "019a9f3e-7c00-7000-8000-0000000000"
SIGN_IN_EXAMPLE: dict[str, Any] = {
    "organisation": "km-media",
    "name": "ama.mensah",
    "password": "a kettle, two birds",
    "keep": True,
    "device": {
        "id": f"{_ID}01",
        "name": "Front desk 2",
        "public_key": "A" * 43 + "=",
        "install_epoch": 1,
        "signed_at": "2026-11-20T08:30:00.000Z",
        "signature": "A" * 86 + "==",
    },
}
REFRESH_EXAMPLE: dict[str, Any] = {
    "refresh_token": f"{_ID}02.{_ID}03.3rTl0nB1cO9qzWw8yq6v0h5dKQJr1E2mXUuTzS4pVbA",
    "device_id": f"{_ID}01",
    "timestamp": "2026-11-20T08:30:00.000Z",
    "signature": "A" * 86 + "==",
}
ORGANISATION_EXAMPLE: dict[str, Any] = {
    "id": f"{_ID}02",
    "slug": "km-media",
    "name": "KM Media Training Institute",
    "time_zone": "Africa/Accra",
}
PERSON_EXAMPLE: dict[str, Any] = {
    "id": f"{_ID}04",
    "name": "Ama Mensah",
    "number": "S-012",
    "roles": ["instructor"],
    "permissions": ["people.see", "registers.take_own", "sessions.add_own"],
    "teaches": [f"{_ID}05"],
    "withheld": [f"publish:{_ID}05"],
    "scopes": [f"cohort:{_ID}05", f"person:{_ID}04"],
}
SIGNED_IN_EXAMPLE: dict[str, Any] = {
    "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
    "access_expires_at": "2026-11-20T08:45:00.000Z",
    "refresh_token": REFRESH_EXAMPLE["refresh_token"],
    "refresh_expires_at": "2026-12-20T08:30:00.000Z",
    "person": PERSON_EXAMPLE,
    "organisation": ORGANISATION_EXAMPLE,
    "device": {"id": f"{_ID}01", "install_epoch": 1, "escrow_secret": "A" * 43 + "="},
    "lease": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl",
    "lease_public_key": "A" * 43 + "=",
    "institute_public_key": "A" * 43 + "=",
    "server_epoch": f"{_ID}06",
    "must_change_password": False,
    "factor_enrolment_needed": False,
    "password_min_length": 12,
}
ME_EXAMPLE: dict[str, Any] = {
    "person": PERSON_EXAMPLE,
    "organisation": ORGANISATION_EXAMPLE,
    "sign_in_id": f"{_ID}03",
    "device_id": f"{_ID}01",
    "must_change_password": False,
    "factor_enrolment_needed": False,
}
