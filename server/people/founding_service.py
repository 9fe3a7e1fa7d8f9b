"""An institute that registers by itself, with its first administrator, where the operator of the server lets it.

The institute is empty until its administrator has proved the mail address: nobody can sign in before.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from server.core.context import Context
from server.core.isolation import DirectorySql, acting_for
from server.core.password_policy import check_password
from server.people import organisations
from server.people.credentials import make_institute_key
from server.people.organisations import NewOrganisation
from server.people.registration_service import Registering, RegistrationService
from server.people.sign_in_service import Caller
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.entry_rules import entry_errors
from shared.people.vocabulary import Role

_TAKEN = DirectorySql("SELECT id FROM {directory} WHERE slug = :slug")
_security = logging.getLogger("campusdesk.security")


@dataclass(frozen=True)
class Founding:
    """The institute and its first administrator."""

    institute: str
    slug: str
    administrator: Registering = field(repr=False)


class FoundingService:
    """Takes registrations of institutes."""

    def __init__(self, context: Context, registrations: RegistrationService) -> None:
        self._context = context
        self._registrations = registrations

    def check(self, wanted: Founding, password: str) -> None:
        """Check everything before bcrypt runs.

        Raises CampusError `registration_closed`, `field_invalid`, `password_refused` or `organisation_exists`.
        """
        if not self._context.settings.organisation_registration:
            message = text("Institutes don't register by themselves on this server. Ask whoever runs it.")
            raise CampusError("registration_closed", message)
        own = entry_errors({"institute": wanted.institute, "slug": wanted.slug})
        faults = {**own, **wanted.administrator.faults}
        if faults:
            raise CampusError("field_invalid", next(iter(faults.values())), {"fields": faults})
        names = [wanted.institute, wanted.slug, *self._registrations.names(wanted.administrator)]
        check_password(password, names, self._context.settings.password_min_length)
        with self._context.database.read() as db:
            if db.one(_TAKEN, slug=wanted.slug) is not None:
                message = text("{slug} is taken by another institute. Choose another short name.", slug=wanted.slug)
                raise CampusError("organisation_exists", message, {"field": "slug"})

    def found(self, wanted: Founding, hashed: str, caller: Caller) -> dict[str, str]:
        """Make the institute and send its administrator the code; returns what proves the address later."""
        context = self._context
        new = NewOrganisation(wanted.slug, wanted.institute.strip())
        organisation_id = organisations.create(context.database, context.clock, context.new_id, new)
        now = context.clock.now()
        with acting_for(organisation_id):
            context.database.write(lambda db: make_institute_key(db, context.keys, organisation_id, now))
            registration_id = context.database.write(
                lambda db: self._registrations.register_in(
                    db, organisation_id, wanted.administrator, hashed, Role.ADMINISTRATOR
                )
            )
        facts = {"organisation_id": organisation_id, "address": caller.address}
        _security.info("An institute registered", extra=facts)
        return {"organisation": wanted.slug, "registration_id": registration_id}
