"""Reads for lists: filters, order and pages over base rows and drafts, merged by index instead of sorted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from desktop.core.disk import Db
from desktop.core.schema import from_text, to_text
from desktop.core.store_area import KindSpec

Op = Literal["=", "!=", "<", "<=", ">", ">=", "in", "has", "empty"]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COLUMNS = {"id": "id", "parent": "parent", "sort_text": "sort_text"}
_COMPARES: dict[str, str] = {"=": "=", "!=": "IS NOT", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class Where:
    """One condition on a field of the body, a key of the kind, `id` or `parent`.

    `in` takes a list of values, `has` asks whether an array has the value, `empty` takes True or False.
    """

    field: str
    op: Op
    value: Any = None


def _column(spec: KindSpec, name: str) -> str:
    if name in spec.keys:
        return f"key{list(spec.keys).index(name) + 1}"
    if name in _COLUMNS:
        return _COLUMNS[name]
    if not _NAME.fullmatch(name):
        message = f"{name!r} is no field."
        raise ValueError(message)
    return f"json_extract(body, '$.{name}')"


def _condition(spec: KindSpec, where: Where) -> tuple[str, list[Any]]:
    column = _column(spec, where.field)
    if where.op == "in":
        return f"{column} IN (SELECT value FROM json_each(?))", [to_text(list(where.value))]
    if where.op == "has":
        if not _NAME.fullmatch(where.field):
            message = f"{where.field!r} is no field."
            raise ValueError(message)
        source = f"json_each(body, '$.{where.field}')"
        return f"EXISTS (SELECT 1 FROM {source} e WHERE e.value = ?)", [_plain(where.value)]
    if where.op == "empty":
        wanted = f"({column} IS NULL OR {column} = '' OR {column} = '[]')"
        return (wanted if where.value else f"NOT {wanted}"), []
    if where.op == "=" and where.value is None:
        return f"{column} IS NULL", []
    return f"{column} {_COMPARES[where.op]} ?", [_plain(where.value)]


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, str) else value


def _sources(db: Db, kind: str, spec: KindSpec, where: Sequence[Where]) -> tuple[list[tuple[str, str]], list[Any]]:
    """The tables to read with their conditions; drafts are left out where the kind has none, which is mostly so."""
    conditions, values = [], []
    for one in where:
        condition, given = _condition(spec, one)
        conditions.append(f" AND {condition}")
        values += given
    rest = "".join(conditions)
    sources = [("base", f"kind = ? AND shown = 1{rest}")]
    if db.execute("SELECT 1 FROM draft WHERE kind = ? LIMIT 1", (kind,)).fetchone():
        sources.append(("draft", f"kind = ? AND latest = 1 AND body IS NOT NULL{rest}"))
    return sources, [kind, *values] * len(sources)


def ids(
    db: Db,
    kind: str,
    spec: KindSpec,
    where: Sequence[Where] = (),
    order: str = "sort_text",
    descending: bool = False,
    offset: int = 0,
    limit: int = -1,
) -> list[str]:
    """Return the ids of rows in order; equal ones are in the order of sort_text and id. `limit` -1 means all."""
    column = _column(spec, order)
    sources, values = _sources(db, kind, spec, where)
    direction = "DESC" if descending else "ASC"
    keyed = f" AND {column} IS NOT NULL" if column.startswith("key") else ""
    # Each term once: one that says nothing new would make SQLite sort what the index has in order already.
    terms = list(dict.fromkeys((column, "sort_text", "id") if order != "id" else ("id",)))
    # All rows of some keys are sorted in the end: with a plus SQLite looks them up by key, without one it would walk
    # the whole kind in the list's order for the sake of not sorting (a hundred times longer for one class's marks).
    plus = "+" if limit < 0 and any(one.op == "in" and one.field in spec.keys for one in where) else ""
    chosen = ", ".join(f"{plus}{term} AS term{at}" for at, term in enumerate(terms))
    sort = ", ".join(f"term{at} {direction}" for at in range(len(terms)))
    parts = [f"SELECT id, {chosen} FROM {table} WHERE {condition}{keyed}" for table, condition in sources]
    sql = f"{' UNION ALL '.join(parts)} ORDER BY {sort} LIMIT ? OFFSET ?"
    found = [row[0] for row in db.execute(sql, (*values, limit, offset))]
    if keyed and (limit < 0 or len(found) < limit):
        found += _without_key(db, column, sources, values, offset, limit, len(found))
    return found


def _without_key(
    db: Db, column: str, sources: list[tuple[str, str]], values: list[Any], offset: int, limit: int, found: int
) -> list[str]:
    # Rows without the value come last in either direction; the index of a key leaves them out.
    with_key = sum(
        _count(db, table, f"{condition} AND {column} IS NOT NULL", part)
        for (table, condition), part in zip(sources, _parts(values, len(sources)), strict=True)
    )
    parts = [
        f"SELECT id, sort_text FROM {table} WHERE {condition} AND {column} IS NULL" for table, condition in sources
    ]
    sql = f"{' UNION ALL '.join(parts)} ORDER BY sort_text, id LIMIT ? OFFSET ?"
    rest = -1 if limit < 0 else limit - found
    return [row[0] for row in db.execute(sql, (*values, rest, max(0, offset - with_key)))]


def _parts(values: list[Any], n: int) -> list[list[Any]]:
    size = len(values) // n
    return [values[i * size : (i + 1) * size] for i in range(n)]


def _count(db: Db, table: str, condition: str, values: Sequence[Any]) -> int:
    sql = f"SELECT count(*) FROM {table} WHERE {condition}"
    return int(db.execute(sql, values).fetchone()[0])


def count(db: Db, kind: str, spec: KindSpec, where: Sequence[Where] = ()) -> int:
    """Return how many rows are shown that fulfil all conditions."""
    sources, values = _sources(db, kind, spec, where)
    return sum(
        _count(db, table, condition, part)
        for (table, condition), part in zip(sources, _parts(values, len(sources)), strict=True)
    )


def values(db: Db, kind: str, spec: KindSpec, name: str, where: Sequence[Where] = ()) -> list[Any]:
    """Return one key or field of the rows that fulfil all conditions, without their bodies, in no order."""
    column = _column(spec, name)
    sources, given = _sources(db, kind, spec, where)
    parts = [f"SELECT {column} FROM {table} WHERE {condition}" for table, condition in sources]
    return [row[0] for row in db.execute(" UNION ALL ".join(parts), given)]


def many(db: Db, kind: str, wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the shown bodies of those of `wanted` that exist, by id, in the order asked for."""
    packed = to_text(list(wanted))
    bodies: Mapping[str, str | None] = dict(
        db.execute(
            "SELECT id, body FROM base WHERE kind = ?1 AND shown = 1 AND id IN (SELECT value FROM json_each(?2))"
            " UNION ALL SELECT id, body FROM draft WHERE kind = ?1 AND latest = 1 AND body IS NOT NULL"
            " AND id IN (SELECT value FROM json_each(?2))",
            (kind, packed),
        ).fetchall()
    )
    return {entity_id: from_text(body) for entity_id in wanted if (body := bodies.get(entity_id)) is not None}


def children(db: Db, kind: str, parent: str) -> list[dict[str, Any]]:
    """Return the shown bodies of `kind` that hang on `parent`, by sort_text."""
    return [
        from_text(row[0])
        for row in db.execute(
            "SELECT body, sort_text, id FROM base WHERE kind = ?1 AND parent = ?2 AND shown = 1 UNION ALL"
            " SELECT body, sort_text, id FROM draft WHERE kind = ?1 AND parent = ?2 AND latest = 1"
            " AND body IS NOT NULL ORDER BY sort_text, id",
            (kind, parent),
        )
    ]
