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
from shared.core.errors import CampusError
from shared.core.spreadsheet import as_text_cell
from shared.core.sync import ALL_SCOPE
from shared.core.text import text
from shared.people.commands import EDITABLE
from shared.people.vocabulary import Permission

COLUMNS = (*EDITABLE, "state", "roles")
MOST = 100_000
_ALL = (
    f"SELECT {PERSON_KIND.selected()} FROM person t WHERE t.organisation_id = :o AND t.merged_into IS NULL"  # noqa: S608 - our own names
    " ORDER BY t.sort_name, t.id LIMIT :most"
)
_SOME = SetSql(
    f"SELECT {PERSON_KIND.selected()} FROM {{ids}} i {{by}} person t ON t.id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o AND t.merged_into IS NULL ORDER BY t.sort_name, t.id"
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
    with context.database.read() as db:
        people = _read(db, actor.organisation_id, ids)
    rows = [[_cell(body, name) for name in columns] for body in people]
    _note(context, known, len(rows), columns)
    return _as_xlsx(columns, rows) if kind == "xlsx" else _as_csv(columns, rows)


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
