"""REST over ordinary entities: lists, single rows and writes through the one door, from one description each."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.core.sql import SetSql
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.sync import ALL_SCOPE
from shared.core.text import text

LARGEST_PAGE = 500
DEFAULT_LIMIT = 10


@dataclass(frozen=True)
class Resource:
    """One family of the API. `filters` maps parameter to column, `sorts` are columns that lists may be ordered by.

    Without `edit` the area brings its own way of changing. `search` is a column and how a search term is folded for
    it (`str` for a column that stands as people wrote it); `add_check` runs before an addition.
    """

    family: str
    kind: EntityKind
    add: str
    edit: str
    filters: Mapping[str, str]
    sorts: tuple[str, ...]
    default_sort: str
    example: Mapping[str, Any]
    search: tuple[str, Callable[[str], str]] | None = None
    add_check: Callable[[Db, Actor, Mapping[str, Any]], None] | None = None
    name: str = "entry"
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Parameters that stand for conditions on `t` of our own: parameter, value, condition."""
    listed: str = ""
    """A condition on `t` that lists hold to; a single row is read whatever it says."""


@dataclass(frozen=True)
class ListQuery:
    """What a list was asked for; `cursor` goes on after the row that an earlier page ended with."""

    page: int = 1
    limit: int = DEFAULT_LIMIT
    sort: str = ""
    search: str = ""
    cursor: str = ""
    filters: Mapping[str, str] | None = None

    def key(self) -> tuple[object, ...]:
        """Return what tells this question from others."""
        return self.page, self.limit, self.sort, self.search, self.cursor, tuple(sorted((self.filters or {}).items()))


_VISIBLE = (
    "EXISTS (SELECT 1 FROM feed_row f WHERE f.organisation_id = t.organisation_id AND f.kind = :kind"
    " AND f.entity_id = t.id AND (f.scope IN (SELECT id FROM {ids} s) OR f.also IN (SELECT id FROM {ids} s)))"
)


def _conditions(resource: Resource, actor: Actor, query: ListQuery) -> tuple[str, dict[str, Any]]:
    places: dict[str, Any] = {"organisation_id": actor.organisation_id}
    parts = ["t.organisation_id = :organisation_id"]
    if ALL_SCOPE not in actor.scopes:
        parts.append(_VISIBLE)
        places |= {"kind": resource.kind.kind, "ids": orjson.dumps(list(actor.scopes)).decode()}
    for at, (name, value) in enumerate(sorted((query.filters or {}).items())):
        if name in resource.choices:
            if value not in resource.choices[name]:
                raise _unknown("filter_unknown", value, sorted(resource.choices[name]))
            parts.append(f"({resource.choices[name][value]})")
            continue
        column = resource.filters.get(name)
        if column is None:
            raise _unknown("filter_unknown", name, sorted({*resource.filters, *resource.choices}))
        if resource.kind.is_boolean(column):
            parts.append(f"t.{column} = {'true' if value in ('true', '1') else 'false'}")
        else:
            parts.append(f"t.{column} = :filter_{'abcdefghij'[at]}")
            places[f"filter_{'abcdefghij'[at]}"] = value
    if query.search:
        found, words = _search(resource, query.search)
        parts += found
        places |= words
    return " AND ".join(parts), places


def _search(resource: Resource, search: str) -> tuple[list[str], dict[str, str]]:
    """Return conditions that each word of a search is in the searched column, in whatever case, and their places."""
    if resource.search is None:
        raise CampusError("filter_unknown", text("This list can't be searched. Use its filters."), {"name": "search"})
    column, fold = resource.search
    parts, places = [], {}
    for letter, word in zip("abcde", fold(search).split(), strict=False):
        place = f"word_{letter}"
        places[place] = f"%{_escaped(word)}%"
        condition = f"t.{column} LIKE :{place} ESCAPE '!'"
        if fold is str:
            # The databases don't agree on the case of letters, so small ones are compared with small ones, too.
            places[f"{place}_small"] = places[place].lower()
            condition = f"({condition} OR LOWER(t.{column}) LIKE :{place}_small ESCAPE '!')"
        parts.append(condition)
    return parts, places


def _escaped(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _unknown(code: str, name: str, allowed: Sequence[str]) -> CampusError:
    message = text("{name} can't be used here. Use one of: {allowed}.", name=name, allowed=", ".join(allowed))
    return CampusError(code, message, {"name": name, "allowed": list(allowed)})


def _order(resource: Resource, sort: str) -> tuple[str, bool]:
    name = sort.removeprefix("-") or resource.default_sort
    if name not in resource.sorts and name != resource.default_sort:
        raise _unknown("sort_unknown", name, resource.sorts)
    return name, sort.startswith("-")


def _sortable(resource: Resource, column: str) -> str:
    """Return the expression that a list is ordered by; a column that is never empty keeps the use of its index."""
    plain = resource.kind.table.c[column]
    return f"t.{column}" if not plain.nullable else f"COALESCE(CAST(t.{column} AS text), '')"


def list_rows(db: Db, resource: Resource, actor: Actor, query: ListQuery) -> tuple[list[Body], int, str | None]:
    """Return (bodies, total count, next cursor) of one page of a list.

    Raises CampusError `filter_unknown`, `sort_unknown`, `cursor_invalid`.
    """
    where, places = _conditions(resource, actor, query)
    where = f"{where} AND {resource.listed}" if resource.listed else where
    column, descending = _order(resource, query.sort)
    counted = db.one(SetSql(f"SELECT count(*) FROM {resource.kind.table.name} t WHERE {where}"), **places)
    after, shown = "", _sortable(resource, column)
    if query.cursor:
        places["after_value"], places["after_id"] = _read_cursor(query.cursor)
        sign = "<" if descending else ">"
        after = f" AND ({shown} {sign} :after_value OR ({shown} = :after_value AND t.id {sign} :after_id))"
    direction = "DESC" if descending else "ASC"
    selected = resource.kind.selected()
    sql = (
        f"SELECT {selected}, {shown} FROM {resource.kind.table.name} t"
        f" WHERE {where}{after} ORDER BY {shown} {direction}, t.id {direction}"
        " LIMIT :rows OFFSET :skip"
    )
    skip = 0 if query.cursor else (query.page - 1) * query.limit
    rows = db.rows(SetSql(sql), rows=query.limit + 1, skip=skip, **places)
    shown_rows = rows[: query.limit]
    cursor = _write_cursor(shown_rows[-1][-1], shown_rows[-1][0]) if len(rows) > query.limit else None
    return [resource.kind.body_of(row[:-1]) for row in shown_rows], int(counted[0]) if counted else 0, cursor


def read_row(db: Db, resource: Resource, actor: Actor, row_id: str) -> Body:
    """Return one body; a row that the actor may not see is as absent as one that isn't there (`not_found`)."""
    where, places = _conditions(resource, actor, ListQuery())
    sql = f"SELECT {resource.kind.selected()} FROM {resource.kind.table.name} t WHERE {where} AND t.id = :id"
    row = db.one(SetSql(sql), id=row_id, **places)
    if row is None:
        raise CampusError("not_found", text("This {name} isn't there, or isn't yours to see.", name=resource.name))
    return resource.kind.body_of(row)


def _write_cursor(value: str, row_id: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([value, row_id])).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        value, row_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as failure:
        raise CampusError(
            "cursor_invalid", text("The list can't go on from there. Start at its first page.")
        ) from failure
    return str(value), str(row_id)
