"""Where people stand in the tables: which rows are whose, which texts are personal, and what goes when someone goes.

Each area tells it of its tables as data. Export, erasure and retention stand on it, and a test refuses a table, an id
column or a free text that it doesn't tell of.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.database import Db
from server.core.sql import SetSql
from server.core.tables import METADATA

ANY = "*"
"""In the place of a table: whatever row has that id."""
ID_LENGTH = 36
KeepsPerson = Callable[[Db, str, str], Sequence[str]]
"""Given (db, organisation id, person id), returns the sentences for why someone can't be anonymised yet."""
FindsRows = Callable[[Db, str, str], Iterable[str]]
"""Given (db, organisation id, person id), returns the ids of rows that are the person's."""
Row = dict[str, Any]


@dataclass(frozen=True)
class PersonalTable:
    """What one table keeps of people.

    `own` are columns with the id of whose row it is; `via` are columns whose row of another table says so; `by` maps
    columns with the id of who did it to the column of the name beside it ("" where there is none); `names` are names
    without an id. `listed` are columns in whose JSON ids stand. `ids` are ids of other things than people; `aka` are
    further ids that stand for the row itself, as commands name it.

    When someone is anonymised, rows of his or hers are removed where they are `gone`, else the texts in `blank` are
    emptied; `authored` are texts that are emptied for who wrote them. Texts in `kept` stay, without the name.
    """

    table: str
    own: tuple[str, ...] = ()
    via: tuple[tuple[str, str], ...] = ()
    by: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    aka: tuple[str, ...] = ()
    gone: bool = False
    blank: tuple[str, ...] = ()
    authored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    """Columns that an export leaves out: hashes and sealed values, which tell a person nothing."""
    personal: bool = True
    finder: "FindsRows | None" = None
    """Finds a person's rows that bear no id of him or her, say by a mail address."""

    def __post_init__(self) -> None:
        if self.table not in METADATA.tables:
            message = f"there is no table {self.table}"
            raise ValueError(message)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns but the organisation's."""
        return tuple(str(one.name) for one in METADATA.tables[self.table].columns if one.name != "organisation_id")

    @property
    def key(self) -> tuple[str, ...]:
        """The primary key, the organisation left out."""
        primary = METADATA.tables[self.table].primary_key.columns
        return tuple(str(column.name) for column in primary if column.name != "organisation_id")

    @property
    def id_column(self) -> str | None:
        """The column that other tables name a row by, None where rows have no id."""
        if len(self.key) != 1:
            return None
        kind = METADATA.tables[self.table].c[self.key[0]].type
        return self.key[0] if getattr(kind, "length", None) == ID_LENGTH else None

    def is_nullable(self, column: str) -> bool:
        """Tell whether a column may be empty."""
        return bool(METADATA.tables[self.table].c[column].nullable)


def impersonal(*tables: str) -> tuple[PersonalTable, ...]:
    """Return the description of tables that keep nothing of anyone."""
    return tuple(PersonalTable(table, personal=False) for table in tables)


@dataclass
class PersonRows:
    """The rows that name a person, by table; `owned` are the ids of those that are his or hers."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    owned: dict[str, set[str]] = field(default_factory=dict)

    @property
    def owned_ids(self) -> set[str]:
        """The ids of all rows of the person's, of whatever table."""
        return set().union(*self.owned.values()) if self.owned else set()


def rows_of(db: Db, organisation_id: str, tables: Sequence[PersonalTable], person_id: str) -> PersonRows:
    """Return all rows that a person owns, made, or is listed in, following rows to the rows that hang on them."""
    found = PersonRows()
    asked = [one for one in tables if one.personal]
    for table in asked:
        _take(found, table, _direct(db, organisation_id, table, person_id), person_id)
        if table.finder is not None:
            found.owned.setdefault(table.table, set()).update(table.finder(db, organisation_id, person_id))
            _take(found, table, _named(db, organisation_id, table, found), person_id)
    waiting = [one for one in asked if one.via]
    for _ in range(len(waiting) + 1):
        before = sum(map(len, found.owned.values()))
        for table in waiting:
            _take(found, table, _hanging(db, organisation_id, table, found), person_id)
        if sum(map(len, found.owned.values())) == before:
            break
    found.rows = {name: rows for name, rows in found.rows.items() if rows}
    return found


def is_own(table: PersonalTable, row: Row, person_id: str, found: PersonRows) -> bool:
    """Tell whether a row is the person's, and not only names him or her."""
    if table.finder is not None and row[str(table.id_column)] in found.owned.get(table.table, ()):
        return True
    return any(row[column] == person_id for column in table.own) or any(
        row[column] in (found.owned_ids if parent == ANY else found.owned.get(parent, ()))
        for column, parent in table.via
    )


def _take(found: PersonRows, table: PersonalTable, rows: Iterable[Row], person_id: str) -> None:
    known = found.rows.setdefault(table.table, [])
    keys = {tuple(row[name] for name in table.key) for row in known}
    for row in rows:
        key = tuple(row[name] for name in table.key)
        if key not in keys:
            keys.add(key)
            known.append(row)
        if table.id_column is not None and is_own(table, row, person_id, found):
            more = {row[column] for column in table.aka if row[column]}
            found.owned.setdefault(table.table, set()).update({row[table.id_column]}, more)


def _direct(db: Db, organisation_id: str, table: PersonalTable, person_id: str) -> list[Row]:
    parts = [f"t.{column} = :person_id" for column in (*table.own, *table.by)]
    parts += [f"t.{column} LIKE :inside" for column in table.listed]
    if not parts:
        return []
    sql = f"{_select(table)} AND ({' OR '.join(parts)})"
    rows = db.rows(sql, organisation_id=organisation_id, person_id=person_id, inside=f"%{person_id}%")
    return [dict(zip(table.columns, row, strict=True)) for row in rows]


def _hanging(db: Db, organisation_id: str, table: PersonalTable, found: PersonRows) -> list[Row]:
    rows: list[Row] = []
    for column, parent in table.via:
        ids = found.owned_ids if parent == ANY else found.owned.get(parent, set())
        if ids:
            sql = SetSql(f"{_select(table)} AND t.{column} IN (SELECT id FROM {{ids}} i)")
            packed = orjson.dumps(sorted(ids)).decode()
            rows += [
                dict(zip(table.columns, row, strict=True))
                for row in db.rows(sql, organisation_id=organisation_id, ids=packed)
            ]
    return rows


def _named(db: Db, organisation_id: str, table: PersonalTable, found: PersonRows) -> list[Row]:
    """Return the rows of a table that are known to be the person's already."""
    sql = SetSql(f"{_select(table)} AND t.{table.id_column} IN (SELECT id FROM {{ids}} i)")
    packed = orjson.dumps(sorted(found.owned[table.table])).decode()
    rows = db.rows(sql, organisation_id=organisation_id, ids=packed)
    return [dict(zip(table.columns, row, strict=True)) for row in rows]


def _select(table: PersonalTable) -> str:
    columns = ", ".join(f"t.{name}" for name in table.columns)
    return f"SELECT {columns} FROM {table.table} t WHERE t.organisation_id = :organisation_id"
