"""Reads the audit log: who changed what, with before and after, filtered, a page at a time or whole as a file."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from server.core.area import Job
from server.core.audit import ChainFault, check_chain, sign_checkpoint
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db, Row
from server.core.isolation import each_organisation
from server.core.restored_log import restored_log
from server.core.sql import SetSql
from server.people.access_notes import note_export
from server.people.audit_before import FEW, changes_of, fill_in
from shared.core.errors import CampusError
from shared.core.spreadsheet import as_text_cell
from shared.core.text import text
from shared.people.vocabulary import Permission

MOST_EXPORTED = 100_000
LINKS_BETWEEN, SECONDS_BETWEEN = 100, 600.0
"""A checkpoint is signed after so many links, or so long after the last one."""
COLUMNS = (
    "audit_seq", "at", "actor_id", "actor_name", "type", "kind", "entity_id", "entity_name", "changes", "verdict",
    "device_id", "device_name", "address", "user_agent", "note",
)  # fmt: skip
_FROM = """
FROM audit_link l
LEFT JOIN command_log c ON c.organisation_id = l.organisation_id AND c.audit_seq = l.audit_seq
"""
_PAGE = """
SELECT l.audit_seq, l.made_at, l.actor_id, a.given_name, a.family_name, c.type, c.target_id, c.detail, c.verdict,
l.device_id, d.name, l.address, l.user_agent, l.note, c.id
{source}
LEFT JOIN person a ON a.organisation_id = l.organisation_id AND a.id = l.actor_id
LEFT JOIN device d ON d.organisation_id = l.organisation_id AND d.id = l.device_id
{where} ORDER BY l.audit_seq DESC, c.id || '' DESC LIMIT :limit OFFSET :start
"""
# The empty word keeps SQLite from the index of the ids, by which it would read the whole log for each link.
_KIND = (
    "EXISTS (SELECT 1 FROM feed_row f WHERE f.organisation_id = l.organisation_id AND f.kind = :kind"
    " AND f.entity_id = c.target_id)"
)
_CONDITIONS = {
    "actor": "l.actor_id = :actor",
    "entity": "c.target_id = :entity",
    "kind": _KIND,
    "device": "l.device_id = :device",
    "since": "l.made_at >= :since",
    "until": "l.made_at < :until",
    "person": "(l.actor_id = :person OR c.target_id = :person)",
}
# The kinds are few and lead the key, so each of a few rows is looked up; for many the feed is read through once.
_ENTITIES = SetSql(
    "SELECT f.entity_id, f.kind, f.entry FROM feed_row f WHERE f.organisation_id = :o"
    " AND f.entity_id IN (SELECT i.id FROM {ids} i)"
)
_ENTITY = {
    "sqlite": (
        "SELECT f.entity_id, f.kind, f.entry FROM json_each(:kinds) k CROSS JOIN json_each(:ids) i"
        " CROSS JOIN feed_row f ON f.organisation_id = :o AND f.kind = k.value AND f.entity_id = i.value"
    ),
    "postgresql": (
        "SELECT f.entity_id, f.kind, f.entry FROM feed_row f WHERE f.organisation_id = :o"
        " AND f.kind = ANY(ARRAY(SELECT json_array_elements_text(CAST(:kinds AS json))))"
        " AND f.entity_id = ANY(ARRAY(SELECT json_array_elements_text(CAST(:ids AS json))))"
    ),
}
_STANDS = "SELECT audit_seq, chain, server_epoch FROM feed_head WHERE organisation_id = :o"
_DIGESTS = """
SELECT audit_seq, digest FROM audit_link WHERE organisation_id = :o AND audit_seq > :after
ORDER BY audit_seq LIMIT :limit
"""
_NAMES = ("name", "title", "code", "slug")


@dataclass(frozen=True)
class AuditQuery:
    """What is wanted of the log, ids and instants as text; an empty word means all.

    `person` takes what somebody did and what was done to his or her row.
    """

    actor: str = ""
    entity: str = ""
    kind: str = ""
    device: str = ""
    since: str = ""
    until: str = ""
    person: str = ""

    @property
    def places(self) -> dict[str, str]:
        """The places of those conditions that are asked for."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def where(self) -> str:
        """The condition of the statement, of our own words alone."""
        return " AND ".join(["WHERE l.organisation_id = :o", *(_CONDITIONS[name] for name in self.places)])


class AuditList:
    """The audit log for whoever may read it. `kinds` are all kinds of rows that there are."""

    def __init__(self, context: Context, kinds: Sequence[str]) -> None:
        self._context = context
        self._kinds = orjson.dumps(sorted(kinds)).decode()

    def page(self, known: CurrentSignIn, query: AuditQuery, page: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """Return entries, the newest first, and how many there are. Raises CampusError `not_allowed`."""
        _check(known)
        organisation_id = known.actor.organisation_id
        with self._context.database.read() as db:
            row = db.one(f"SELECT count(*) {_FROM} {query.where}", o=organisation_id, **query.places)
            shown = self._read(db, organisation_id, query, limit, (page - 1) * limit)
        return shown, int(row[0]) if row else 0

    def export(self, known: CurrentSignIn, query: AuditQuery, kind: str) -> bytes:
        """Return the entries as `csv`, `xlsx` or `json`, and write down that this was done; `not_allowed` as above."""
        _check(known)
        with self._context.database.read() as db:
            entries = self._read(db, known.actor.organisation_id, query, MOST_EXPORTED, 0)
        note_export(self._context, known, "audit_log", len(entries))
        if kind == "json":
            return orjson.dumps(entries)
        return _as_xlsx(entries) if kind == "xlsx" else _as_csv(entries)

    def check(self, known: CurrentSignIn) -> dict[str, Any]:
        """Check the whole chain with its checkpoints; returns where it stands and what is wrong, in a sentence."""
        _check(known)
        organisation_id = known.actor.organisation_id
        key = self._context.keys.lease_key.public_key()
        with self._context.database.read() as db:
            fault = check_chain(db, organisation_id, key)
            head = db.one(_STANDS, o=organisation_id)
            restored = restored_log(db, organisation_id, head[2] if head else "")
        links, chain = (int(head[0]), bytes(head[1]).hex()) if head else (0, "")
        told = {"whole": fault is None, "links": links, "chain": chain, "sentence": _sentence(fault, links)}
        told |= {"server_epoch": head[2] if head else "", "restored": restored}
        return told | {"at": fault.audit_seq if fault else None, "reason": fault.reason if fault else None}

    def links(self, known: CurrentSignIn, after: int, limit: int) -> list[dict[str, Any]]:
        """Return what the links after a place add to the chain, so that a desktop can go on from what it saw."""
        _check(known)
        with self._context.database.read() as db:
            rows = db.rows(_DIGESTS, o=known.actor.organisation_id, after=after, limit=limit)
        return [{"audit_seq": int(row[0]), "digest": bytes(row[1]).hex()} for row in rows]

    def _read(self, db: Db, organisation_id: str, query: AuditQuery, limit: int, start: int) -> list[dict[str, Any]]:
        sql = _PAGE.format(source=_FROM, where=query.where)
        rows = db.rows(sql, o=organisation_id, limit=limit, start=start, **query.places)
        found = self._entities(db, organisation_id, sorted({str(row[6]) for row in rows if row[6]}))
        # A row may have companions under the same id, such as a person's private part: the one with a name tells more.
        told = sorted(((row[0], row[1], _name_in(row[2])) for row in found), key=lambda one: (bool(one[2]), one[1]))
        entities = {entity_id: (kind, name) for entity_id, kind, name in told}
        shown = [_shown(row, entities) for row in rows]
        fill_in(db, organisation_id, {row[14]: one for row, one in zip(rows, shown, strict=True) if row[14]})
        return shown

    def _entities(self, db: Db, organisation_id: str, ids: Sequence[str]) -> list[Row]:
        wanted = orjson.dumps(ids).decode()
        if len(ids) > FEW:
            return db.rows(_ENTITIES, o=organisation_id, ids=wanted)
        return db.rows(_ENTITY[db.dialect], o=organisation_id, kinds=self._kinds, ids=wanted) if ids else []


def _check(known: CurrentSignIn) -> None:
    if not known.actor.may(Permission.AUDIT_READ):
        raise CampusError("not_allowed", text("Your role doesn't read the log of changes. Ask an administrator."))


def _shown(row: Row, entities: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    kind, name = entities.get(row[6], ("", ""))
    who = " ".join(part for part in row[3:5] if part)
    values = (
        int(row[0]), row[1], row[2], who or "Campusdesk", row[5] or "", kind, row[6], name, changes_of(row[7]),
        row[8] or "", row[9], row[10] or "", row[11] or "", row[12] or "", row[13] or "",
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _name_in(entry: str) -> str:
    body = orjson.loads(entry).get("body") or {}
    person = " ".join(str(body[part]) for part in ("given_name", "family_name") if body.get(part))
    return person or next((str(body[name]) for name in _NAMES if body.get(name)), "")


def _sentence(fault: ChainFault | None, links: int) -> str:
    if fault is None:
        return text("The log is whole: {n} entries follow one another from the first to the last.", n=links)
    if fault.reason == "head":
        return text("The log was cut: entries from number {n} on are missing. Compare a backup.", n=fault.audit_seq)
    if fault.reason == "gap":
        return text("Entry {n} of the log is missing. Compare a backup.", n=fault.audit_seq)
    if fault.reason == "checkpoint":
        return text("The log was written anew: entry {n} isn't the one that was signed.", n=fault.audit_seq)
    return text("Entry {n} of the log was changed after it was written. Compare a backup.", n=fault.audit_seq)


# -------------------------------------------------------------------------------------------------------------- files


def _cells(entries: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    for entry in entries:
        plain = {**entry, "changes": orjson.dumps(entry["changes"]).decode()}
        yield [as_text_cell(str(plain[name] if plain[name] is not None else "")) for name in COLUMNS]


def _as_csv(entries: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(entries))
    # With the mark in front, spreadsheets read accents as they are.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _as_xlsx(entries: Sequence[Mapping[str, Any]]) -> bytes:
    import openpyxl  # heavy, and wanted seldom
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Audit")
    sheet.append(COLUMNS)
    for cells in _cells(entries):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell)[:32_767] for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --------------------------------------------------------------------------------------------------------- checkpoints


def _sign(context: Context) -> int:
    key, now, made = context.keys.lease_key, context.clock.now(), 0
    for organisation_id in each_organisation(context.database):
        one = partial(
            sign_checkpoint,
            organisation_id=organisation_id,
            key=key,
            now=now,
            links=LINKS_BETWEEN,
            age=SECONDS_BETWEEN,
        )
        made += context.database.write(one)
    return made


JOB = Job("audit_checkpoints", 60.0, _sign)
