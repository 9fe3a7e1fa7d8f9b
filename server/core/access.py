"""What an actor may see: teaching and scopes collected from the areas, remembered while access stays the same."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from server.core.area import Area
from server.core.database import Db
from shared.core.actor import Actor
from shared.core.sync import ALL_SCOPE

_REMEMBERED = 2_000
_REVISION = "SELECT access_revision FROM feed_head WHERE organisation_id = :organisation_id"


class AccessBook:
    """Actors with their teaching and scopes, by person and the organisation's access revision.

    `access_revision` grows in the transaction that changes what anyone may see, so that a change takes effect at the
    next request without asking the areas at every one.
    """

    def __init__(self, areas: Sequence[Area]) -> None:
        self._parts = [area.access for area in areas if area.access is not None]
        self._known: OrderedDict[tuple[str, str, int, frozenset[str]], Actor] = OrderedDict()
        self._lock = Lock()

    def actor_for(self, db: Db, base: Actor, access_revision: int) -> Actor:
        """Return `base` with teaching and scopes filled in."""
        key = (base.organisation_id, base.person_id, access_revision, base.permissions)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
        if known is not None:
            return known.model_copy(update={"name": base.name, "roles": base.roles})
        parts = [part(db, base) for part in self._parts]
        teaches = frozenset().union(*(part.teaches for part in parts))
        withheld = frozenset().union(*(part.withheld for part in parts))
        scopes = sorted(frozenset().union(*(part.scopes for part in parts)))
        if ALL_SCOPE in scopes:
            scopes = [ALL_SCOPE]
        merges = any(part.merges for part in parts)
        more = {"teaches": teaches, "withheld": withheld, "scopes": tuple(scopes), "merges": merges}
        actor = base.model_copy(update={**more, "access_revision": access_revision})
        with self._lock:
            self._known[key] = actor
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return actor

    def refreshed(self, db: Db, actor: Actor) -> Actor:
        """Return `actor` with teaching and scopes as they are now."""
        row = db.one(_REVISION, organisation_id=actor.organisation_id)
        return self.actor_for(db, actor, int(row[0])) if row else actor


def scope_revision(actor: Actor) -> str:
    """Return a word that changes when what the actor may see changes."""
    return hashlib.sha256("\n".join(actor.scopes).encode()).hexdigest()[:32]
