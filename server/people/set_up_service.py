"""Finishes the set-up of an institute: settings, administrator, terms, branches, rooms and rules, all or nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from server.core.batch import Origin
from server.core.context import Context
from server.core.database import Db
from server.core.password_policy import check_password
from server.people import entry_limits, set_up_codes
from server.people.credentials import set_password
from server.people.entry_place import Institute, in_institute
from server.people.institute_service import READ
from server.people.organisations import system_actor
from server.people.role_kind import read_roles
from server.people.set_up_messages import FinishAsk, SetUpAdministrator
from shared.core.clock import instant_text
from shared.core.command import Command
from shared.core.days import is_day
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.people.numbering import numbering_id
from shared.people.role_rules import role_id
from shared.people.vocabulary import Role

STAFF = (
    Role.ADMINISTRATOR,
    Role.REGISTRAR,
    Role.BURSAR,
    Role.CASHIER,
    Role.INSTRUCTOR,
    Role.ATTENDANCE_OFFICER,
    Role.AUDITOR,
)
"""The built-in roles of those who work for an institute."""
Step = tuple[str, str, dict[str, Any], str | None]
"""A command's type, its target, what it asks for, and the revision that it changes."""


class SetUpService:
    """Looks whether an institute waits, tries codes, and finishes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def look(self, slug: str) -> dict[str, Any]:
        """Return whether the institute of this short name waits for being set up."""
        with in_institute(self._context, slug) as institute, self._context.database.read() as db:
            waiting = set_up_codes.is_waiting(db, institute.id)
        return {"organisation": institute.slug, "name": institute.name, "waiting": waiting}

    def try_code(self, slug: str, code: str, address: str) -> Institute:
        """Return the institute that a code sets up. Raises `set_up_codes.refused` and `too_many_requests`."""
        now, keys = self._context.clock.now(), self._context.keys
        with in_institute(self._context, slug) as institute:

            def work(db: Db) -> str | None:
                entry_limits.check_standing(db, institute.id, entry_limits.WRONG_CODE, address, now)
                fault = set_up_codes.code_fault(db, keys, institute.id, code, now)
                if fault == "set_up_code_wrong":
                    entry_limits.within(db, institute.id, entry_limits.WRONG_CODE, address, now)
                return fault

            fault = self._context.database.write(work)
        if fault is not None:
            raise set_up_codes.refused(fault)
        return institute

    def check(self, ask: FinishAsk, address: str) -> Institute:
        """Try the code and the password before anything slow. Raises `password_refused`, too."""
        institute = self.try_code(ask.organisation, ask.code, address)
        person = ask.administrator
        names = [person.username, person.given_name, person.family_name, institute.name, institute.slug]
        check_password(person.password.get_secret_value(), names, self._context.settings.password_min_length)
        for at, term in enumerate(ask.terms):
            if not is_day(term.starts_on) or not is_day(term.ends_on) or term.ends_on < term.starts_on:
                message = text("Check the days of {name}: the last one comes after the first.", name=term.name)
                raise CampusError("days_invalid", message, {"part": f"terms.{at}"})
        return institute

    def finish(self, ask: FinishAsk, institute: Institute, hashed: str) -> dict[str, Any]:
        """Do it all in one transaction; nothing is kept where a part is refused.

        Raises CampusError with the part's own word; `details` name the `part` and its place in its list.
        """
        context = self._context
        person_id = context.new_id()

        def work(db: Db) -> None:
            now = context.clock.now()
            set_up_codes.use_code(db, context.keys, institute.id, ask.code, now)
            parts = [*_steps(ask, person_id, context.new_id, _Present(db, institute.id))]
            commands = [self._command(step, at) for at, (_part, step) in enumerate(parts, 1)]
            actor = system_actor(institute.id, commands[0].id)
            outcomes = context.door.accept_in(db, actor, Origin(""), commands, "institute set up").outcomes
            for (part, _step), outcome in zip(parts, outcomes, strict=True):
                if outcome.verdict not in {Verdict.APPLIED, Verdict.AGREED}:
                    raise CampusError(
                        outcome.code or "conflict", outcome.message or part, {**(outcome.details or {}), "part": part}
                    )
            set_password(db, institute.id, person_id, hashed, now)

        with in_institute(context, institute.slug):
            context.database.write(work)
        return {"organisation": institute.slug, "username": ask.administrator.username, "person_id": person_id}

    def _command(self, step: Step, at: int) -> Command:
        kind, target, payload, base = step
        command_id = self._context.new_id()
        return Command(
            id=command_id,
            device_id=command_id,
            install_epoch=1,
            device_seq=at,
            type=kind,
            type_version=self._context.door.types[kind].version,
            target_id=target,
            base=base,
            payload=payload,
            observed_at=instant_text(self._context.clock.now()),
        )


def _changes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"changes": {name: {"old": None, "new": value} for name, value in values.items()}}


class _Present:
    """The rows that are there before anything is set up, by what they are changed with."""

    def __init__(self, db: Db, organisation_id: str) -> None:
        self.id = organisation_id
        row = db.one(READ, organisation_id=organisation_id)
        self.revision = str(row[1]) if row else None
        self.roles = {key: str(role["revision"]) for key, role in read_roles(db, organisation_id).items()}


def _steps(ask: FinishAsk, person_id: str, new_id: IdMaker, here: _Present) -> Iterator[tuple[str, Step]]:
    """Yield each part of the set-up by name with its command."""
    settings = ask.institute.model_dump(mode="json", exclude_none=True)
    if settings:
        yield "institute", ("EditOrganisation", here.id, _changes(settings), here.revision)
    for at, branch in enumerate(ask.branches):
        yield f"branches.{at}", ("AddBranch", new_id(), branch.model_dump(mode="json"), None)
    if ask.numbering is not None:
        rule = _changes(ask.numbering.model_dump(mode="json"))
        yield "numbering", ("SetNumbering", numbering_id(here.id), rule, None)
    yield "administrator", ("AddPerson", person_id, _person(ask.administrator), None)
    for role in ask.factor_roles:
        payload = {"key": role, **_changes({"needs_factor": True})}
        yield "factor_roles", ("SaveRole", role_id(here.id, role), payload, here.roles.get(role))
    for at, term in enumerate(ask.terms):
        yield f"terms.{at}", ("AddAcademicTerm", new_id(), term.model_dump(mode="json"), None)
    for at, room in enumerate(ask.rooms):
        yield f"rooms.{at}", ("AddRoom", new_id(), room.model_dump(mode="json"), None)


def _person(person: SetUpAdministrator) -> dict[str, Any]:
    fields = person.model_dump(mode="json", exclude={"password"})
    return {**fields, "email": fields["email"] or None, "roles": [str(Role.ADMINISTRATOR)]}
