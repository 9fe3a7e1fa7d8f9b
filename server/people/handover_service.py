"""Temporary passwords for accounts that staff made: sent by letter, or given back for printed slips."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

import orjson

from server.core import feeds
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Letter
from server.core.sql import SetSql
from server.people.credentials import set_password, temporary_password
from server.people.password_service import PasswordService
from server.people.reset_service import end_codes, way_of
from server.people.sign_in_failures import ACCOUNT, Failures
from server.people.sign_in_service import end_sign_ins
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import plural

MOST_AT_ONCE = 20
"""Passwords of one request: each takes bcrypt its quarter of a second."""
_PEOPLE = SetSql(
    "SELECT p.id, p.given_name, p.family_name, p.username, p.email, p.number, p.phone FROM {ids} i {by} person p"
    " ON p.id = i.id WHERE p.organisation_id = :organisation_id"
)


class HandOver(StrEnum):
    """How a temporary password reaches its person."""

    LETTER = "letter"
    SLIP = "slip"


class HandoverService:
    """Makes temporary passwords for several people, in the order given."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._failures = Failures(context.settings)
        self._passwords = PasswordService(context, self._failures)

    def check(self, sign_in: CurrentSignIn, person_ids: Sequence[str], by: HandOver) -> list[dict[str, Any]]:
        """Return the people, before anything is hashed.

        Raises CampusError `not_allowed`, `person_unknown`, or `no_address` naming those who can't be sent anything.
        """
        for person_id in person_ids:
            self._passwords.check_may_reset(sign_in, person_id)
        people = self._read(sign_in.actor.organisation_id, person_ids)
        nameless = [one for one in people if not one["name"]]
        nowhere = [one for one in people if by is HandOver.LETTER and one["way"] is None]
        if nameless or nowhere:
            left = nameless or nowhere
            message = (
                plural(
                    "{names} has neither a username, a mail address nor a number to sign in with. Add one.",
                    "{n} people have neither a username, a mail address nor a number to sign in with: {names}.",
                    len(left),
                    names=_names(left),
                )
                if nameless
                else plural(
                    "{names} has neither a mail address nor a phone. Print a slip instead.",
                    "{n} people have neither a mail address nor a phone: {names}. Print slips for them.",
                    len(left),
                    names=_names(left),
                )
            )
            raise CampusError("no_address", message, {"people": [one["id"] for one in left]})
        return people

    def made(self) -> str:
        """Return a password to hand over."""
        return temporary_password()

    def hand_over(
        self, sign_in: CurrentSignIn, by: HandOver, given: Sequence[tuple[dict[str, Any], str, str]]
    ) -> list[dict[str, Any]]:
        """Store passwords (person, password, hash), end sign-ins, and send the letters.

        The answer has each person's name for signing in and, for slips alone, the password.
        """
        organisation_id, now = sign_in.actor.organisation_id, self._context.clock.now()
        life = timedelta(days=self._context.settings.temporary_password_days)
        expires = instant_text(now + life)

        def work(db: Db) -> None:
            for person, password, hashed in given:
                set_password(db, organisation_id, person["id"], hashed, now, life)
                end_codes(db, organisation_id, person["id"])
                self._failures.forget(db, organisation_id, ACCOUNT, person["id"])
                if by is HandOver.LETTER:
                    self._post(db, organisation_id, person, password, life)
            ids = [person["id"] for person, _, _ in given]
            end_sign_ins(db, organisation_id, ids, "password_changed", instant_text(now))
            batch = self._context.door.batch(db, sign_in.actor, sign_in.origin)
            told = {"what": "passwords_handed_over", "by": by, "people": ids}
            feeds.write(batch, [], orjson.dumps(told).decode())

        self._context.database.write(work)
        return [
            {
                "person_id": person["id"],
                "person": person["person"],
                "name": person["name"],
                "sent_by": str(person["way"]) if by is HandOver.LETTER else None,
                "password": password if by is HandOver.SLIP else None,
                "expires_at": expires,
            }
            for person, password, _ in given
        ]

    def _post(self, db: Db, organisation_id: str, person: dict[str, Any], password: str, life: timedelta) -> None:
        values = {"username": person["name"], "days": str(life.days)}
        letter = Letter(organisation_id, person["way"], "temporary_password", f"temporary:{self._context.new_id()}",
                        person["id"], values=values, secrets={"password": password}, urgent=True)  # fmt: skip
        self._context.post(db, letter)

    def _read(self, organisation_id: str, person_ids: Sequence[str]) -> list[dict[str, Any]]:
        ids = orjson.dumps(list(person_ids)).decode()
        with self._context.database.read() as db:
            rows = {row[0]: row for row in db.rows(_PEOPLE, organisation_id=organisation_id, ids=ids)}
        return [
            {
                "id": row[0],
                "person": " ".join(part for part in row[1:3] if part),
                "name": row[3] or row[4] or row[5] or "",
                "way": way_of(row[4], row[6]),
            }
            for row in (rows[one] for one in person_ids if one in rows)
        ]


def _names(people: Sequence[dict[str, Any]]) -> str:
    return ", ".join(str(one["person"]) for one in people[:5])
