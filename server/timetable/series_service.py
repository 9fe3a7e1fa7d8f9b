"""What the commands of series do: plan the sessions that a rule gives, and change them together."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import Db
from server.core.entities import Body, chosen_values, edit
from server.timetable.clash_check import ClashCheck
from server.timetable.kinds import CLASS_SESSION_KIND, SERIES_KIND
from server.timetable.service import not_allowed, show_to_teachers, teachers_of
from shared.core.clock import parse_instant
from shared.core.conflict import Conflict
from shared.core.errors import CampusError
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.timetable import series as rules
from shared.timetable.clashes import Slot, slot_of
from shared.timetable.commands import (
    PAYLOADS,
    SERIES_FIELDS,
    TYPE_VERSIONS,
    PlanSessionSeries,
    series_edit_from_first_version,
)
from shared.timetable.permissions import may_plan
from shared.timetable.projections import series_from_plan
from shared.timetable.rules import link_error
from shared.timetable.vocabulary import SESSION_SERIES, SeriesState

_HOLIDAYS = """
SELECT name, starts_on, ends_on FROM holiday
WHERE organisation_id = :organisation_id AND state = 'active' AND ends_on >= :first AND starts_on <= :last
ORDER BY starts_on, id
"""


def holidays_between(db: Db, organisation_id: str, first: str, last: str) -> dict[str, str]:
    """Return the names of the holidays from `first` to `last` by day."""
    rows = db.rows(_HOLIDAYS, organisation_id=organisation_id, first=first, last=last)
    return rules.days_of([dict(zip(("name", "starts_on", "ends_on"), row, strict=True)) for row in rows])


def without_holidays(db: Db, organisation_id: str, series: Body) -> tuple[Body, list[dict[str, str]]]:
    """Return the series with the holidays among its days left out, and which those are (day and name).

    Raises CampusError as `rules.meetings` does.
    """
    days = sorted(rules.living_meetings(series))
    if not series["skip_holidays"] or not days:
        return series, []
    known = holidays_between(db, organisation_id, days[0], days[-1])
    skipped = [{"day": day, "name": known[day]} for day in days if day in known]
    if not skipped:
        return series, []
    left_out = sorted({*series["except_dates"], *(one["day"] for one in skipped)})
    return {**series, "except_dates": left_out}, skipped


def plan(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Plan series; a clash of one session names it and plans none."""
    return [_plan(batch, item) for item in items]


def _plan(batch: Batch, item: Item) -> Decision:
    if not item.accepted and not may_plan(item.author):
        return not_allowed(item)
    payload = item.payload
    teachers = teachers_of(batch, [payload.cohort_id])
    if payload.cohort_id not in teachers:
        message = text("The cohort of this class hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, SESSION_SERIES)
    fault = link_error(payload.link)
    if fault is not None:
        return rejected(item, "link_invalid", fault)
    try:
        series, skipped = without_holidays(batch.db, batch.organisation_id, _series(item))
        sessions = [rules.session_of(series, one, item.command.id) for one in rules.meetings(series)]
    except CampusError as reason:
        return rejected(item, reason.code, reason.message, **reason.details)
    slots = _slots(sessions)
    refusal = ClashCheck(batch, slots).refusal(item, slots, despite_clash=payload.despite_clash)
    if refusal is not None:
        refusal.kind = SESSION_SERIES
        return refusal
    if not SERIES_KIND.insert(batch, [series]):
        return agreed(None, existing_id=item.target.id)
    CLASS_SESSION_KIND.insert(batch, sessions)
    show_to_teachers(batch, sessions[:1], teachers)
    return applied(item.command.id, sessions=len(sessions), skipped=skipped)


def _series(item: Item) -> Body:
    body = series_from_plan(item.command)
    texts = {name: body[name].strip() for name in ("rule", "room", "title", "link")}
    return {**body, **texts}


def _slots(sessions: Sequence[Body]) -> list[Slot]:
    return [slot for body in sessions if (slot := slot_of(body))]


def edit_series(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change series from a day on, field by field, with the sessions that they give."""
    return [_edit(batch, item) for item in items]


def _edit(batch: Batch, item: Item) -> Decision:
    before = SERIES_KIND.read(batch, [item.target.id]).get(item.target.id)
    plans: list[Body] = []

    def check(_batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
        refusal = _check(item, body, wanted)
        if refusal is not None:
            return refusal
        try:
            after, _ = without_holidays(batch.db, batch.organisation_id, {**body, **wanted})
            plans.extend(_changed(batch, item, body, after, item.payload.from_day))
        except CampusError as reason:
            return rejected(item, reason.code, reason.message, **reason.details)
        slots = _slots(plans)
        return ClashCheck(batch, slots).refusal(item, slots, despite_clash=item.payload.despite_clash)

    decision = edit(batch, SERIES_KIND, [item], check)[0]
    written = batch.changes.get((SESSION_SERIES, item.target.id))
    if before is None or written is None or written.body is None or decision.verdict is Verdict.REJECTED:
        return decision
    if written.revision == item.command.id:
        told = _write(batch, item, before, dict(written.body), item.payload.from_day)
        decision.details = {**decision.details, **told}
    return decision


def _write(batch: Batch, item: Item, before: Body, after: Body, from_day: str) -> dict[str, Any]:
    """Write the sessions that a change of a series makes or changes; what of it was merged away counts not."""
    whole, skipped = without_holidays(batch.db, batch.organisation_id, after)
    if whole is not after:
        SERIES_KIND.update(batch, [whole])
    changed = _changed(batch, item, before, whole, from_day)
    present = CLASS_SESSION_KIND.read(batch, [one["id"] for one in changed])
    CLASS_SESSION_KIND.update(batch, [one for one in changed if one["id"] in present])
    fresh = [one for one in changed if one["id"] not in present]
    CLASS_SESSION_KIND.insert(batch, fresh)
    show_to_teachers(batch, fresh[:1], teachers_of(batch, [after["cohort_id"]]))
    return {"sessions": len(changed), "skipped": skipped}


def _changed(batch: Batch, item: Item, before: Body, after: Body, from_day: str) -> list[Body]:
    ids = [rules.session_id(after["id"], day) for day in rules.changed_days(before, after, from_day)]
    present = CLASS_SESSION_KIND.read(batch, ids)
    reason = getattr(item.payload, "cancel_reason", "")  # a settled conflict has none
    return rules.changed_sessions(before, after, from_day, present.get, item.command.id, reason)


def _check(item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not item.accepted and not may_plan(item.author):
        return not_allowed(item)
    if not set(wanted) <= set(SERIES_FIELDS):
        return rejected(item, "field_unknown", text("This field of a series can't be changed here."))
    if wanted.get("state", "active") not in set(SeriesState):
        return rejected(item, "field_invalid", text("A series can be cancelled or planned again."))
    try:
        PlanSessionSeries.model_validate({**body, **wanted})
    except ValidationError as failure:
        fields = sorted({str(fault["loc"][0]) for fault in failure.errors()})
        message = text("These fields can't be saved as they are: {names}. Change them.", names=", ".join(fields))
        return rejected(item, "field_invalid", message, fields=fields)
    fault = link_error(wanted.get("link", ""))
    return rejected(item, "link_invalid", fault) if fault else None


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen values of a series' conflict, and its sessions from today on."""
    before = SERIES_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    chosen = chosen_values(conflict, choices)
    if before is None or all(before.get(name) == value for name, value in chosen.items()):
        return
    after = {**before, **chosen, "revision": item.command.id}
    SERIES_KIND.update(batch, [after])
    today = parse_instant(batch.now).astimezone(rules.zone_named(after["time_zone"])).date().isoformat()
    try:
        _write(batch, item, before, after, today)
    except CampusError:
        return  # values that give no series together; the office edits it


COMMANDS = (
    CommandType("PlanSessionSeries", PAYLOADS["PlanSessionSeries"], plan),
    CommandType(
        "EditSessionSeries",
        PAYLOADS["EditSessionSeries"],
        edit_series,
        TYPE_VERSIONS["EditSessionSeries"],
        {1: series_edit_from_first_version},
    ),
)
