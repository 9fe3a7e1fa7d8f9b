"""Who acts: identity, permissions and the scopes that he or she may see, taken from the sign-in only."""

from pydantic import BaseModel, ConfigDict


class Actor(BaseModel):
    """A signed-in person as both sides know it.

    `permissions` are words of the catalogue such as `people.edit`; `teaches` holds the cohort ids in which the person
    may take registers; `scopes` are what the feed shows.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    person_id: str
    organisation_id: str
    name: str
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    teaches: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()

    def may(self, permission: str) -> bool:
        """Tell whether the actor holds `permission`."""
        return permission in self.permissions
