"""What an administrator does to the institute: its settings and its branches; all of it works offline."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.people.actions import Done
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.institute import BRANCH_FIELDS, EDITABLE, branch_errors, setting_errors, tidy, whole
from shared.people.permissions import may_edit_institute
from shared.people.vocabulary import BRANCH, ORGANISATION

Body = Mapping[str, Any]


def institute(desk: Desk) -> dict[str, Any]:
    """Return the institute with every setting, as the store has it."""
    own_id = desk.actor.organisation_id
    return whole(desk.store.get(ORGANISATION, own_id) or {"id": own_id})


def branches(desk: Desk, *, removed: bool = False) -> list[dict[str, Any]]:
    """Return the branches by name; those that were removed only where they are asked for."""
    store = desk.store
    rows = store.many(BRANCH, store.ids(BRANCH)).values() if BRANCH in store.area.kinds else ()
    found = [row for row in rows if removed or row.get("state") == "active"]
    return sorted(found, key=lambda row: (str(row["name"]).casefold(), row["id"]))


def branch_name(desk: Desk, branch_id: str | None) -> str:
    """Return what a branch is called, a removed one too; an empty text for none."""
    return next((str(one["name"]) for one in branches(desk, removed=True) if one["id"] == branch_id), "")


def branch_choices(desk: Desk, present: str | None) -> list[tuple[str, str]]:
    """Return id and name of the branches that someone may be at, and of the one that he or she is at."""
    there = branches(desk, removed=True)
    return [(str(one["id"]), str(one["name"])) for one in there if one["state"] == "active" or one["id"] == present]


def edit_institute(desk: Desk, shown: Body, wanted: Body) -> Done | None:
    """Save the settings of `wanted` that differ from what was shown; None where nothing does.

    Raises CampusError `not_allowed`, `field_invalid` (details: fields).
    """
    _check_allowed(desk)
    kept = {name: tidy(wanted[name]) for name in EDITABLE if name in wanted}
    changed = {name: value for name, value in kept.items() if value != shown.get(name)}
    if not changed:
        return None
    _refuse(setting_errors(changed))
    changes = {name: {"old": shown.get(name), "new": value} for name, value in changed.items()}
    command = desk.commit([Ask("EditOrganisation", shown["id"], {"changes": changes}, base=shown.get("revision"))])[0]
    back = {name: {"old": change["new"], "new": change["old"]} for name, change in changes.items()}
    undo = Ask("EditOrganisation", shown["id"], {"changes": back}, base=command.id)
    return Done(text("Settings of the institute saved"), (undo,), shown["id"])


def add_branch(desk: Desk, values: Body) -> Done:
    """Add a branch. Undo removes it again. Raises CampusError `not_allowed`, `field_invalid`."""
    _check_allowed(desk)
    kept = {name: tidy(values.get(name) or "") for name in BRANCH_FIELDS if name != "state"}
    _refuse(branch_errors(kept))
    _refuse_same_name(desk, kept["name"])
    branch_id = desk.ids()
    command = desk.commit([Ask("AddBranch", branch_id, kept)])[0]
    back = {"changes": {"state": {"old": "active", "new": "removed"}}}
    undo = Ask("EditBranch", branch_id, back, base=command.id)
    return Done(text("Branch {name} added", name=kept["name"]), (undo,), branch_id)


def edit_branch(desk: Desk, shown: Body, wanted: Body) -> Done | None:
    """Save what differs of a branch, its state too. Raises CampusError `not_allowed`, `field_invalid`."""
    _check_allowed(desk)
    kept = {name: tidy(wanted[name]) for name in BRANCH_FIELDS if name in wanted}
    changed = {name: value for name, value in kept.items() if value != shown.get(name)}
    if not changed:
        return None
    _refuse(branch_errors(changed))
    if "name" in changed:
        _refuse_same_name(desk, changed["name"], shown["id"])
    changes = {name: {"old": shown.get(name), "new": value} for name, value in changed.items()}
    command = desk.commit([Ask("EditBranch", shown["id"], {"changes": changes}, base=shown["revision"])])[0]
    back = {name: {"old": change["new"], "new": change["old"]} for name, change in changes.items()}
    undo = Ask("EditBranch", shown["id"], {"changes": back}, base=command.id)
    name = changed.get("name", shown["name"])
    words = text("Branch {name} removed", name=name) if changed.get("state") == "removed" else text(
        "Branch {name} saved", name=name)  # fmt: skip
    return Done(words, (undo,), shown["id"])


def _refuse_same_name(desk: Desk, name: str, but: str = "") -> None:
    if any(one["name"].casefold() == name.casefold() and one["id"] != but for one in branches(desk)):
        raise CampusError(
            "field_invalid",
            text("There is a branch {name} already.", name=name),
            {"fields": {"name": text("There is a branch {name} already.", name=name)}},
        )


def _check_allowed(desk: Desk) -> None:
    if not may_edit_institute(desk.actor):
        raise CampusError("not_allowed", text("Only an administrator changes the institute's settings."))


def _refuse(found: Mapping[str, str]) -> None:
    if found:
        raise CampusError("field_invalid", next(iter(found.values())), {"fields": dict(found)})
