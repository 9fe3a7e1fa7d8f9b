"""Makes a file's name safe for every computer it may land on, and reads the ending that says what it claims to be."""

import re
import unicodedata

MOST_CHARACTERS = 120
MOST_BYTES = 200
"""Of a name in UTF-8: room is left for what a program puts before or after it (a file system takes 255)."""
_UNUSABLE = re.compile(r'[<>:"|?*]')
_BETWEEN = re.compile(r"[\\/]+")
_SPACES = re.compile(r"\s+")
_LONGEST_ENDING = 10
# What Windows takes for a device, whatever ending follows; the raised digits count, too.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_NAMELESS = "file"


def safe_name(given: str) -> str:
    """Return the last part of `given` as a name that every file system takes; a safe name is returned as it is.

    Folders, control characters, turned reading directions, dots and spaces at either end, and what Windows reserves
    are gone; the ending stays when a name is cut to 120 characters and 200 bytes.
    """
    last = _SPACES.sub(" ", _BETWEEN.split(given.rstrip("\\/"))[-1])
    seen = _SPACES.sub(" ", "".join(one for one in last if unicodedata.category(one)[0] != "C"))
    plain = _trimmed(_UNUSABLE.sub("_", unicodedata.normalize("NFC", seen))) or _NAMELESS
    if _RESERVED.fullmatch(plain.partition(".")[0].rstrip()):
        plain = f"_{plain}"
    return _cut(plain)


def ending_of(name: str) -> str:
    """Return what follows the last dot in small letters, without the dot; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def _trimmed(name: str) -> str:
    return name.strip(" .")


def _cut(name: str) -> str:
    if len(name) <= MOST_CHARACTERS and len(name.encode()) <= MOST_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    tail = dot + ending
    kept = stem[: MOST_CHARACTERS - len(tail)].encode()[: MOST_BYTES - len(tail.encode())]
    # A character that was cut in two goes whole, and so does a space or dot that now stands at the end.
    return _trimmed(kept.decode(errors="ignore")) + tail
