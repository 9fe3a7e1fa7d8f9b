"""Reads how large a picture will be once it is unpacked, from its first bytes alone."""

import struct

MOST_PIXELS = 100_000_000
"""A picture of more would fill a computer's memory: 100 million are 400 MB unpacked."""
_STARTS = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})


def pixels(kind: str, head: bytes) -> int:
    """Return width times height of a picture of this type word, 0 where its beginning doesn't tell.

    Sources: PNG (third edition) 11.2.2, GIF89a 18, JPEG (ITU T.81) annex B, WebP container specification.
    """
    read = {"png": _png, "gif": _gif, "jpeg": _jpeg, "webp": _webp}.get(kind)
    try:
        return read(head) if read is not None else 0
    except (struct.error, IndexError):
        return 0


def _png(head: bytes) -> int:
    width, height = struct.unpack(">II", head[16:24])
    return int(width * height)


def _gif(head: bytes) -> int:
    width, height = struct.unpack("<HH", head[6:10])
    return int(width * height)


def _webp(head: bytes) -> int:
    form = head[12:16]
    if form == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        return width * (int.from_bytes(head[27:30], "little") + 1)
    if form == b"VP8L":
        packed = int.from_bytes(head[21:25], "little")
        return ((packed & 0x3FFF) + 1) * ((packed >> 14 & 0x3FFF) + 1)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return int((width & 0x3FFF) * (height & 0x3FFF))
    return 0


def _jpeg(head: bytes) -> int:
    at = 2
    while True:
        if head[at] != 0xFF:
            return 0
        mark = head[at + 1]
        if mark in _STARTS:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return int(width * height)
        at += 1 if mark == 0xFF else 2 if mark in _ALONE else 2 + struct.unpack(">H", head[at + 2 : at + 4])[0]
