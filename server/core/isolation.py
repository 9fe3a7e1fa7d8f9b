"""In whose rows a piece of work is: one organisation for a transaction, and in a request the one that was proved.

Every statement names its `organisation_id` (as `:organisation_id` or `:o`); underneath, PostgreSQL shows a transaction
the rows of one organisation and no other (`server.core.row_security`), and `Db` refuses a statement that names another
one than its transaction's. Which one that is:

- in a request, the organisation of its verified access token, from the outermost layer on (`stay_in`);
- in a request without a token (signing in, a secret link, a sealed delivery), in a job and in a command, the one that
  the transaction's first statement names, or that it went into with `db.enter`; never a second one. Which
  organisations there are is told by the directory below (`DirectorySql`), which holds public columns alone;
- a transaction that names none sees no row on PostgreSQL, and fails in tests.

Work on all organisations goes from one to the next, each in transactions of its own:
`for organisation_id in each_organisation(database)`. A page of the platform's operator does the same in a request,
where only this loop may leave the token's organisation; or it asks a narrow function of the owner's that gives numbers
and never rows, made as those in `server.core.row_security` are. Tables that new migrations make are bound by the run
of migrations itself.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from server.core.sql import SetSql

_ID = re.compile(r"[0-9A-Za-z_-]{1,36}")
_present: ContextVar[str | None] = ContextVar("organisation", default=None)


class Reads(Protocol):
    """What `server.core.database.Database` is here, which stands above this."""

    def read(self) -> AbstractContextManager[Any]:
        """Yield a connection for reading."""


class IsolationError(LookupError):
    """A fault of the program: work on an organisation's rows outside of it."""


class DirectorySql(SetSql):
    """A statement over `{directory}`: of all organisations `id, slug, name, time_zone, calling_code`, nothing else."""

    def text(self, dialect: str) -> str:
        """Return the statement for `dialect`; on PostgreSQL a function of the owner's gives these columns alone."""
        known = self._texts.get(dialect)
        if known is None:
            directory = "public.campusdesk_organisations()" if dialect == "postgresql" else "organisation"
            known = self._texts[dialect] = self._template.replace("{directory}", directory)
        return known


class DeviceSql(SetSql):
    """A statement over `{device}`: the organisations (`organisation_id`) in which the device `:device_id` is known."""

    def text(self, dialect: str) -> str:
        """Return the statement for `dialect`."""
        known = self._texts.get(dialect)
        if known is None:
            places = {
                "postgresql": "public.campusdesk_device_organisations(CAST(:device_id AS text))",
                "sqlite": "(SELECT organisation_id FROM device WHERE id = :device_id)",
            }
            known = self._texts[dialect] = self._template.replace("{device}", places[dialect])
        return known


EVERY_ORGANISATION = DirectorySql("SELECT id FROM {directory} ORDER BY id")
_OF_DEVICE = DeviceSql("SELECT organisation_id FROM {device} d ORDER BY organisation_id")


def present() -> str | None:
    """Return the organisation that this piece of work stays in; None where its transactions name their own."""
    return _present.get()


def stay_in(organisation_id: str | None) -> None:
    """Be in an organisation (None: in none) until this request, or whatever has a context of its own, is over."""
    _present.set(checked(organisation_id) if organisation_id else None)


@contextmanager
def acting_for(organisation_id: str | None) -> Iterator[None]:
    """Be in an organisation inside the block, whichever one the work was in; in a request only with good reason."""
    token = _present.set(checked(organisation_id) if organisation_id else None)
    try:
        yield
    finally:
        _present.reset(token)


def each_organisation(database: Reads) -> Iterator[str]:
    """Yield the id of each organisation, while the work is in it; it is in none between them and afterwards."""
    with acting_for(None), database.read() as db:
        found = [str(row[0]) for row in db.rows(EVERY_ORGANISATION)]
    for organisation_id in found:
        with acting_for(organisation_id):
            yield organisation_id


def organisations_of_device(db: Any, device_id: str) -> list[str]:
    """Return the organisations in which a device of this id is registered, whose keys it can be asked to prove."""
    return [str(row[0]) for row in db.rows(_OF_DEVICE, device_id=device_id)]


def checked(organisation_id: str) -> str:
    """Return an id that may be spliced into the statement that begins a transaction. Raises IsolationError."""
    if not _ID.fullmatch(organisation_id):
        message = "this can't be the id of an organisation"
        raise IsolationError(message)
    return organisation_id
