"""What the server does by itself: who it is in an institute's log, and its own work in each institute that has some."""

from collections.abc import Callable
from functools import partial

from server.core.batch import Batch, Origin
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import each_organisation
from server.people.organisations import system_actor
from shared.core.actor import Actor
from shared.core.ids import derived_id

Work = Callable[[Context, Batch], int]


def server_id(organisation_id: str) -> str:
    """Return the id under which the server itself writes in an institute, as a person and as a device."""
    return derived_id("campusdesk-server", organisation_id)


def server_actor(organisation_id: str) -> Actor:
    """Return the server as somebody who may do everything in an institute."""
    return system_actor(organisation_id, server_id(organisation_id))


def server_batch(context: Context, db: Db, organisation_id: str) -> Batch:
    """Return a batch of the server's own in the caller's transaction."""
    return context.door.batch(db, server_actor(organisation_id), Origin(""))


def work_where_some(context: Context, waiting: str, work: Work) -> int:
    """Do a job's work once in each institute where `waiting` finds a row; `:o` is the institute. Returns the sum.

    Looking takes no lock, so an institute without work costs one read; `work` finds out anew within its transaction.
    """
    done = 0
    for organisation_id in each_organisation(context.database):
        with context.database.read() as db:
            some = db.one(waiting, o=organisation_id) is not None
        if some:
            done += context.database.write(partial(_in_batch, context, organisation_id, work))
    return done


def _in_batch(context: Context, organisation_id: str, work: Work, db: Db) -> int:
    db.enter(organisation_id)
    return work(context, server_batch(context, db, organisation_id))
