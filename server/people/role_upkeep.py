"""Brings the built-in roles of every organisation to what this program lets them do, after it was updated."""

from typing import Any

from server.core import feeds
from server.core.area import Job
from server.core.batch import Batch, Origin
from server.core.database import Db
from server.core.isolation import each_organisation
from server.people.organisations import system_actor
from server.people.role_kind import ROLE_KIND, built_in_rows, read_roles
from shared.core.clock import instant_text
from shared.people.role_rules import flattened

_EVERY_SECONDS = 6 * 3600.0


def bring_up(context: Any) -> int:
    """Write what differs, what takes the built-in roles over too; returns in how many roles something did."""
    changed = 0
    for organisation_id in each_organisation(context.database):
        with context.database.read() as db:
            outdated = bool(_outdated(db, organisation_id, "", locked=False))
        if outdated:
            changed += context.database.write(lambda db, here=organisation_id: _write(context, db, here))
    return changed


def _outdated(db: Db, organisation_id: str, revision: str, *, locked: bool) -> list[dict[str, Any]]:
    known = read_roles(db, organisation_id, locked=locked)
    rows = known | {row["key"]: row for row in built_in_rows(organisation_id, revision, known)}
    bodies = [
        {**row, "permissions": sorted(flattened(key, rows)) if not row["retired"] else [], "revision": revision}
        for key, row in rows.items()
    ]
    # A row that bears its own id as revision was there before rows of roles travelled.
    return [body for body in bodies if _differs(body, known.get(body["key"]))]


def _differs(body: dict[str, Any], known: dict[str, Any] | None) -> bool:
    if known is None or known["revision"] == known["id"]:
        return True
    return any(body[name] != known[name] for name in ("own", "permissions"))


def _write(context: Any, db: Db, organisation_id: str) -> int:
    revision = context.new_id()
    batch = Batch(
        db, system_actor(organisation_id, revision), Origin(""), instant_text(context.clock.now()), context.new_id
    )
    outdated = _outdated(db, organisation_id, revision, locked=True)
    known = read_roles(db, organisation_id)
    ROLE_KIND.insert(batch, [body for body in outdated if body["key"] not in known])
    ROLE_KIND.update(batch, [body for body in outdated if body["key"] in known])
    batch.access_changed = True
    feeds.write(batch, [], "built-in roles brought up to date")
    return len(outdated)


JOB = Job("built-in roles", _EVERY_SECONDS, bring_up)
