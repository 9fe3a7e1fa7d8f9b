"""What the commands about the institute itself do: its settings field by field, and its branches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.conflicts import Subject
from server.core.entities import Body, EntityKind, edit, settler_of
from server.people.institute_tables import BRANCH
from shared.core.text import text
from shared.people import vocabulary
from shared.people.institute import (
    BRANCH_FIELDS,
    EDITABLE,
    MOST_BRANCHES,
    STORED,
    branch_errors,
    setting_errors,
    tidy,
    whole,
)
from shared.people.institute_commands import PAYLOADS
from shared.people.permissions import may_edit_institute
from shared.people.vocabulary import ORGANISATION

READ = (
    "SELECT id, revision, slug, name, time_zone, calling_code, settings FROM organisation WHERE id = :organisation_id"
)
"""One institute, as `institute_body` takes it."""
_LOCKED = {"sqlite": READ, "postgresql": f"{READ} FOR UPDATE"}
_WRITE = """
UPDATE organisation SET name = :name, time_zone = :time_zone, calling_code = :calling_code, settings = :settings,
revision = :revision WHERE id = :organisation_id
"""
_BRANCHES = "SELECT count(*) FROM branch WHERE organisation_id = :organisation_id AND state = 'active'"


def institute_body(row: Sequence[Any]) -> Body:
    """Return a row of `READ` as the feed carries it: every setting, said or not."""
    kept = orjson.loads(row[6] or "{}")
    told = {name: kept[name] for name in EDITABLE if name in kept}
    names = ("id", "revision", "slug", "name", "time_zone", "calling_code")
    return whole({**told, **dict(zip(names, row[:6], strict=True))})


def institute_scope(organisation_id: str) -> str:
    """Return the scope that everybody of an institute sees."""
    return f"{ORGANISATION}:{organisation_id}"


@dataclass(frozen=True)
class _InstituteKind(EntityKind):
    """The row of the institute itself, whose key is the organisation's id alone."""

    def __post_init__(self) -> None:
        """Have no statements of the usual form."""

    def read(self, batch: Batch, ids: Iterable[str]) -> dict[str, Body]:
        """Return the institute, locked until the transaction ends; nobody reads another one here."""
        if batch.organisation_id not in set(ids):
            return {}
        row = batch.db.one(_LOCKED[batch.db.dialect], organisation_id=batch.organisation_id)
        return {} if row is None else {row[0]: institute_body(row)}

    def update(self, batch: Batch, bodies: Sequence[Body]) -> None:
        """Write the institute and publish it; settings that others keep beside these stay."""
        for body in bodies:
            row = batch.db.one(READ, organisation_id=batch.organisation_id)
            kept = orjson.loads(row[6] or "{}") if row else {}
            kept |= {name: body[name] for name in EDITABLE if name not in STORED}
            columns = {name: body[name] for name in (*STORED, "revision")}
            batch.db.run(_WRITE, organisation_id=batch.organisation_id, settings=orjson.dumps(kept).decode(), **columns)
            batch.changed(ORGANISATION, body, institute_scope(batch.organisation_id))

    def subject(self, body: Body, group: str = "fields") -> Subject:
        """Return the institute as the subject of a conflict, which the office decides."""
        return Subject(ORGANISATION, body["id"], group, str(body["name"]), "all", None)


class _BranchKind(EntityKind):
    """Branches, which everybody sees."""

    def publish(self, batch: Batch, body: Body) -> None:
        batch.changed(self.kind, body, institute_scope(batch.organisation_id))


INSTITUTE_KIND = _InstituteKind(
    kind=ORGANISATION,
    table=BRANCH,
    body_columns=EDITABLE,
    scopes=lambda body: (institute_scope(body["id"]), None),
    title=lambda body: str(body["name"]),
)
BRANCH_KIND = _BranchKind(
    kind=vocabulary.BRANCH,
    table=BRANCH,
    body_columns=tuple(BRANCH_FIELDS),
    scopes=lambda _body: ("all", None),
    title=lambda body: str(body["name"]),
)


def _not_allowed(item: Item) -> Decision:
    return rejected(item, "not_allowed", text("Only an administrator changes the institute's settings."))


def _tidied(item: Item) -> Item:
    changes = {
        name: change.model_copy(update={"old": tidy(change.old), "new": tidy(change.new)})
        for name, change in item.payload.changes.items()
    }
    payload = item.payload.model_copy(update={"changes": changes})
    return Item(item.command, item.target, payload, item.author, item.device_name, item.accepted)


def edit_institute(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change settings field by field."""
    return edit(batch, INSTITUTE_KIND, [_tidied(item) for item in items], _check_setting)


def _check_setting(_batch: Batch, item: Item, _body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not item.accepted and not may_edit_institute(item.author):
        return _not_allowed(item)
    if not set(wanted) <= set(EDITABLE):
        return rejected(item, "field_unknown", text("This can't be set here."))
    return _refused(item, setting_errors(wanted))


def _refused(item: Item, faults: Mapping[str, str]) -> Decision | None:
    if not faults:
        return None
    return rejected(item, "field_invalid", next(iter(faults.values())), fields=dict(faults))


def add_branches(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add branches."""
    row = batch.db.one(_BRANCHES, organisation_id=batch.organisation_id)
    room = MOST_BRANCHES - int(row[0] if row else 0)
    decisions: dict[tuple[str, str], Decision] = {}
    bodies: list[Body] = []
    for item in items:
        values = {name: tidy(getattr(item.payload, name)) for name in BRANCH_FIELDS if name != "state"}
        refusal = _refused(item, branch_errors(values))
        if not item.accepted and not may_edit_institute(item.author):
            refusal = _not_allowed(item)
        elif refusal is None and len(bodies) >= room:
            message = text("There are {n} branches already. Remove one first.", n=MOST_BRANCHES)
            refusal = rejected(item, "too_many", message)
        if refusal is None:
            bodies.append({**BRANCH_FIELDS, **values, "id": item.target.id, "revision": item.command.id})
        else:
            decisions[item.key] = refusal
    inserted = BRANCH_KIND.insert(batch, bodies)
    for item in items:
        done = applied(item.command.id) if item.target.id in inserted else agreed(item.target.base)
        decisions.setdefault(item.key, done)
    return [decisions[item.key] for item in items]


def edit_branches(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change branches field by field, remove them and take them back."""
    return edit(batch, BRANCH_KIND, [_tidied(item) for item in items], _check_branch)


def _check_branch(_batch: Batch, item: Item, _body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not item.accepted and not may_edit_institute(item.author):
        return _not_allowed(item)
    if not set(wanted) <= set(BRANCH_FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    return _refused(item, branch_errors(wanted))


settle = settler_of(INSTITUTE_KIND)
"""Writes the chosen settings of the institute."""
settle_branch = settler_of(BRANCH_KIND)
"""Writes the chosen values of a branch."""

COMMANDS = (
    CommandType("EditOrganisation", PAYLOADS["EditOrganisation"], edit_institute),
    CommandType("AddBranch", PAYLOADS["AddBranch"], add_branches),
    CommandType("EditBranch", PAYLOADS["EditBranch"], edit_branches),
)
