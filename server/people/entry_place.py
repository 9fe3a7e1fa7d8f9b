"""Which institute somebody who isn't signed in means, and work inside of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from server.core.context import Context
from server.core.isolation import DirectorySql, acting_for
from server.people.organisation_state import check_open
from shared.core.errors import CampusError
from shared.core.text import text

_FIND = DirectorySql("SELECT id, slug, name FROM {directory} WHERE slug = :slug")


@dataclass(frozen=True)
class Institute:
    """An institute as everyone may know it."""

    id: str
    slug: str
    name: str


@contextmanager
def in_institute(context: Context, slug: str) -> Iterator[Institute]:
    """Work in the institute of this short name. Raises CampusError `organisation_unknown`, `organisation_suspended`."""
    with context.database.read() as db:
        row = db.one(_FIND, slug=slug.strip().lower())
    if row is None:
        raise CampusError("organisation_unknown", text("This institute isn't on the server. Check the address."))
    found = Institute(*(str(part) for part in row))
    with acting_for(found.id):
        with context.database.read() as db:
            check_open(db, found.id)
        yield found
