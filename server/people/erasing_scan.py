"""Looks through all texts of an organisation for words that name a person, in rows that don't say whose they are."""

from collections.abc import Iterable, Sequence

import orjson
from sqlalchemy import String, Text

from server.core.database import Db
from server.core.personal_data import PersonalTable, Row
from server.core.tables import METADATA

_AT_ONCE = 30
_WAYS = {
    "sqlite": ("LIMIT -1 OFFSET 0", "instr(u.told, :{needle}) > 0"),
    "postgresql": ("OFFSET 0", "strpos(u.told, :{needle}) > 0"),
}
_IDS = frozenset({24, 36, 64})


def rows_with(
    db: Db, organisation_id: str, tables: Iterable[PersonalTable], needles: Sequence[str]
) -> dict[str, list[Row]]:
    """Return the rows of each table in which any of `needles` stands, in whatever case of plain letters."""
    if not needles:
        return {}
    found = {table.table: _rows(db, organisation_id, table, needles) for table in tables if table.personal}
    return {name: rows for name, rows in found.items() if rows}


def _rows(db: Db, organisation_id: str, table: PersonalTable, needles: Sequence[str]) -> list[Row]:
    texts = [name for name in table.columns if name not in table.secret and _is_text(table, name)]
    if not texts:
        return []
    joined = " || ' ' || ".join(f"coalesce(t.{name}, '')" for name in texts)
    columns = ", ".join(f"t.{name}" for name in table.columns)
    chosen = ", ".join(f"u.{name}" for name in table.columns)
    # The fence keeps the small letters of a row from being made anew for each word that is looked for.
    fence, holds = _WAYS[db.dialect]
    inner = f"SELECT {columns}, lower({joined}) AS told FROM {table.table} t WHERE t.organisation_id = :organisation_id"  # noqa: S608 - our own names
    found: dict[tuple[str, ...], Row] = {}
    wanted = sorted({form for needle in needles for form in _forms(needle)})
    for start in range(0, len(wanted), _AT_ONCE):
        words = {f"needle_{_letters(at)}": one for at, one in enumerate(wanted[start : start + _AT_ONCE])}
        either = " OR ".join(holds.format(needle=name) for name in words)
        sql = f"SELECT {chosen} FROM ({inner} {fence}) u WHERE {either}"  # noqa: S608 - our own names
        for row in db.rows(sql, organisation_id=organisation_id, **words):
            body = dict(zip(table.columns, row, strict=True))
            found[tuple(str(body[name]) for name in table.key)] = body
    return list(found.values())


def _forms(needle: str) -> set[str]:
    """Return a word in small letters as texts hold it, and as JSON does, each database making small what it can."""
    small = {needle.casefold(), "".join(one.lower() if one.isascii() else one for one in needle)}
    return small | {orjson.dumps(one).decode()[1:-1] for one in small}


def _letters(at: int) -> str:
    return f"{'abcdefghij'[at // 10]}{'abcdefghij'[at % 10]}"


def _is_text(table: PersonalTable, name: str) -> bool:
    kind = METADATA.tables[table.table].c[name].type
    return isinstance(kind, Text) or (isinstance(kind, String) and (kind.length or 0) not in _IDS)
