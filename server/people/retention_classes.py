"""What people, sign-ins and the command log keep only for a time.

The security log is not among it: its rows go by the server's own setting, and never before their 90 days.
"""

from typing import Any

import orjson

from server.core.batch import Origin
from server.core.retention import AT_ONCE, HELD, RetentionClass, counted, removed_by
from server.core.sql import SetSql
from server.people.organisations import system_actor
from shared.core.clock import instant_text
from shared.core.command import Command

_BODIES = f"""FROM command_log WHERE organisation_id = :o AND received_at < :before AND detail IS NOT NULL
AND (actor_id IS NULL OR actor_id NOT IN ({HELD})) AND target_id NOT IN ({HELD})"""
_EMPTY = """
UPDATE command_log SET detail = NULL, salt = NULL, outcomes = NULL WHERE organisation_id = :o
AND id IN (SELECT id {bodies} ORDER BY id LIMIT :rows)
"""
_ENDED = f"""FROM sign_in WHERE organisation_id = :o AND state <> 'open' AND coalesce(ended_at, last_used_at) < :before
AND person_id NOT IN ({HELD})"""
_SETTLED = "FROM {table} WHERE organisation_id = :o AND state <> 'open' AND settled_at < :before"
_GONE = SetSql("SELECT e.person_id FROM {ids} i {by} erasure e ON e.person_id = i.id WHERE e.organisation_id = :o")


def _picked(table: str, source: str) -> str:
    chosen = f"SELECT id {source} ORDER BY id LIMIT :rows"
    return f"DELETE FROM {table} WHERE organisation_id = :o AND id IN ({chosen})"  # noqa: S608 - our own words


def _of_sign_ins(table: str) -> str:
    chosen = f"SELECT id {_ENDED} ORDER BY id LIMIT :rows"
    return f"DELETE FROM {table} WHERE organisation_id = :o AND sign_in_id IN ({chosen})"  # noqa: S608 - our own words


def anonymise_all(context: Any, organisation_id: str, before: str, chosen: str) -> int:
    """Anonymise those whom a statement chooses (places `:o`, `:before`, `:rows`), each by a command of its own.

    Those who can't go yet stay; returns how many went.
    """
    with context.database.read() as db:
        rows = db.rows(chosen, o=organisation_id, before=before, rows=AT_ONCE)
    actor = system_actor(organisation_id, context.new_id())
    for (person_id,) in rows:
        command = Command(
            id=context.new_id(),
            device_id=context.new_id(),
            install_epoch=1,
            device_seq=1,
            type="ErasePerson",
            type_version=1,
            target_id=str(person_id),
            payload={"reason": "The time that data of students who left is kept is over"},
            observed_at=instant_text(context.clock.now()),
        )
        context.door.accept(actor, Origin(""), [command], note="retention")
    ids = orjson.dumps([str(row[0]) for row in rows]).decode()
    with context.database.read() as db:
        return len(db.rows(_GONE, o=organisation_id, ids=ids))


CLASSES = (
    RetentionClass(
        "command_bodies",
        400,
        120,
        counted(f"SELECT count(*) {_BODIES}"),
        removed_by(
            _EMPTY.format(bodies=_BODIES),
        ),
    ),
    RetentionClass(
        "ended_sign_ins",
        180,
        30,
        counted(f"SELECT count(*) {_ENDED}"),
        removed_by(_of_sign_ins("refresh_token"), _of_sign_ins("sign_in_address"), _picked("sign_in", _ENDED)),
    ),
    RetentionClass(
        "registrations",
        180,
        30,
        counted(f"SELECT count(*) {_SETTLED.format(table='registration')}"),
        removed_by(_picked("registration", _SETTLED.format(table="registration"))),
    ),
    RetentionClass(
        "invitations",
        180,
        30,
        counted(f"SELECT count(*) {_SETTLED.format(table='invitation')}"),
        removed_by(_picked("invitation", _SETTLED.format(table="invitation"))),
    ),
)
