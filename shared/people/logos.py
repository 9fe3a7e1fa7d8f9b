"""An institute's logo: the small PNG that is kept, with nothing in the file but the picture."""

import base64
import binascii
import zlib

from shared.core.text import text

MOST_SIDE = 320
"""Pixels of a kept logo, at most, each way."""
LEAST_SIDE = 16
MOST_BYTES = 45_000
"""Size of a kept logo."""
MOST_TEXT = 60_000
MOST_FILE_BYTES = 5_000_000
"""Size of a file that a logo may be made of."""
_BEGIN = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_FRAME = 12
_USUAL_DEPTH = 8


def _parts(content: bytes) -> list[tuple[bytes, bytes]] | None:
    """Return the parts of a PNG as name and whole bytes; None where it isn't one, whole and with nothing behind it."""
    if not content.startswith(_BEGIN):
        return None
    found, at = [], len(_BEGIN)
    while at + _FRAME <= len(content):
        length = int.from_bytes(content[at : at + 4])
        part = content[at : at + _FRAME + length]
        name = part[4:8]
        if len(part) != _FRAME + length or zlib.crc32(part[4:-4]) != int.from_bytes(part[-4:]):
            return None
        found.append((name, part))
        at += len(part)
        if name == b"IEND":
            break
    whole = bool(found) and found[0][0] == b"IHDR" and found[-1][0] == b"IEND" and at == len(content)
    return found if whole else None


def bare_png(content: bytes) -> bytes:
    """Return a PNG without what stands in it beside the picture: places, times, names of programs.

    Raises ValueError where it is no whole PNG.
    """
    parts = _parts(content)
    if parts is None:
        message = "not a whole PNG"
        raise ValueError(message)
    return _BEGIN + b"".join(part for name, part in parts if name in _KEPT)


def logo_error(logo: str) -> str | None:
    """Return the sentence for what can't be kept as a logo (base64 of a PNG), or None."""
    try:
        content = base64.b64decode(logo, validate=True)
    except (binascii.Error, ValueError):
        return _no_picture()
    if len(content) > MOST_BYTES:
        return text("The logo has {n} KB. At most {most} KB are kept.", n=len(content) // 1000, most=MOST_BYTES // 1000)
    parts = _parts(content)
    if parts is None or any(name not in _KEPT for name, _part in parts):
        return _no_picture()
    head = parts[0][1][8:]
    width, height, depth = int.from_bytes(head[:4]), int.from_bytes(head[4:8]), head[8]
    if not (LEAST_SIDE <= width <= MOST_SIDE and LEAST_SIDE <= height <= MOST_SIDE) or depth > _USUAL_DEPTH:
        return text("A logo has {least} to {most} pixels each way.", least=LEAST_SIDE, most=MOST_SIDE)
    return None


def _no_picture() -> str:
    return text("This is not a logo. Choose a PNG or JPEG file.")
