"""Takes an import of holidays back: what it made is removed, what someone changed since stays."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from server.core.context import Context
from server.timetable.holiday_import import KNOWN, carry_out
from server.timetable.kinds import HOLIDAY_KIND
from server.timetable.previews import check_planner
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.core.outcome import Verdict
from shared.timetable.commands import TYPE_VERSIONS
from shared.timetable.vocabulary import HolidayState


def undo_import(context: Context, actor: Actor, made: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """Remove the holidays of an import, each given as `id` and the `revision` that the import gave it.

    Returns how many are `removed` now, and how many were `left` because they were changed since. Asking twice is the
    same as asking once. Raises CampusError `not_allowed`.
    """
    check_planner(actor)
    with context.database.read() as db:
        ids = orjson.dumps(sorted({one["id"] for one in made})).decode()
        rows = map(HOLIDAY_KIND.body_of, db.rows(KNOWN, organisation_id=actor.organisation_id, ids=ids))
        present = {row["id"]: row for row in rows}
    gone = [row for row in present.values() if row["state"] == HolidayState.REMOVED]
    as_made = {one["id"] for one in made if present.get(one["id"], {}).get("revision") == one["revision"]}
    wanted = [row for row in present.values() if row["id"] in as_made and row["state"] == HolidayState.ACTIVE]
    now = instant_text(context.clock.now())
    commands = [_command(context, row, number, now) for number, row in enumerate(wanted, 1)]
    outcomes = carry_out(context, actor, commands)
    removed = len(gone) + sum(one.verdict in (Verdict.APPLIED, Verdict.AGREED) for one in outcomes)
    return {"removed": removed, "left": len(present) - removed}


def _command(context: Context, row: Mapping[str, Any], number: int, now: str) -> Command:
    return Command(
        id=context.new_id(),
        device_id=derived_id("holiday-import-undo", row["id"]),
        install_epoch=1,
        device_seq=number,
        type="EditHoliday",
        type_version=TYPE_VERSIONS["EditHoliday"],
        target_id=row["id"],
        base=row["revision"],
        payload={"changes": {"state": {"old": row["state"], "new": str(HolidayState.REMOVED)}}},
        observed_at=now,
    )
