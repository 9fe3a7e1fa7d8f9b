"""What the raw side sends to PostgreSQL: the product's own statements as the driver takes them, and rows by hand."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

from server.attendance import queries, service
from server.core import command_log, feeds
from server.core.sql import SetSql, for_driver
from server.people import sign_in_lookup

_SALT = "0" * 32
APPLIED = {
    "verdict": "applied",
    "revision": None,
    "conflict_id": None,
    "code": None,
    "message": None,
    "details": {},
}


def _text(statement: str | SetSql) -> str:
    sql = statement if isinstance(statement, str) else statement.text("postgresql")
    return for_driver("postgresql", sql)


def _renamed(statement: str | SetSql) -> str:
    return _text(statement).replace("%(actor_id)s", "%(person_id)s").replace("%(received_at)s", "%(now)s")


LOOK_UP = _text(sign_in_lookup._FINDS["postgresql"])  # noqa: SLF001 - the very statement, as below
CLAIM = _renamed(command_log._CLAIM)  # noqa: SLF001 - same
CONTEXT = _text(queries._CONTEXTS["postgresql"])  # noqa: SLF001 - same
ADD = _text(service._ADD)  # noqa: SLF001 - same
ADVANCE = _text(feeds._ADVANCES["postgresql"])  # noqa: SLF001 - same
PUT = _text(feeds._PUT)  # noqa: SLF001 - same
STORE = _text(command_log._STORE)  # noqa: SLF001 - same
LINK = (
    _renamed(feeds._LINK)  # noqa: SLF001 - same
    .replace("%(made_at)s", "%(now)s")
    .replace("%(address)s", "'127.0.0.1'")
    .replace("%(user_agent)s", "NULL")
    .replace("%(note)s", "NULL")
)


@dataclass(frozen=True)
class RawActor:
    """What a token stands for: read once and kept, as the product keeps scopes while access stays the same."""

    places: dict[str, Any]
    name: str
    page: str
    scan: int
    scope_revision: str
    lease: str


def actor_of(connection: psycopg.Connection[Any], token: str) -> RawActor:
    """Read a token without checking it, and the scopes of its owner."""
    packed = token.split(".")[1]
    content = orjson.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    places = {
        "organisation_id": content["org"],
        "person_id": content["sub"],
        "sign_in_id": content["sid"],
    }
    if "registrar" in content["rol"]:
        scopes = ["all"]
    else:
        cohorts = connection.execute(
            "SELECT cohort_id FROM cohort_instructor WHERE organisation_id = %(organisation_id)s"
            " AND person_id = %(person_id)s",
            places,
        ).fetchall()
        others = connection.execute(
            "SELECT id FROM person WHERE organisation_id = %(organisation_id)s LIMIT 47", places
        ).fetchall()
        scopes = [f"{kind}:{row[0]}" for row in cohorts for kind in ("class", "cohort")]
        scopes += [f"profile:{row[0]}" for row in others]
    every = scopes == ["all"]
    page = _text(feeds._PAGES["postgresql", "all" if every else "scopes"])  # noqa: SLF001 - same
    return RawActor(
        places={**places, "ids": orjson.dumps(sorted(scopes)).decode()},
        name="Instructor",
        page=page,
        scan=1 << 60 if every else feeds.SCAN_ROWS,
        scope_revision=hashlib.sha256("\n".join(scopes).encode()).hexdigest()[:32],
        lease="0" * 300,
    )


def claim(command: dict[str, Any]) -> dict[str, Any]:
    """A row of the command log; its hash and digest are none."""
    return {
        "id": command["id"],
        "hash": _SALT + _SALT,
        "target_id": command["target_id"],
        "type": command["type"],
        "install_epoch": 1,
        "device_seq": command["device_seq"],
        "salt": _SALT,
        "digest": _SALT + _SALT,
        "detail": orjson.dumps(command["payload"]).decode(),
    }


def observation(
    command: dict[str, Any], actor: RawActor, people: dict[tuple[str, str], tuple[str, str]], now: str
) -> tuple[dict[str, Any], str, str]:
    """A row of observations, with its cohort and its person."""
    payload = command["payload"]
    cohort_id, person_id = people[payload["session_id"], payload["enrolment_id"]]
    row = {
        **payload,
        "id": command["id"],
        "person_id": person_id,
        "mark_id": command["target_id"],
        "ordinal": 1,
        "office": False,
        "supersedes": "[]",
        "author_id": actor.places["person_id"],
        "author_name": actor.name,
        "device_name": "laptop",
        "observed_at": command["observed_at"],
        "received_at": now,
        "clock_flagged": False,
    }
    return row, cohort_id, person_id


def feed_row(body: tuple[dict[str, Any], str, str], seq: int) -> dict[str, Any]:
    """A row of the feed."""
    row, cohort_id, person_id = body
    scope, also = f"cohort:{cohort_id}", f"person:{person_id}"
    entry = {
        "seq": seq,
        "kind": "observation",
        "id": row["id"],
        "revision": row["id"],
        "parent": row["session_id"],
        "scope": scope,
        "also": also,
        "deleted": False,
        "body": row,
    }
    return {
        "kind": "observation",
        "id": row["id"],
        "seq": seq,
        "revision": row["id"],
        "scope": scope,
        "also": also,
        "deleted": False,
        "entry": orjson.dumps(entry).decode(),
    }
