"""What administrators do to roles: make, change and remove them; each can be taken back."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.people.actions import Done
from desktop.people.role_store import role_rows
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.permission_catalogue import why_not
from shared.people.permissions import holds_all_of
from shared.people.role_commands import new_role
from shared.people.role_rules import FIELDS, flattened, grants_of, heirs, role_fault, role_id, role_key
from shared.people.vocabulary import Permission

Body = Mapping[str, Any]


def save_role(desk: Desk, shown: Body | None, wanted: Body) -> Done | None:
    """Make a role (`shown` None) or change one; None where nothing differs.

    `wanted` has `name`, `own`, `inherits`, `needs_factor`. Raises CampusError `not_allowed`, `field_invalid`.
    """
    reason = why_not(desk.actor, Permission.ROLES_EDIT)
    if reason is not None:
        raise CampusError("not_allowed", reason)
    rows = role_rows(desk.store, desk.actor.organisation_id)
    key = shown["key"] if shown else role_key(str(wanted["name"]), rows)
    before: Body = shown or new_role(key, role_id(desk.actor.organisation_id, key))
    changed = {name: wanted[name] for name in FIELDS if name in wanted and wanted[name] != before[name]}
    after = {**before, **changed}
    fault = role_fault(after, rows)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    if not changed:
        return None
    if set(changed) != {"name"} and not flattened(key, {**rows, key: after}) <= desk.actor.permissions:
        raise CampusError("not_allowed", text("A role can't allow what you may not do yourself."))
    changes = {name: {"old": before[name], "new": value} for name, value in changed.items()}
    ask = Ask("SaveRole", before["id"], {"key": key, "changes": changes}, before.get("revision"))
    command = desk.commit([ask])[0]
    name = str(after["name"])
    if shown is None:
        return Done(
            text("Role {name} made", name=name), (Ask("RemoveRole", before["id"], {}, command.id),), before["id"]
        )
    back = {name: {"old": change["new"], "new": change["old"]} for name, change in changes.items()}
    undo = Ask("SaveRole", before["id"], {"key": key, "changes": back}, command.id)
    return Done(text("Role {name} changed", name=name), (undo,), before["id"])


def why_not_removed(desk: Desk, shown: Body, people: int) -> str | None:
    """Return the sentence why a role can't be removed now, or None."""
    rows = role_rows(desk.store, desk.actor.organisation_id)
    if shown["built_in"]:
        return text("A built-in role stays. Give it another name instead.")
    reason = why_not(desk.actor, Permission.ROLES_EDIT)
    if reason is not None:
        return reason
    if not holds_all_of(desk.actor, [shown["key"]], grants_of(rows.values())):
        return text("This role allows what you may not do yourself. It isn't yours.")
    taking = heirs(shown["key"], rows)
    if taking:
        names = ", ".join(str(rows[one]["name"]) for one in taking)
        return text("{names} takes this role over. Change that first.", names=names)
    return text("Someone holds this role. Give him or her another one first.") if people else None


def remove_role(desk: Desk, shown: Body, people: int) -> Done:
    """Remove a role of the institute's own that nobody needs. Raises CampusError `not_allowed`."""
    reason = why_not_removed(desk, shown, people)
    if reason is not None:
        raise CampusError("not_allowed", reason)
    command = desk.commit([Ask("RemoveRole", shown["id"], {}, shown.get("revision"))])[0]
    changes = {name: {"old": new_role("", "")[name], "new": shown[name]} for name in FIELDS}
    undo = Ask("SaveRole", shown["id"], {"key": shown["key"], "changes": changes}, command.id)
    return Done(text("Role {name} removed", name=str(shown["name"])), (undo,), shown["id"])
