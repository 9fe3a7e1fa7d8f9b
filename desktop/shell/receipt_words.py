"""The words of the sync page: the receipt in one sentence, the state of each line, and notices that matter now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.core import meta
from desktop.core.receipts import ReceiptCounts, ReceiptLine
from desktop.core.signed_in import LeaseGuard, SignedIn
from desktop.core.sync_state import Phase, SyncState
from desktop.shell.times import left_words
from shared.core.clock import CLOCK_TOLERANCE
from shared.core.conflict import Conflict, is_held
from shared.core.errors import CampusError
from shared.core.text import plural, text

_LEASE_SOON = timedelta(days=3)


@dataclass(frozen=True)
class Notice:
    """A problem that stays until it is over; `action` is a word for the page: retry, sign_in or nothing."""

    icon: str
    tone: str
    words: str
    action: str = ""


def receipt_sentence(counts: ReceiptCounts, undecided: int = 0, waiting_for: str = "") -> str:
    """Return "47 saved here: 46 applied, 1 waiting for Amina's answer".

    Of those that met another version, `undecided` still wait for a decision, which `waiting_for` has to take.
    """
    if not counts.saved:
        return text("Nothing was saved on this computer yet.")
    parts = [plural("{n} applied", "{n} applied", counts.applied + counts.agreed)]
    if counts.waiting:
        parts.append(plural("{n} waiting to be sent", "{n} waiting to be sent", counts.waiting))
    undecided = min(undecided, counts.conflict + counts.held)
    decided = counts.conflict + counts.held - undecided
    if decided:
        parts.append(plural("{n} decided", "{n} decided", decided))
    if undecided and waiting_for:
        parts.append(text("{n} waiting for {name}'s answer", n=undecided, name=waiting_for))
    elif undecided:
        parts.append(plural("{n} waiting for a decision", "{n} waiting for a decision", undecided))
    if counts.rejected:
        parts.append(plural("{n} not accepted", "{n} not accepted", counts.rejected))
    head = plural("{n} saved here", "{n} saved here", counts.saved)
    return text("{head}: {parts}", head=head, parts=", ".join(parts))


def who_decides(conflicts: Sequence[Conflict], own_id: str) -> str:
    """Return the one person whom open conflicts wait for, or an empty text."""
    others = {
        side.author_name for one in conflicts for side in one.sides if side.author_id != own_id and side.author_name
    }
    if any(is_held(one) for one in conflicts):
        return text("the office")
    return next(iter(others)) if len(others) == 1 else ""


def state_badge(line: ReceiptLine, open_conflicts: frozenset[str]) -> tuple[str, str, str]:
    """Return words, tone and icon for what became of a line."""
    if line.state == "waiting":
        return text("Waiting"), "warn", "clock"
    if line.state == "sent":
        return text("Sending"), "info", "refresh-cw"
    undecided = line.conflict_id is None or line.conflict_id in open_conflicts
    return {
        "applied": (text("On the server"), "ok", "check"),
        "agreed": (text("On the server"), "ok", "check"),
        "conflict": (text("Needs a decision"), "bad", "git-compare-arrows")
        if undecided
        else (text("Decided"), "ok", "check"),
        "held": (text("At the office"), "warn", "hourglass") if undecided else (text("Decided"), "ok", "check"),
        "rejected": (text("Not accepted"), "bad", "circle-alert"),
    }.get(line.verdict or "", (text("On the server"), "ok", "check"))


def notices(state: SyncState, signed_in: SignedIn | None, now: datetime) -> list[Notice]:
    """Return what the person should know while it lasts, the most urgent first."""
    found: list[Notice] = []
    if state.phase is Phase.SIGNED_OUT:
        words = state.sentence or text("Your sign-in has ended. Sign in again; nothing of yours is lost.")
        found.append(Notice("lock", "warn", words, "sign_in"))
    elif state.phase is Phase.OFFLINE:
        found.append(Notice("cloud-off", "warn", state.sentence, "retry"))
    elif state.sentence:
        found.append(Notice("circle-alert", "bad", state.sentence))
    if signed_in is not None:
        found += _lease(signed_in, now)
        found += _clock(signed_in)
        found += [Notice("info", "info", words) for words in signed_in.notes]
    return found


def lease_end(signed_in: SignedIn) -> datetime | None:
    """Return until when work can be saved here without the server, None where that isn't known."""
    guard = signed_in.store.guard
    if not isinstance(guard, LeaseGuard):
        return None
    try:
        return guard.current().ends_at
    except CampusError:
        return None


def _lease(signed_in: SignedIn, now: datetime) -> list[Notice]:
    end = lease_end(signed_in)
    if end is None:
        return []
    if now >= end:
        words = text("The time for work without the server is over. Connect this computer; what you saved is safe.")
        return [Notice("lock", "bad", words, "retry")]
    if end - now < _LEASE_SOON:
        words = text("Work can be saved here for {left} more without the server. Connect it until then.",
                     left=left_words(end - now))  # fmt: skip
        return [Notice("clock", "warn", words)]
    return []


def _clock(signed_in: SignedIn) -> list[Notice]:
    offset = timedelta(milliseconds=int(signed_in.store.recall(meta.OFFSET, 0)))
    if abs(offset) <= CLOCK_TOLERANCE:
        return []
    minutes = round(abs(offset).total_seconds() / 60)
    words = text(
        "This computer's clock is {minutes} minutes off the server's. Set it; until then your entries are flagged.",
        minutes=f"{minutes:,}",
    )
    return [Notice("clock", "warn", words)]
