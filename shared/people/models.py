"""The people area's rows as both sides know them."""

from pydantic import Field

from shared.core.entity import Entity
from shared.people.vocabulary import PersonState


class Organisation(Entity):
    """An institute: strictly separate from every other on the same server. `time_zone` is an IANA name."""

    slug: str
    name: str
    time_zone: str = "Africa/Accra"
    calling_code: str = "233"


class Person(Entity):
    """Someone in the institute. `number` is the student or staff number, unique within the organisation when given.

    `date_of_birth` is `YYYY-MM-DD`; `phone` is kept as it was written. A provisional person was added at a class by
    hand and waits for the office.
    """

    number: str | None = None
    given_name: str
    family_name: str = ""
    other_names: str = ""
    email: str | None = None
    phone: str | None = None
    date_of_birth: str | None = None
    username: str | None = None
    state: PersonState = PersonState.ACTIVE
    roles: tuple[str, ...] = Field(default=())
    provisional: bool = False

    @property
    def full_name(self) -> str:
        """Given, other and family names with single spaces."""
        return " ".join(part for part in (self.given_name, self.other_names, self.family_name) if part)
