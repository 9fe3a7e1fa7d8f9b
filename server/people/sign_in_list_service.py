"""Lists sign-ins for their owner and for administrators, and ends them."""

from collections.abc import Sequence
from typing import Any

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.people.sign_in_ends import Ending, end_of_people, end_one
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.security import EndReason
from shared.people.vocabulary import Permission

_NAMES = (
    "id",
    "device_id",
    "device_name",
    "device_state",
    "started_at",
    "last_used_at",
    "address",
    "last_address",
    "country",
    "user_agent",
    "kept",
)
_LIST = """
SELECT s.id, s.device_id, d.name, d.state, s.started_at, s.last_used_at, s.address, s.last_address, s.country,
s.user_agent, s.kept FROM sign_in s
JOIN device d ON d.organisation_id = s.organisation_id AND d.id = s.device_id
WHERE s.organisation_id = :o AND s.person_id = :p AND s.state = 'open'
ORDER BY s.last_used_at DESC, s.id DESC LIMIT 50
"""
_OWNER = "SELECT person_id FROM sign_in WHERE organisation_id = :o AND id = :id"
_PERSON = "SELECT id FROM person WHERE organisation_id = :o AND id = :p"


class SignInList:
    """What is signed in, by person."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def own(self, known: CurrentSignIn) -> list[dict[str, Any]]:
        """Return the caller's open sign-ins, the one of this request marked `here`."""
        with self._context.database.read() as db:
            return self._listed(db, known, known.actor.person_id)

    def of_person(self, known: CurrentSignIn, person_id: str) -> list[dict[str, Any]]:
        """Return a person's open sign-ins. Raises CampusError `not_allowed` or `person_unknown`."""
        if not known.actor.may(Permission.SECURITY_SEE):
            raise CampusError("not_allowed", text("Your role doesn't see others' sign-ins. Ask an administrator."))
        with self._context.database.read() as db:
            self._check_person(db, known, person_id)
            return self._listed(db, known, person_id)

    def _listed(self, db: Db, known: CurrentSignIn, person_id: str) -> list[dict[str, Any]]:
        rows = db.rows(_LIST, o=known.actor.organisation_id, p=person_id)
        shown = [dict(zip(_NAMES, row, strict=True)) for row in rows]
        for one in shown:
            one["kept"], one["here"] = bool(one["kept"]), one["id"] == known.sign_in_id
        return shown

    def end(self, known: CurrentSignIn, sign_in_id: str) -> bool:
        """End a sign-in of one's own, or with `security.manage` anybody's; tells whether it was open.

        Raises CampusError `not_found`, for others' sign-ins too.
        """
        actor = known.actor

        def work(db: Db) -> bool | None:
            row = db.one(_OWNER, o=actor.organisation_id, id=sign_in_id)
            if row is None or (row[0] != actor.person_id and not actor.may(Permission.SECURITY_MANAGE)):
                return None
            reason = EndReason.BY_OWNER if row[0] == actor.person_id else EndReason.BY_OFFICE
            return end_one(db, actor.organisation_id, sign_in_id, self._ending(known, reason))

        ended = self._context.database.write(work)
        if ended is None:
            raise CampusError("not_found", text("This sign-in isn't on the list any more."))
        return ended

    def end_others(self, known: CurrentSignIn) -> int:
        """End all of one's own sign-ins but this one; returns how many."""
        ending, actor = self._ending(known, EndReason.BY_OWNER), known.actor
        return self._context.database.write(
            lambda db: end_of_people(db, actor.organisation_id, [actor.person_id], ending, known.sign_in_id)
        )

    def end_of(self, known: CurrentSignIn, person_ids: Sequence[str]) -> int:
        """End all sign-ins of people, but this one. Raises CampusError `not_allowed` or `person_unknown`."""
        if not known.actor.may(Permission.SECURITY_MANAGE):
            raise CampusError("not_allowed", text("Your role doesn't end others' sign-ins. Ask an administrator."))
        ending, organisation_id = self._ending(known, EndReason.BY_OFFICE), known.actor.organisation_id

        def work(db: Db) -> int:
            for person_id in person_ids:
                self._check_person(db, known, person_id)
            return end_of_people(db, organisation_id, person_ids, ending, known.sign_in_id)

        return self._context.database.write(work)

    def _ending(self, known: CurrentSignIn, reason: EndReason) -> Ending:
        return Ending(reason, self._context.clock.now(), known.actor.person_id)

    @staticmethod
    def _check_person(db: Db, known: CurrentSignIn, person_id: str) -> None:
        if db.one(_PERSON, o=known.actor.organisation_id, p=person_id) is None:
            raise CampusError("person_unknown", text("This person isn't in the institute."))
