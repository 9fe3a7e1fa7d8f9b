"""What an operator of the platform does with institutes: make them, see their size and health, suspend and reopen."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import orjson

from server.core import backup_book, feeds, job_claims
from server.core.auth import CurrentSignIn
from server.core.batch import Origin
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import acting_for, each_organisation
from server.core.letters import Channel, Letter
from server.people import organisations, set_up_codes
from server.people.credentials import make_institute_key
from server.people.organisation_state import ACTIVE, INSTITUTE, PLATFORM, PLATFORM_SLUG, SUSPENDED, is_platform
from server.people.organisations import NewOrganisation, system_actor
from server.people.set_up_codes import LIFE, is_waiting, make_code
from shared.core.errors import CampusError
from shared.core.ids import is_id
from shared.core.text import text
from shared.people.institute import hidden_letters, setting_errors, tidy
from shared.people.permissions import may_manage_institutes
from shared.people.rules import field_error

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 60
_RUNS = 200
_OF_ONE = """
SELECT o.id, o.slug, o.name, o.kind, o.state, o.state_reason, o.created_at,
(SELECT count(*) FROM person p WHERE p.organisation_id = o.id AND p.state = 'active'),
(SELECT count(*) FROM feed_row f WHERE f.organisation_id = o.id),
(SELECT coalesce(sum(s.bytes), 0) FROM stored_file s WHERE s.organisation_id = o.id)
+ (SELECT coalesce(sum(c.bytes), 0) FROM film_copy c WHERE c.organisation_id = o.id),
(SELECT count(*) FROM sign_in s WHERE s.organisation_id = o.id AND s.state = 'open'),
(SELECT max(made_at) FROM audit_link a JOIN feed_head h ON h.organisation_id = a.organisation_id
AND h.audit_seq = a.audit_seq WHERE a.organisation_id = o.id)
FROM organisation o WHERE o.id = :organisation_id
"""
_NAMES = ("id", "slug", "name", "kind", "state", "state_reason", "created_at", "people", "rows", "file_bytes",
          "sign_ins", "last_activity_at")  # fmt: skip
_COUNTED = frozenset({"people", "rows", "file_bytes", "sign_ins"})
_SET_STATE = "UPDATE organisation SET state = :state, state_reason = :reason WHERE id = :organisation_id"
_SET_KIND = "UPDATE organisation SET kind = :kind WHERE id = :organisation_id"


@dataclass(frozen=True)
class Wanted:
    """An institute to make. Its first administrator is invited by mail, or gets the code by word of mouth."""

    slug: str
    name: str
    time_zone: str = "Africa/Accra"
    calling_code: str = "233"
    administrator_email: str = ""


class Platform:
    """Acts for the operators, and for the command line; `operator` is the name that the log keeps."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def check_operator(self, sign_in: CurrentSignIn) -> None:
        """Raise CampusError `not_allowed` unless the caller belongs to the platform and may manage institutes."""
        with self._context.database.read() as db:
            here = is_platform(db, sign_in.actor.organisation_id)
        if not here or not may_manage_institutes(sign_in.actor):
            raise CampusError("not_allowed", text("Only an operator of this server manages institutes."))

    def list_all(self) -> list[dict[str, Any]]:
        """Return every institute with its size and when something last happened in it; nothing about its people."""
        found = []
        for organisation_id in each_organisation(self._context.database):
            with self._context.database.read() as db:
                one = _one(db, organisation_id)
            if one is not None and one["kind"] == INSTITUTE:
                found.append(one)
        return sorted(found, key=lambda one: str(one["slug"]))

    def health(self, version: str) -> dict[str, Any]:
        """Return how the server itself is: its version, its last backup, and the latest run of each of its jobs."""
        with self._context.database.read() as db:
            found, _total = job_claims.runs(db, _RUNS, 0)
            backups = backup_book.latest(db, _RUNS)
        jobs: dict[str, dict[str, Any]] = {}
        for one in found:
            jobs.setdefault(str(one["name"]), one)
        return {
            "version": version,
            "jobs": [jobs[name] for name in sorted(jobs)],
            "jobs_with_problems": sorted(name for name, one in jobs.items() if one["problem"]),
            "last_backup": next((one for one in backups if one["state"] == backup_book.DONE), None),
        }

    def read(self, organisation_id: str) -> dict[str, Any]:
        """Return one institute. Raises CampusError `organisation_unknown`."""
        with inside(organisation_id), self._context.database.read() as db:
            one = _one(db, organisation_id)
        if one is None or one["kind"] != INSTITUTE:
            raise unknown()
        return one

    def add(self, wanted: Wanted) -> dict[str, Any]:
        """Make an institute that waits to be set up; returns it with the code, shown once.

        With an address the code goes there by mail and isn't returned. Raises CampusError `field_invalid` and
        `organisation_exists`.
        """
        faults = wanted_faults(wanted)
        if faults:
            raise CampusError("field_invalid", next(iter(faults.values())), {"fields": faults})
        context, email = self._context, wanted.administrator_email.strip()
        new = NewOrganisation(wanted.slug, tidy(wanted.name), wanted.time_zone, wanted.calling_code)
        organisation_id = organisations.create(context.database, context.clock, context.new_id, new)

        def work(db: Db) -> str:
            now = context.clock.now()
            make_institute_key(db, context.keys, organisation_id, now)
            code = make_code(db, context.keys, organisation_id, now)
            if email:
                places = {"days": str(LIFE.days), "short_name": wanted.slug}
                context.post(db, Letter(organisation_id, Channel.MAIL, "set_up", f"set_up:{context.new_id()}", to=email,
                                        values=places, secrets={"code": code}, urgent=True))  # fmt: skip
            return code

        with inside(organisation_id):
            code = context.database.write(work)
        return {**self.read(organisation_id), "set_up_code": None if email else code}

    def new_code(self, organisation_id: str) -> dict[str, Any]:
        """Return a new set-up code for an institute that still waits; the older one is good no longer."""
        self.read(organisation_id)
        context = self._context

        def work(db: Db) -> str | None:
            if set_up_codes.has_administrator(db, organisation_id):
                return None
            return make_code(db, context.keys, organisation_id, context.clock.now())

        with inside(organisation_id):
            code = context.database.write(work)
        if code is None:
            raise set_up_codes.refused("set_up_over")
        return {**self.read(organisation_id), "set_up_code": code}

    def suspend(self, organisation_id: str, reason: str, operator: str) -> dict[str, Any]:
        """Suspend an institute: from the next request on nobody of it gets in. Raises `reason_missing`."""
        reason = checked_reason(reason, 5)
        return self._set_state(organisation_id, SUSPENDED, reason, operator)

    def reopen(self, organisation_id: str, operator: str) -> dict[str, Any]:
        """Let the people of a suspended institute in again."""
        return self._set_state(organisation_id, ACTIVE, "", operator)

    def _set_state(self, organisation_id: str, state: str, reason: str, operator: str) -> dict[str, Any]:
        self.read(organisation_id)

        def work(db: Db) -> None:
            db.run(_SET_STATE, organisation_id=organisation_id, state=state, reason=reason)
            what = "institute_suspended" if state == SUSPENDED else "institute_reopened"
            self.note(db, organisation_id, {"what": what, "operator": operator, "reason": reason})

        with inside(organisation_id):
            self._context.database.write(work)
        return self.read(organisation_id)

    def note(self, db: Db, organisation_id: str, told: dict[str, Any]) -> None:
        """Write into an institute's own audit log what an operator did."""
        actor = system_actor(organisation_id, self._context.new_id())
        batch = self._context.door.batch(db, actor, Origin(""))
        feeds.write(batch, [], orjson.dumps(told).decode())

    def make_own(self) -> str:
        """Make the operators' own organisation, where it isn't there; returns its id."""
        context = self._context
        for organisation_id in each_organisation(context.database):
            with context.database.read() as db:
                if is_platform(db, organisation_id):
                    return organisation_id
        new = NewOrganisation(PLATFORM_SLUG, text("Platform"))
        organisation_id = organisations.create(context.database, context.clock, context.new_id, new)

        def work(db: Db) -> None:
            make_institute_key(db, context.keys, organisation_id, context.clock.now())
            db.run(_SET_KIND, organisation_id=organisation_id, kind=PLATFORM)

        with inside(organisation_id):
            context.database.write(work)
        return organisation_id


def _one(db: Db, organisation_id: str) -> dict[str, Any] | None:
    row = db.one(_OF_ONE, organisation_id=organisation_id)
    if row is None:
        return None
    told = dict(zip(_NAMES, row, strict=True))
    told |= {name: int(told[name]) for name in _COUNTED}
    return {**told, "waits_for_set_up": is_waiting(db, organisation_id)}


def inside(organisation_id: str) -> AbstractContextManager[None]:
    """Work in an institute that an operator named. Raises CampusError `organisation_unknown` for what is no id."""
    if not is_id(organisation_id):
        raise unknown()
    return acting_for(organisation_id)


def unknown() -> CampusError:
    """Return the error for an institute that isn't on this server."""
    return CampusError("organisation_unknown", text("This institute isn't on the server."))


def checked_reason(reason: str, least: int) -> str:
    """Return a reason, tidied. Raises CampusError `reason_missing` for one that says nothing."""
    said = str(tidy(reason))
    if len(said) < least or len(said) > 500 or hidden_letters(said):
        message = text("Give the reason in {least} to 500 characters. It is kept in the institute's own log.",
                       least=least)  # fmt: skip
        raise CampusError("reason_missing", message)
    return said


def wanted_faults(wanted: Wanted) -> dict[str, str]:
    """Return the sentence for each part of a new institute that can't be."""
    values = {"name": tidy(wanted.name), "time_zone": wanted.time_zone, "calling_code": wanted.calling_code}
    faults = setting_errors(values)
    if not _SLUG.fullmatch(wanted.slug) or len(wanted.slug) > _LONGEST_SLUG or wanted.slug == PLATFORM_SLUG:
        faults["slug"] = text("{slug} can't be a short name. Use small letters, digits and dashes.", slug=wanted.slug)
    email = wanted.administrator_email.strip()
    fault = field_error("email", email) if email else None
    return faults | ({"administrator_email": fault} if fault else {})
