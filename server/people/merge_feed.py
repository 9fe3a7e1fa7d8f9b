"""What devices have of a merged person's rows: sent anew in the name of the one who stays, and back again."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from server.core.database import Row
from server.core.person_moves import Merge
from server.core.sql import SetSql
from shared.core.conflict import KIND as CONFLICT
from shared.core.erasure import KIND as ERASURE
from shared.people.merge_commands import MERGED_PERSON
from shared.people.vocabulary import PERSON, PERSON_PHOTO, PRIVATE_PROFILE, PROFILE

_ROWS = SetSql(
    "SELECT f.kind, f.entity_id, f.scope, f.also, f.entry FROM {ids} i {by} feed_row f ON f.entity_id = i.id"
    " WHERE f.organisation_id = :o AND f.kind = :kind AND f.deleted = false"
)
_SCOPED = SetSql(
    "SELECT f.kind, f.entity_id, f.scope, f.also, f.entry FROM feed_row f WHERE f.organisation_id = :o"
    " AND f.deleted = false AND (f.scope IN (SELECT id FROM {ids} i) OR f.also IN (SELECT id FROM {ids} i))"
)
_BY_THEMSELVES = frozenset({PERSON, PERSON_PHOTO, PROFILE, PRIVATE_PROFILE, MERGED_PERSON, CONFLICT, ERASURE})
"""Kinds whose rows are written anew where they are merged, or are nobody's alone."""
Path = list[Any]


def follow(merge: Merge) -> list[list[Any]]:
    """Send what moved in the new name; returns for each row what was changed in it, for `follow_back`."""
    scopes = {f"{word}:{merge.from_id}": f"{word}:{merge.to_id}" for word in ("person", "profile")}
    done = []
    for kind, entity_id, scope, also, entry in _rows(merge, scopes):
        packed = orjson.loads(entry)
        body = packed["body"]
        paths = list(_paths(body, merge.from_id))
        for path in paths:
            _set(body, path, merge.to_id)
        _rename(merge, kind, entity_id, body, merge.to_name)
        body["revision"] = merge.revision
        own, other = str(scopes.get(scope, scope)), scopes.get(also, also)
        merge.batch.changed(kind, body, own, other, packed.get("parent"))
        done.append([kind, entity_id, paths, own != scope, other != also])
    return done


def follow_back(merge: Merge, done: Iterable[Any]) -> None:
    """Send what went back in its old name, as far as it is still there."""
    by_kind: dict[str, dict[str, Any]] = {}
    for kind, entity_id, paths, scope, also in done:
        by_kind.setdefault(kind, {})[entity_id] = (paths, scope, also)
    back = {f"{word}:{merge.to_id}": f"{word}:{merge.from_id}" for word in ("person", "profile")}
    for kind, wanted in by_kind.items():
        for _, entity_id, scope, also, entry in _of_kind(merge, kind, wanted):
            if (kind, entity_id) in merge.batch.changes:
                continue
            paths, own_scope, own_also = wanted[entity_id]
            packed = orjson.loads(entry)
            body = packed["body"]
            for path in paths:
                if _get(body, path) == merge.to_id:
                    _set(body, path, merge.from_id)
            _rename(merge, kind, entity_id, body, merge.from_name)
            body["revision"] = merge.revision
            merge.batch.changed(
                kind,
                body,
                back.get(scope, scope) if own_scope else scope,
                back.get(also, also) if own_also else also,
                packed.get("parent"),
            )


def _rows(merge: Merge, scopes: Mapping[str, str]) -> Iterator[Row]:
    """Yield each row once: those that movers told of, then those that only the person sees."""
    seen: set[tuple[str, str]] = set(merge.batch.changes)
    ids = orjson.dumps(sorted(scopes)).decode()
    found = [row for kind in sorted(merge.rows) for row in _of_kind(merge, kind, merge.rows[kind])]
    for row in [*found, *merge.batch.db.rows(_SCOPED, o=merge.organisation_id, ids=ids)]:
        if row[0] not in _BY_THEMSELVES and (row[0], row[1]) not in seen:
            seen.add((row[0], row[1]))
            yield row


def _of_kind(merge: Merge, kind: str, ids: Iterable[str]) -> list[Row]:
    packed = orjson.dumps(sorted(ids)).decode()
    return merge.batch.db.rows(_ROWS, o=merge.organisation_id, kind=kind, ids=packed)


def _rename(merge: Merge, kind: str, entity_id: str, body: dict[str, Any], name: str) -> None:
    column = merge.names.get(kind)
    if column and entity_id in merge.rows.get(kind, ()) and column in body:
        body[column] = name


def _paths(value: Any, wanted: str) -> Iterator[Path]:
    """Yield the way to each place of a body that holds an id."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in pairs:
        if one == wanted:
            yield [key]
        else:
            yield from ([key, *path] for path in _paths(one, wanted))


def _get(body: Any, path: Path) -> Any:
    for key in path:
        inside = isinstance(body, dict) and key in body
        listed = isinstance(body, list) and isinstance(key, int) and key < len(body)
        if not (inside or listed):
            return None
        body = body[key]
    return body


def _set(body: Any, path: Path, value: str) -> None:
    for key in path[:-1]:
        body = body[key]
    body[path[-1]] = value
