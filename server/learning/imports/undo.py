"""Works out how to take an import back: what nobody changed since becomes what it was before, the rest is left."""

from collections.abc import Iterator, Sequence

from server.core.database import Database
from server.core.entities import Body
from server.learning.imports import journal
from server.learning.imports.apply import BATCH, Applied, Numbered
from server.learning.imports.changes import Change, ChangeType, Fields
from server.learning.imports.lookups import Lookups
from server.learning.imports.removal import used
from shared.core.ids import IdMaker
from shared.core.text import text
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE, ENROLMENT
from shared.people.vocabulary import PERSON, PRIVATE_PROFILE, PROFILE

# What stands on something else goes first.
_ORDER = (ENROLMENT, COHORT, COURSE, ACADEMIC_TERM, PRIVATE_PROFILE, PROFILE, PERSON)
# How a row that can't be removed any more is put away instead.
_AWAY = {
    PERSON: ("state", "inactive"),
    ENROLMENT: ("state", "dropped"),
    COHORT: ("archived", True),
    COURSE: ("archived", True),
}


class Undo:
    """Yields the changes that take one entry back, in groups to be applied one after another.

    Each group is read from the database after the groups before it were applied: a person can go once the enrolments
    that the import made are gone.
    """

    def __init__(self, database: Database, lookups: Lookups, new_id: IdMaker, organisation_id: str) -> None:
        self._database = database
        self._lookups = lookups
        self._new_id = new_id
        self._organisation_id = organisation_id
        self._revisions: dict[str, str] = {}
        self._left: set[str] = set()
        self._number = 0

    def groups(self, entry_id: str, applied: Applied) -> Iterator[list[Numbered]]:
        """Yield numbered changes; what is left goes into `applied`."""
        for page in journal.backwards(self._database, self._organisation_id, entry_id, BATCH):
            for kind in _ORDER:
                changes = [change for _, change in page if change.kind == kind]
                if changes:
                    yield list(self._group(kind, changes, applied))

    def _group(self, kind: str, changes: Sequence[Change], applied: Applied) -> Iterator[Numbered]:
        bodies = self._lookups.by_id(kind, [change.entity_id for change in changes])
        made = [change.entity_id for change in changes if change.change is ChangeType.CREATED]
        with self._database.read() as db:
            in_use = used(db, self._organisation_id, kind, made) if made else set()
        for change in changes:
            body = bodies.get(change.entity_id)
            if body is None:
                continue  # nothing is left to take back
            if change.entity_id in self._left or self._changed_since(change, body):
                self._left.add(change.entity_id)
                applied.leave(change, "changed_since", text("This was changed since the import. It stays as it is."))
                continue
            back = self._back(change, body, in_use=change.entity_id in in_use)
            if not back.asks():
                continue
            back.command_ids = [self._new_id() for _ in back.asks()]
            self._revisions[back.entity_id] = back.revision
            self._number += 1
            yield self._number, back

    def _changed_since(self, change: Change, body: Body) -> bool:
        return change.entity_id not in self._revisions and body["revision"] != change.revision

    def _back(self, change: Change, body: Body, *, in_use: bool) -> Change:
        base = self._revisions.get(change.entity_id, body["revision"])
        back = Change(
            change.kind, change.entity_id, ChangeType.UPDATED, change.label, base=base, owner=body.get("person_id")
        )
        if change.change is not ChangeType.CREATED:
            back.fields = {name: [new, old] for name, (old, new) in change.fields.items()}
        elif not in_use:
            back.change = ChangeType.REMOVED
        else:
            back.change, back.fields = ChangeType.DEACTIVATED, _put_away(change.kind, body)
        return back


def _put_away(kind: str, body: Body) -> Fields:
    if kind not in _AWAY:
        return {}
    name, value = _AWAY[kind]
    return {} if body[name] == value else {name: [body[name], value]}
