"""What the server answers about a sign-in, as far as the desktop reads it."""

from pydantic import ConfigDict

from shared.core.actor import Actor
from shared.core.strict import StrictModel


class _Message(StrictModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PersonShown(_Message):
    """The person who is signed in, as `Actor` with the student or staff number."""

    id: str
    name: str
    number: str | None = None
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    teaches: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()


class OrganisationShown(_Message):
    """The institute signed in to."""

    id: str
    slug: str
    name: str
    time_zone: str = "UTC"


class DeviceShown(_Message):
    """This device as the server registered it; `escrow_secret` is base64 of 32 bytes."""

    id: str
    install_epoch: int = 1
    escrow_secret: str


class SignInAnswer(_Message):
    """The answer to a sign-in and to a refresh."""

    access_token: str
    access_expires_at: str
    refresh_token: str
    refresh_expires_at: str
    person: PersonShown
    organisation: OrganisationShown
    device: DeviceShown
    lease: str
    lease_public_key: str
    institute_public_key: str | None = None
    server_epoch: str = ""
    must_change_password: bool = False
    factor_enrolment_needed: bool = False
    password_min_length: int = 12

    @property
    def actor(self) -> Actor:
        """The person as pages and rules know him or her."""
        return Actor(
            person_id=self.person.id,
            organisation_id=self.organisation.id,
            name=self.person.name,
            roles=self.person.roles,
            permissions=self.person.permissions,
            teaches=self.person.teaches,
            withheld=self.person.withheld,
            scopes=self.person.scopes,
        )


class WayShown(_Message):
    """A way to prove who one is: `app`, `mail`, `sms`, `recovery` or `password`; `to` hides most of an address."""

    kind: str
    to: str = ""


class FactorAsked(_Message):
    """The answer to a right password where a second factor is asked for."""

    attempt: str
    expires_at: str
    person_id: str
    ways: tuple[WayShown, ...]
