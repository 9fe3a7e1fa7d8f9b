"""Who acts: identity, permissions and the scopes that he or she may see, taken from the sign-in only."""

import hashlib

from pydantic import ConfigDict, Field

from shared.core.strict import StrictModel


class Actor(StrictModel):
    """A signed-in person as both sides know it.

    `permissions` are words of the catalogue such as `people.edit`; `teaches` holds the cohort ids in which the person
    may take registers; `withheld` what the office keeps from him or her there, as `right:cohort id`; `scopes` are what
    the feed shows. `merges` is False where no entries of the institute were ever merged, so that nobody need look;
    `access_revision` is that of the institute's access when all this was read, None where nobody knows.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    person_id: str
    organisation_id: str
    name: str
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    teaches: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    merges: bool = Field(default=True, exclude=True)
    access_revision: int | None = Field(default=None, exclude=True)

    def may(self, permission: str) -> bool:
        """Tell whether the actor holds `permission`."""
        return permission in self.permissions

    def teaches_with(self, right: str, cohort_id: str) -> bool:
        """Tell whether the actor teaches a cohort and nobody withholds this `right` there."""
        return cohort_id in self.teaches and not self.lacks(right, cohort_id)

    def lacks(self, right: str, cohort_id: str) -> bool:
        """Tell whether the office withholds a right in a cohort from the actor."""
        return f"{right}:{cohort_id}" in self.withheld

    @property
    def revision(self) -> str:
        """A word that is another one as soon as anything of the person's name, roles, rights or scopes is another."""
        parts = ((self.person_id, self.name), self.roles, self.permissions, self.teaches, self.withheld, self.scopes)
        ordered = "\x1e".join("\x1f".join(part if at == 0 else sorted(part)) for at, part in enumerate(parts))
        return hashlib.sha256(ordered.encode()).hexdigest()[:32]
