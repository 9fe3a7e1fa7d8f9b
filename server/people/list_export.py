"""Lists of people as a file: the columns that were chosen, as CSV or as a workbook, with no cell that runs anything."""

import csv
import io
from collections.abc import Iterable, Sequence

import orjson

from server.core import feeds
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.entities import Body
from server.core.sql import SetSql
from server.people.access_notes import note_export
from server.people.person_kind import PERSON_KIND
from server.people.profile_service import PRIVATE_KIND
from shared.core.errors import CampusError
from shared.core.spreadsheet import as_text_cell
from shared.core.sync import ALL_SCOPE
from shared.core.text import text
from shared.people.commands import EDITABLE
from shared.people.profile_fields import may_see_private, row_id
from shared.people.profile_rules import GUARDIAN_PARTS
from shared.people.vocabulary import PRIVATE_PROFILE, PROFILE, Permission

COLUMNS = (*EDITABLE, "state", "roles", "branch")
CONTACTS = ("guardian", "sponsor")
"""How a list calls the first two contacts of a person; an import knows the same words."""
PRIVATE_COLUMNS = ("address", *(f"{who}_{part}" for who in CONTACTS for part in GUARDIAN_PARTS))
"""What only those may take out who read it on the screen."""
MOST = 100_000
_ALL = (
    f"SELECT {PERSON_KIND.selected()} FROM person t WHERE t.organisation_id = :o AND t.merged_into IS NULL"  # noqa: S608 - our own names
    " ORDER BY t.sort_name, t.id LIMIT :most"
)
_SOME = SetSql(
    f"SELECT {PERSON_KIND.selected()} FROM {{ids}} i {{by}} person t ON t.id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o AND t.merged_into IS NULL ORDER BY t.sort_name, t.id"
)
_PRIVATE = SetSql(
    f"SELECT {PRIVATE_KIND.selected()} FROM {{ids}} i {{by}} private_profile t ON t.id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)
_BRANCHES = SetSql(
    "SELECT p.person_id, b.name FROM {ids} i {by} profile p ON p.id = i.id"
    " JOIN branch b ON b.organisation_id = p.organisation_id AND b.id = p.branch_id WHERE p.organisation_id = :o"
)


def export_people(
    context: Context, known: CurrentSignIn, ids: Sequence[str], columns: Sequence[str], kind: str
) -> bytes:
    """Return the people `ids` (none: everyone) as `csv` or `xlsx`, and write into the audit log that this was done.

    Raises CampusError `not_allowed`.
    """
    actor = known.actor
    if not actor.may(Permission.PEOPLE_EXPORT) or ALL_SCOPE not in actor.scopes:
        raise CampusError("not_allowed", text("Your role doesn't take lists of people out. Ask an administrator."))
    if set(columns) & set(PRIVATE_COLUMNS) and not may_see_private(actor):
        message = text("Your role doesn't read addresses and contacts. Leave these columns out.")
        raise CampusError("not_allowed", message)
    home = actor.organisation_id
    rows = context.reports.read(home, lambda db: rows_of(db, home, ids, columns))
    _note(context, known, len(rows), columns)
    return _as_xlsx(columns, rows) if kind == "xlsx" else _as_csv(columns, rows)


def rows_of(db: Db, organisation_id: str, ids: Sequence[str], columns: Sequence[str]) -> list[list[str]]:
    """Return the cells of the people `ids` (none: everyone), a list for each."""
    people = _read(db, organisation_id, ids)
    if set(columns) & set(PRIVATE_COLUMNS):
        told = _private(db, organisation_id, people)
        people = [{**body, **told.get(body["id"], {})} for body in people]
    if "branch" in columns:
        at = _branches(db, organisation_id, people)
        people = [{**body, "branch": at.get(body["id"])} for body in people]
    return [[_cell(body, name) for name in columns] for body in people]


def _branches(db: Db, organisation_id: str, people: Sequence[Body]) -> dict[str, str]:
    """Return the names of the branches that people are at, by person."""
    ids = orjson.dumps([row_id(PROFILE, body["id"]) for body in people]).decode()
    return {str(row[0]): str(row[1]) for row in db.rows(_BRANCHES, o=organisation_id, ids=ids)}


def _private(db: Db, organisation_id: str, people: Sequence[Body]) -> dict[str, Body]:
    ids = orjson.dumps([row_id(PRIVATE_PROFILE, body["id"]) for body in people]).decode()
    found: dict[str, Body] = {}
    for body in map(PRIVATE_KIND.body_of, db.rows(_PRIVATE, o=organisation_id, ids=ids)):
        contacts = zip(CONTACTS, body["guardians"], strict=False)
        parts = {f"{who}_{part}": one.get(part) for who, one in contacts for part in GUARDIAN_PARTS}
        found[body["person_id"]] = {"address": body["address"], **parts}
    return found


def _read(db: Db, organisation_id: str, ids: Sequence[str]) -> list[Body]:
    if not ids:
        return [PERSON_KIND.body_of(row) for row in db.rows(_ALL, o=organisation_id, most=MOST)]
    wanted = orjson.dumps(sorted(set(ids))).decode()
    return [PERSON_KIND.body_of(row) for row in db.rows(_SOME, o=organisation_id, ids=wanted)]


def _cell(body: Body, name: str) -> str:
    value = body.get(name)
    return as_text_cell(", ".join(value) if isinstance(value, list) else str(value or ""))


def _note(context: Context, known: CurrentSignIn, rows: int, columns: Sequence[str]) -> None:
    note_export(context, known, "people", rows)

    def write(db: Db) -> None:
        batch = context.door.batch(db, known.actor, known.origin)
        feeds.write(batch, [], orjson.dumps({"exported": "people", "rows": rows, "columns": list(columns)}).decode())

    context.database.write(write)


def _as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("People")
    sheet.append(list(columns))
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
