"""Making an organisation: its row, its feed head and its built-in roles."""

from dataclasses import dataclass

from server.core import feeds
from server.core.batch import Batch, Origin
from server.core.database import Database, Db
from server.core.isolation import DirectorySql, acting_for
from server.core.server_epoch import present_epoch
from server.people.institute_service import institute_body
from server.people.organisation_state import PLATFORM_SLUG
from server.people.role_kind import ROLE_KIND, built_in_rows
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.core.text import text
from shared.people.vocabulary import ORGANISATION, Permission, Role

_INSERT = """
INSERT INTO organisation (id, slug, name, time_zone, calling_code, settings, revision, created_at)
VALUES (:id, :slug, :name, :time_zone, :calling_code, '{}', :revision, :created_at) ON CONFLICT DO NOTHING
"""
_HEAD = """
INSERT INTO feed_head (organisation_id, seq, audit_seq, chain, server_epoch, access_revision)
VALUES (:id, 0, 0, :chain, :server_epoch, 0)
"""
_ALL = DirectorySql("SELECT id, slug, time_zone FROM {directory} d ORDER BY slug")


@dataclass(frozen=True)
class NewOrganisation:
    """What an organisation starts with; `time_zone` is an IANA name, `calling_code` the country's, without plus."""

    slug: str
    name: str
    time_zone: str = "Africa/Accra"
    calling_code: str = "233"


def named_organisation(db: Db, slug: str | None) -> tuple[str, str]:
    """Return id and time zone of the organisation with this short name, or of the only one there is.

    Raises CampusError `organisation_unknown` or `organisation_unclear`.
    """
    known = db.rows(_ALL)
    found = [row for row in known if slug == row[1] or (slug is None and row[1] != PLATFORM_SLUG)]
    if slug is not None and not found:
        message = text("{slug} isn't an institute on this server.", slug=slug)
        raise CampusError("organisation_unknown", message, {"slug": slug})
    if len(found) != 1:
        slugs = [str(row[1]) for row in known]
        message = text("Say which institute with --organisation: {slugs}.", slugs=", ".join(slugs) or "-")
        raise CampusError("organisation_unclear", message, {"organisations": slugs})
    return str(found[0][0]), str(found[0][2])


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
    with acting_for(organisation_id):
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
    batch = Batch(db, system_actor(organisation_id, revision), Origin(""), now, new_id)
    ROLE_KIND.insert(batch, list(built_in_rows(organisation_id, revision, {})))
    row = (organisation_id, revision, wanted.slug, wanted.name, wanted.time_zone, wanted.calling_code, "{}")
    body = institute_body(row)
    batch.changed(ORGANISATION, body, f"{ORGANISATION}:{organisation_id}")
    feeds.write(batch, [], "organisation made")
