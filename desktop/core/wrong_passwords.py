"""Wrong passwords at an offline sign-in: growing waits, the lock after ten, and a count that old files can't reset."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.core.key_file import KeyFile
from desktop.core.keychain import Keychain
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import plural, text

MOST = 10
_WAITS = (0, 0, 0, 30, 60, 300, 900, 3600)
"""Seconds to wait after so many wrong passwords; the last one holds for all further ones."""

CLOCK_SLACK = timedelta(minutes=5)


def wait_after(wrong: int) -> int:
    """Return the seconds to wait before another try after `wrong` wrong ones."""
    return _WAITS[min(wrong, len(_WAITS) - 1)]


@dataclass(frozen=True)
class Tries:
    """What is known of earlier tries; `high_water` is the latest time ever seen here."""

    wrong: int
    last_wrong_at: str | None
    high_water: str


def known(file: KeyFile, keychain: Keychain) -> Tries:
    """Return the higher count and the later times of key file and keychain: either may be an old copy."""
    noted = keychain.get(_name(file))
    other = json.loads(noted) if noted else {}
    return Tries(
        wrong=max(file.wrong_passwords, other.get("wrong", 0)),
        last_wrong_at=max(file.last_wrong_at or "", other.get("last_wrong_at") or "") or None,
        high_water=max(file.high_water, other.get("high_water", "")),
    )


def note(file: KeyFile, keychain: Keychain, tries: Tries) -> KeyFile:
    """Write the count to the keychain and return the key file with it."""
    keychain.set(_name(file), json.dumps(vars(tries)))
    return file.model_copy(
        update={
            "wrong_passwords": tries.wrong,
            "last_wrong_at": tries.last_wrong_at,
            "high_water": tries.high_water,
        }
    )


def _name(file: KeyFile) -> str:
    return f"tries {file.device_id}"


def check_clock(tries: Tries, now: datetime) -> None:
    """Refuse (`clock_set_back`) when the computer's clock is earlier than a time already seen here."""
    if tries.high_water and now + CLOCK_SLACK < parse_instant(tries.high_water):
        seen = parse_instant(tries.high_water)
        raise CampusError(
            "clock_set_back",
            text(
                "This computer's clock says {now:%d %b %Y %H:%M}, which is before your last work here"
                " ({seen:%d %b %Y %H:%M}). Set the clock, or sign in with a network. Your work is safe.",
                now=now,
                seen=seen,
            ),
            {"now": instant_text(now), "seen": tries.high_water},
        )


def check_wait(tries: Tries, now: datetime) -> None:
    """Refuse a try that comes too early (`wait_before_retry`) or after ten wrong ones (`locked_until_online`)."""
    if tries.wrong >= MOST:
        raise locked()
    if tries.last_wrong_at is None:
        return
    ready = parse_instant(tries.last_wrong_at) + timedelta(seconds=wait_after(tries.wrong))
    seconds = (ready - now).total_seconds()
    if seconds > 0:
        raise CampusError("wait_before_retry", _wait_sentence(seconds), {"seconds": round(seconds)})


def _wait_sentence(seconds: float) -> str:
    n = -(-int(seconds) // 60)
    if seconds <= 60:
        n = round(seconds)
        return plural("Try again in {n} second. Your work is safe.", "Try again in {n} seconds. Your work is safe.", n)
    return plural("Try again in {n} minute. Your work is safe.", "Try again in {n} minutes. Your work is safe.", n)


def locked() -> CampusError:
    """The error after ten wrong passwords."""
    return CampusError(
        "locked_until_online",
        text(
            "Ten wrong passwords were tried, so signing in needs the network now. Nothing was deleted: your work on"
            " this computer is there after the next sign-in."
        ),
    )
