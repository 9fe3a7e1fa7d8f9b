"""Photos of people: the one size that is kept, what a kept picture must be, and how a pending one shows."""

import base64
import binascii
import hashlib
from collections.abc import Sequence

from shared.core.command import Command
from shared.core.ids import derived_id
from shared.core.projection import Draft, ReadRow
from shared.core.text import text
from shared.people.vocabulary import PERSON_PHOTO

WIDTH, HEIGHT = 240, 300
"""Pixels of a kept photo: four to five."""
MOST_BYTES = 40_000
"""Size of a kept photo."""
MOST_FILE_BYTES = 5_000_000
"""Size of a file that a photo may be made of."""
MOST_PIXELS = 40_000_000
"""Pixels of a picture that a photo may be made of."""
_MARKERS_WITH_SIZE = frozenset({0xC0, 0xC1, 0xC2})
_BEGIN = b"\xff\xd8\xff"


def photo_id(person_id: str) -> str:
    """Return the id of a person's photo; everyone has at most one."""
    return derived_id(PERSON_PHOTO, person_id)


def photo_digest(jpeg_base64: str | None) -> str:
    """Return a short word for a photo, empty for none: what a change names as the photo that was seen."""
    return hashlib.sha256(jpeg_base64.encode()).hexdigest()[:32] if jpeg_base64 else ""


def photo_error(jpeg_base64: str) -> str | None:
    """Return the sentence for what can't be kept as a photo, or None."""
    try:
        content = base64.b64decode(jpeg_base64, validate=True)
    except (binascii.Error, ValueError):
        return text("This is not a photo.")
    if len(content) > MOST_BYTES:
        return text(
            "The photo has {n} KB. At most {most} KB are kept.", n=len(content) // 1000, most=MOST_BYTES // 1000
        )
    size = jpeg_size(content)
    if size is None:
        return text("This is not a photo.")
    if size != (WIDTH, HEIGHT):
        return text("A photo has {width} x {height} pixels.", width=WIDTH, height=HEIGHT)
    return None


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height that the head of a JPEG file states, None where it is no such file."""
    if not content.startswith(_BEGIN):
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker in _MARKERS_WITH_SIZE:
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        at += 2 + length
    return None


def project_photo(command: Command, _read: ReadRow) -> Sequence[Draft]:
    """Return the photo as it will be."""
    person_id = command.payload["person_id"]
    body = {
        "id": command.target_id,
        "revision": command.id,
        "person_id": person_id,
        "jpeg_base64": command.payload.get("jpeg_base64"),
    }
    return [Draft(PERSON_PHOTO, command.target_id, body, person_id)]
