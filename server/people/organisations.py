"""Making an organisation: its row, its feed head and its built-in roles."""

from dataclasses import dataclass

import orjson

from server.core import feeds
from server.core.batch import Batch, Origin
from server.core.database import Database, Db
from server.core.server_epoch import present_epoch
from server.core.sql import SetSql
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.core.text import text
from shared.people.vocabulary import BUILT_IN_ROLES, ORGANISATION, Permission, Role

_INSERT = """
INSERT INTO organisation (id, slug, name, time_zone, calling_code, settings, revision, created_at)
VALUES (:id, :slug, :name, :time_zone, :calling_code, '{}', :revision, :created_at) ON CONFLICT DO NOTHING
"""
_HEAD = """
INSERT INTO feed_head (organisation_id, seq, audit_seq, chain, server_epoch, access_revision)
VALUES (:id, 0, 0, :chain, :server_epoch, 0)
"""
_ROLES = SetSql(
    'INSERT INTO role (organisation_id, "key", name, permissions, built_in)'
    " SELECT :organisation_id, r.role_key, r.name, r.permissions, true FROM {rows} r",
    role_key="text",
    name="text",
    permissions="text",
)
_ROLE_NAMES = {
    Role.PLATFORM_ADMINISTRATOR: "Platform administrator",
    Role.ADMINISTRATOR: "Administrator",
    Role.REGISTRAR: "Registrar",
    Role.CASHIER: "Cashier",
    Role.INSTRUCTOR: "Instructor",
    Role.ATTENDANCE_OFFICER: "Attendance officer",
    Role.AUDITOR: "Auditor",
    Role.STUDENT: "Student",
}


@dataclass(frozen=True)
class NewOrganisation:
    """What an organisation starts with; `time_zone` is an IANA name, `calling_code` the country's, without plus."""

    slug: str
    name: str
    time_zone: str = "Africa/Accra"
    calling_code: str = "233"


def system_actor(organisation_id: str, person_id: str, name: str = "Campusdesk") -> Actor:
    """Return the actor of set-up, imports and jobs: it may do everything."""
    return Actor(
        person_id=person_id,
        organisation_id=organisation_id,
        name=name,
        roles=(Role.PLATFORM_ADMINISTRATOR,),
        permissions=frozenset(map(str, Permission)),
        scopes=("all",),
    )


def create(database: Database, clock: Clock, new_id: IdMaker, wanted: NewOrganisation) -> str:
    """Make an organisation and return its id. Raises CampusError `organisation_exists`."""
    organisation_id = new_id()
    database.write(lambda db: _create_in(db, clock, new_id, wanted, organisation_id))
    return organisation_id


def _create_in(db: Db, clock: Clock, new_id: IdMaker, wanted: NewOrganisation, organisation_id: str) -> None:
    now, revision = instant_text(clock.now()), new_id()
    made = db.run(
        _INSERT,
        id=organisation_id,
        slug=wanted.slug,
        name=wanted.name,
        time_zone=wanted.time_zone,
        calling_code=wanted.calling_code,
        revision=revision,
        created_at=now,
    )
    if not made:
        message = text(
            "{slug} is taken by another institute on this server. Choose another short name.", slug=wanted.slug
        )
        raise CampusError("organisation_exists", message, {"slug": wanted.slug})
    db.run(_HEAD, id=organisation_id, chain=b"", server_epoch=present_epoch(db, new_id()))
    rows = [
        {"role_key": role, "name": _ROLE_NAMES[role], "permissions": orjson.dumps(sorted(allowed)).decode()}
        for role, allowed in BUILT_IN_ROLES.items()
    ]
    db.run(_ROLES, organisation_id=organisation_id, rows=orjson.dumps(rows).decode())
    batch = Batch(db, system_actor(organisation_id, revision), Origin(""), now, new_id)
    body = {
        "id": organisation_id,
        "revision": revision,
        "slug": wanted.slug,
        "name": wanted.name,
        "time_zone": wanted.time_zone,
        "calling_code": wanted.calling_code,
    }
    batch.changed(ORGANISATION, body, f"{ORGANISATION}:{organisation_id}")
    feeds.write(batch, [], "organisation made")
