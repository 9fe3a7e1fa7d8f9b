"""Codes that are sent to somebody: how they are made, read as typed, and kept as a keyed hash."""

import hashlib
import hmac
import secrets

from server.core.keys import Keys
from shared.core.errors import CampusError
from shared.core.text import text

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LONG, _SHORT, _GROUP = 24, 8, 4
MOST_TYPED = 60
"""Characters of a code as somebody types it, with spaces and dashes."""


def long_code() -> str:
    """Return a code that stands by itself: 24 letters, 118 bits, none that look alike, in groups of four."""
    return _grouped(_LONG)


def short_code() -> str:
    """Return a code that counts together with an id and a few tries only: 8 letters, 39 bits."""
    return _grouped(_SHORT)


def code_digest(keys: Keys, place: str, typed: str) -> str:
    """Return what is kept of a code: a hash with a key that isn't in the database, for one `place` alone."""
    bare = "".join(letter for letter in typed.casefold() if letter.isalnum())
    return hmac.new(keys.pepper, f"entry code\x1f{place}\x1f{bare}".encode(), hashlib.sha256).hexdigest()


def code_refused(word: str) -> CampusError:
    """Return the error for a code that doesn't let anybody in, by its word."""
    sentences = {
        "code_unknown": text("This code isn't one of this institute. Compare it with the letter, letter by letter."),
        "code_used": text("This code has been used already. Ask for a new one."),
        "code_over": text("This code has run out. Ask for a new one."),
        "code_replaced": text("A newer code was sent. Use that one."),
        "code_of_another": text("This code was made for someone else. Check the name above it."),
        "code_withdrawn": text("The office has taken this invitation back. Ask there."),
        "code_locked": text("This code was typed wrong too often. Ask for a new one."),
    }
    return CampusError(word, sentences[word])


def _grouped(letters: int) -> str:
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(letters))
    return "-".join(drawn[at : at + _GROUP] for at in range(0, letters, _GROUP))
