"""Conflicts on the desktop: the rows of kind `conflict`, and what choosing a side makes of them at once."""

from collections.abc import Sequence

from desktop.core.store_area import KindSpec, StoreArea
from shared.core.command import Command
from shared.core.conflict import KIND
from shared.core.erasure import KIND as ERASURE
from shared.core.projection import Body, Draft, ReadRow
from shared.core.text import text

SETTLE_CONFLICT = "SettleConflict"


def _state(body: Body) -> str:
    return str(body.get("state", "open"))


def _project_settle(command: Command, read: ReadRow) -> Sequence[Draft]:
    conflict = read(KIND, command.target_id)
    if conflict is None:
        return []
    choices = command.payload["choices"]
    settled = {
        **conflict,
        "state": "settled",
        "choices": choices,
        "settled_at": command.observed_at,
        "revision": command.id,
    }
    drafts = [Draft(KIND, command.target_id, settled, conflict["entity_id"])]
    row = read(conflict["kind"], conflict["entity_id"]) if conflict["group"] == "fields" else None
    if row is not None:
        sides = {side["command_id"]: side.get("values", {}) for side in conflict.get("sides", ())}
        chosen = {name: sides[side][name] for name, side in choices.items() if side in sides and name in sides[side]}
        drafts.append(Draft(conflict["kind"], conflict["entity_id"], {**row, **chosen, "revision": command.id}))
    return drafts


def _line(command: Command, read: ReadRow) -> str:
    conflict = read(KIND, command.target_id) or {}
    return text("Decision on {title}", title=conflict.get("title") or text("two versions"))


def core_area() -> StoreArea:
    """Return the rows and commands that belong to no area."""
    spec = KindSpec(sort_text=lambda body: str(body.get("id", "")), keys={"state": _state})
    return StoreArea(
        kinds={KIND: spec, ERASURE: KindSpec()},
        projections={SETTLE_CONFLICT: _project_settle},
        type_versions={SETTLE_CONFLICT: 1},
        lines={SETTLE_CONFLICT: _line},
    )
