"""SQL text that both databases understand: named places, and one JSON parameter as a set of rows."""

import re
from functools import lru_cache

_PLACE = re.compile(r"(?<![:\w]):([a-z][a-z0-9_]*)")
_SQLITE_CASTS = {"integer": "INTEGER", "boolean": "INTEGER"}


@lru_cache(maxsize=2048)
def for_driver(dialect: str, sql: str) -> str:
    """Return `sql` with its `:name` places in the driver's own way (psycopg: `%(name)s`)."""
    if dialect == "sqlite":
        return sql
    return _PLACE.sub(r"%(\1)s", sql.replace("%", "%%"))


def row_source(dialect: str, columns: tuple[tuple[str, str], ...], place: str) -> str:
    """Return a FROM item that turns the JSON array in `:place` into rows with `columns` (name, SQL type).

    One prebuilt statement then serves a batch of any size.
    """
    if dialect == "sqlite":
        picked = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name, _ in columns)
        return f"(SELECT {picked} FROM json_each(:{place}))"
    described = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    return f"(SELECT * FROM json_to_recordset(CAST(:{place} AS json)) AS given({described}))"


def id_source(dialect: str, place: str) -> str:
    """Return a FROM item with one column `id` from the JSON array of texts in `:place`."""
    if dialect == "sqlite":
        return f"(SELECT value AS id FROM json_each(:{place}))"
    return f"(SELECT value AS id FROM json_array_elements_text(CAST(:{place} AS json)))"


def looked_up(dialect: str, table: str, alias: str, condition: str) -> str:
    """Return a left join of `table` as `alias` that is looked up by key for each row before it.

    `condition` begins with the table's own column. PostgreSQL keeps to that order, too, whatever it believes of a
    table that it hasn't counted yet: on an office's first day it would read a whole organisation for thirty marks.
    """
    if dialect == "sqlite":
        return f"LEFT JOIN {table} {alias} ON {alias}.organisation_id = :organisation_id AND {alias}.{condition}"
    found = f"SELECT * FROM {table} k WHERE k.organisation_id = :organisation_id AND k.{condition} OFFSET 0"
    return f"LEFT JOIN LATERAL ({found}) {alias} ON true"


class SetSql:
    """A statement over sets of rows, written once and rendered once for each database.

    In the template `{by}` joins what follows it to the set (SQLite keeps to that order and looks rows up by key,
    where its planner would scan a whole organisation), `{rows}` stands for the row source of the JSON place `:rows`
    with `columns`, `{ids}` for the id source of `:ids`, `{lock}` for `FOR UPDATE OF <lock>` where the database locks
    rows.
    """

    def __init__(self, template: str, lock: str = "", **columns: str) -> None:
        self._template = template
        self._lock = lock
        self._columns = tuple(columns.items())
        self._texts: dict[str, str] = {}

    def text(self, dialect: str) -> str:
        """Return the statement for `dialect`, still with `:name` places."""
        known = self._texts.get(dialect)
        if known is None:
            locks = f"FOR UPDATE OF {self._lock}" if self._lock and dialect != "sqlite" else ""
            known = self._template.format(
                rows=row_source(dialect, self._columns, "rows"),
                ids=id_source(dialect, "ids"),
                lock=locks,
                by="CROSS JOIN" if dialect == "sqlite" else "JOIN",
            )
            self._texts[dialect] = known
        return known


class KeyedUpdate(SetSql):
    """`UPDATE table SET ... ` from a set of rows with an `id` each, within `:organisation_id`."""

    def __init__(self, table: str, sets: str, **columns: str) -> None:
        super().__init__("", **columns)
        self._table = table
        self._sets = sets

    def text(self, dialect: str) -> str:
        """Return the statement for `dialect`; SQLite is led from each given row to its place in the table."""
        known = self._texts.get(dialect)
        if known is None:
            table, given = self._table, row_source(dialect, self._columns, "rows")
            if dialect == "sqlite":
                known = (
                    f"WITH r AS MATERIALIZED (SELECT g.*, t.rowid AS own_rowid FROM {given} g CROSS JOIN {table} t"
                    " ON t.organisation_id = :organisation_id AND t.id = g.id)"
                    f" UPDATE {table} SET {self._sets} FROM r WHERE {table}.rowid = r.own_rowid"
                )
            else:
                known = (
                    f"UPDATE {table} SET {self._sets} FROM {given} r"
                    f" WHERE {table}.organisation_id = :organisation_id AND {table}.id = r.id"
                )
            self._texts[dialect] = known
        return known
