"""Entries that are likely the same person, found by what two of them share."""

from collections.abc import Iterable
from typing import Any

import orjson

from server.core.database import Db
from server.core.sql import SetSql
from server.people.person_kind import PERSON_KIND
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.sync import ALL_SCOPE
from shared.core.text import text
from shared.people.rules import duplicate_score

LEAST, MOST = 40, 100
"""The score from which a pair is named (a shared phone alone is 40), and how many pairs are."""
_MOST_SHARED = 5
"""A phone that more entries share is an employer's or a school's, and says nothing."""
_GROUPS = """
SELECT t.{column} FROM person t WHERE t.organisation_id = :o AND t.merged_into IS NULL AND t.{column} IS NOT NULL
AND t.{column} <> '' GROUP BY t.{column} HAVING count(*) BETWEEN 2 AND :most ORDER BY t.{column} LIMIT 300
"""
_SHARING = {
    column: SetSql(
        f"SELECT {PERSON_KIND.selected()}, t.{column} FROM {{ids}} i {{by}} person t ON t.{column} = i.id"  # noqa: S608 - our own column names
        " WHERE t.organisation_id = :o AND t.merged_into IS NULL"
    )
    for column in ("phone_digits", "sort_name", "email_folded")
}


def likely_pairs(db: Db, actor: Actor) -> list[dict[str, Any]]:
    """Return pairs of bodies with score and reasons, the likeliest first. Raises CampusError `not_allowed`."""
    if ALL_SCOPE not in actor.scopes:
        raise CampusError("not_allowed", text("Your role doesn't look people up. Ask the office."))
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for column in _SHARING:
        for group in _groups(db, actor.organisation_id, column):
            for pair in _pairs(group):
                found.setdefault((pair["one"]["id"], pair["other"]["id"]), pair)
    ranked = sorted(found.values(), key=lambda one: (-one["score"], one["one"]["id"], one["other"]["id"]))
    return ranked[:MOST]


def _groups(db: Db, organisation_id: str, column: str) -> Iterable[list[dict[str, Any]]]:
    values = [str(row[0]) for row in db.rows(_GROUPS.format(column=column), o=organisation_id, most=_MOST_SHARED)]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in db.rows(_SHARING[column], o=organisation_id, ids=orjson.dumps(values).decode()) if values else ():
        groups.setdefault(str(row[-1]), []).append(PERSON_KIND.body_of(row[:-1]))
    return groups.values()


def _pairs(group: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    ordered = sorted(group, key=lambda body: str(body["id"]))
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            score, reasons = duplicate_score(one, other)
            if score >= LEAST:
                yield {"one": one, "other": other, "score": score, "reasons": list(reasons)}
