"""The rotating code of a class: links of a hash chain, shown one by one, whose end everybody of the class knows.

A projector that has the seed shows link after link, the one nearest the end first. Whoever knows the end (the anchor)
hashes a link up to it and so learns when it was shown, but can't make the links that are still to come.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.attendance.rules import OPENS_BEFORE
from shared.core.clock import parse_instant
from shared.core.errors import CampusError
from shared.core.text import plural, text

STEP = timedelta(seconds=30)
"""How long a code is on show."""
STEPS = 960
"""How many codes a class has: eight hours from the opening of its register."""
TOLERANCE = timedelta(minutes=3)
"""How far the clocks of projector and typist may differ, and how long a code is good after it was on show."""
MOST_WRONG = 20
"""After so many wrong codes a person can't try any more for this class."""
LENGTH = 8
PREFIX = "CC1"

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": None, " ": None})
_LINK_BYTES = 5
_SCANNED = re.compile(rf"{PREFIX}\.([0-9a-f-]{{36}})\.([0-9A-Z]{{{LENGTH}}})", re.IGNORECASE)
Body = Mapping[str, Any]


def _next(salt: bytes, link: bytes) -> bytes:
    return hashlib.sha256(salt + link).digest()[:_LINK_BYTES]


def _salt(session_id: str) -> bytes:
    return b"class code\x1f" + session_id.encode() + b"\x1f"


def _written(link: bytes) -> str:
    number = int.from_bytes(link, "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(LENGTH - 1, -1, -1))


def _read(code: str) -> bytes:
    number = 0
    for letter in code:
        number = number << 5 | _ALPHABET.index(letter)
    return number.to_bytes(_LINK_BYTES, "big")


def _link(session_id: str, seed: str, hashed: int) -> bytes:
    salt = _salt(session_id)
    link = _next(salt, bytes.fromhex(seed))
    for _ in range(hashed):
        link = _next(salt, link)
    return link


def anchor_of(session_id: str, seed: str) -> str:
    """Return the end of a class's chain, 8 characters; `seed` is hex."""
    return _written(_link(session_id, seed, STEPS))


def code_at(session_id: str, seed: str, step: int) -> str:
    """Return the code on show in step 0 to `STEPS` - 1; ValueError for any other step."""
    if not 0 <= step < STEPS:
        message = f"Step {step} isn't one of {STEPS}."
        raise ValueError(message)
    return _written(_link(session_id, seed, STEPS - 1 - step))


def opens_at(session: Body) -> datetime:
    """Return when step 0 of a class session begins: with its register."""
    return parse_instant(session["starts_at"]) - OPENS_BEFORE


def step_at(session: Body, now: datetime) -> int | None:
    """Return the step on show at `now`, None before the first and after the last."""
    step = (now - opens_at(session)) // STEP
    return step if 0 <= step < STEPS else None


def shown_at(session: Body, step: int) -> datetime:
    """Return when a step begins."""
    return opens_at(session) + step * STEP


def step_of(session_id: str, anchor: str, code: str) -> int | None:
    """Return the step that a code belongs to, None where it is no code of this class."""
    salt, end, link = _salt(session_id), _read(anchor), _read(code)
    for step in range(STEPS):
        link = _next(salt, link)
        if link == end:
            return step
    return None


def is_current(session: Body, step: int, now: datetime) -> bool:
    """Tell whether a step was or will be on show within the tolerance of `now`."""
    begins = shown_at(session, step)
    return begins - TOLERANCE <= now < begins + STEP + TOLERANCE


def clean(typed: str) -> str:
    """Return a code as it was meant: capitals, no dashes, lookalikes in their place.

    Raises CampusError `class_code_torn` where it can't be one.
    """
    code = typed.strip().upper().translate(_LOOKALIKES)
    if len(code) != LENGTH or any(letter not in _ALPHABET for letter in code):
        raise CampusError(
            "class_code_torn",
            text("A class code has 8 letters and digits, such as K7Q4-9XWM. Type it as the screen shows it now."),
        )
    return code


def grouped(code: str) -> str:
    """Return a code as people read it: `K7Q4-9XWM`."""
    return f"{code[:4]}-{code[4:]}"


def scanned_text(session_id: str, code: str) -> str:
    """Return what the QR code on the projector holds."""
    return f"{PREFIX}.{session_id}.{code}"


def read_scanned(scanned: str) -> tuple[str, str] | None:
    """Return (session id, code) of a scanned class code, None where it is something else."""
    found = _SCANNED.fullmatch(scanned.strip())
    return (found[1].lower(), found[2].upper()) if found else None


@dataclass(frozen=True)
class ClassCode:
    """A class session with its anchor."""

    session: Body
    anchor: str


@dataclass(frozen=True)
class Match:
    """The class session that a code is good for now, and its step."""

    session: Body
    step: int


def match(typed: str, known: Sequence[ClassCode], now: datetime) -> Match:
    """Return the class that a typed or scanned code is good for at `now`, the device's corrected time.

    Sentences give times in the zone of `now`. Raises CampusError `class_code_torn`, `class_code_old`,
    `class_code_early`, `class_code_other_day`, `class_code_other_class`, `class_code_wrong`.
    """
    scanned = read_scanned(typed)
    code = clean(scanned[1] if scanned else typed)
    if scanned and all(one.session["id"] != scanned[0] for one in known):
        raise CampusError(
            "class_code_other_class",
            text("This code belongs to a class that isn't yours. Scan the one on the screen in your room."),
        )
    places = [one for one in known if scanned is None or one.session["id"] == scanned[0]]
    found = [(one.session, step_of(one.session["id"], one.anchor, code)) for one in places]
    matches = [Match(session, step) for session, step in found if step is not None]
    for one in matches:
        if is_current(one.session, one.step, now):
            return one
    if matches:
        raise _not_now(matches[0], now)
    raise CampusError(
        "class_code_wrong",
        text("This isn't a code of your class. Type the 8 letters and digits that the screen in your room shows now."),
    )


def _not_now(found: Match, now: datetime) -> CampusError:
    shown = shown_at(found.session, found.step).astimezone(now.tzinfo)
    if shown.date() != now.date():
        return CampusError(
            "class_code_other_day",
            text(
                "This is a code of {day}. Type the one that the screen in your room shows now.",
                day=shown.strftime("%a %d %b"),
            ),
        )
    minutes = abs((now - shown) // timedelta(minutes=1))
    if shown > now:
        return CampusError(
            "class_code_early",
            text(
                "This code is for {time}. Compare this computer's clock with the one in the room.",
                time=shown.strftime("%H:%M"),
            ),
        )
    return CampusError(
        "class_code_old",
        plural(
            "This code was shown {n} minute ago. Type the one that the screen shows now.",
            "This code was shown {n} minutes ago. Type the one that the screen shows now.",
            minutes,
        ),
    )


def too_many_wrong() -> CampusError:
    """The error after `MOST_WRONG` wrong codes."""
    return CampusError(
        "class_code_locked",
        text("{count} codes didn't fit. Ask your instructor to mark you.", count=MOST_WRONG),
    )
