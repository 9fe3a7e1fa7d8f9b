"""The sync receipt: what was saved here, line by line, and what became of it."""

from dataclasses import dataclass
from typing import Any, Literal

from desktop.core.disk import Db
from desktop.core.local_time import in_zone, institute_zone
from desktop.core.overlay import reader
from desktop.core.schema import from_text
from desktop.core.store_area import StoreArea
from shared.core.command import Command
from shared.core.text import text

Only = Literal["waiting", "answered", "refused"]

_SELECT = "SELECT position, command, made_at, state, verdict, outcomes, answered_at, group_id FROM outbox"
_FILTERS: dict[Only | None, str] = {
    None: "1",
    "waiting": "state <> 'answered'",
    "answered": "state = 'answered'",
    "refused": "verdict = 'rejected' AND dismissed = 0",
}


@dataclass(frozen=True)
class ReceiptLine:
    """One command: `state` is waiting, sent or answered; `verdict` and `sentence` are there once it is answered.

    `title` says what was done; `code` and `details` belong behind "Show details".
    """

    command_id: str
    type: str
    target_id: str
    title: str
    made_at: str
    state: str
    verdict: str | None
    sentence: str
    answered_at: str | None
    code: str | None
    conflict_id: str | None
    details: dict[str, Any]
    payload: dict[str, Any]
    group_id: str


@dataclass(frozen=True)
class ReceiptCounts:
    """How many commands were saved here and how each ended; `waiting` are those without an answer."""

    saved: int = 0
    waiting: int = 0
    applied: int = 0
    agreed: int = 0
    conflict: int = 0
    held: int = 0
    rejected: int = 0


def lines(db: Db, area: StoreArea, offset: int, limit: int, only: Only | None) -> list[ReceiptLine]:
    """Return receipt lines, the newest first."""
    rows = db.execute(
        f"{_SELECT} WHERE {_FILTERS[only]} ORDER BY position DESC LIMIT ? OFFSET ?",
        (limit, offset),
    ).fetchall()
    with in_zone(institute_zone(db)):
        return [_line(db, area, row) for row in rows]


def line(db: Db, area: StoreArea, command_id: str) -> ReceiptLine | None:
    """Return the line of one command, None where this store doesn't have it."""
    row = db.execute(f"{_SELECT} WHERE id = ?", (command_id,)).fetchone()
    with in_zone(institute_zone(db)):
        return None if row is None else _line(db, area, row)


def _line(db: Db, area: StoreArea, row: Any) -> ReceiptLine:
    position, packed, made_at, state, verdict, outcomes, answered_at, group_id = row
    command = Command.model_validate_json(packed)
    telling = area.lines.get(command.type)
    answered = state == "answered"
    found = from_text(outcomes) if outcomes and answered else []
    first: dict[str, Any] = next((outcome for outcome in found if outcome["verdict"] == verdict), {})
    return ReceiptLine(
        command_id=command.id,
        type=command.type,
        target_id=command.target_id,
        title=telling(command, reader(db, position + 1)) if telling else text("Change"),
        made_at=made_at,
        state=state,
        verdict=verdict if answered else None,
        sentence=first.get("message") or sentence(state, verdict),
        answered_at=answered_at if answered else None,
        code=first.get("code"),
        conflict_id=first.get("conflict_id"),
        details=first.get("details", {}),
        payload=command.payload,
        group_id=group_id,
    )


def sentence(state: str, verdict: str | None) -> str:
    """Return what became of a command, in words."""
    if state != "answered":
        return text("Saved on this computer. It goes to the server when the network is back.")
    return {
        "applied": text("On the server."),
        "agreed": text("On the server. Someone had already entered the same."),
        "conflict": text("On the server beside another version. It needs a decision."),
        "held": text("On the server. The office decides whether it counts."),
        "rejected": text("Not accepted. Your entry is kept here."),
    }.get(verdict or "", text("On the server."))


def counts(db: Db, since: str | None) -> ReceiptCounts:
    """Return how many commands were made since the instant `since` (None: all that are kept) and how they ended."""
    rows = db.execute(
        "SELECT CASE WHEN state = 'answered' THEN verdict ELSE 'waiting' END, count(*) FROM outbox WHERE made_at >= ?"
        " GROUP BY 1",
        (since or "",),
    ).fetchall()
    found = {row[0]: row[1] for row in rows}
    return ReceiptCounts(saved=sum(found.values()), **found)
