"""Finds out in which encoding a text file was written, from its own bytes."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SHOWN_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
}
HIGH = re.compile(rb"[\x80-\xff]")
UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
HEAD = 4_096
SAMPLE = 65_536
# Above this share of NUL bytes at every second place a file is UTF-16 that lost its mark.
NUL_SHARE = 0.3
# That many good UTF-8 sequences for each bad byte: a UTF-8 file with some damaged lines, not another encoding.
GOOD_TO_BAD = 2
NEARBY = ["cp1252", "mac_roman", "cp850", "cp1250", "cp1254"]
WESTERN_SIGNS = "‘’“”–—…€£§°ºª·`«»¿¡½¼¾\N{NO-BREAK SPACE}\N{ACUTE ACCENT}"


@dataclass(slots=True)
class _Tally:
    head: bytes = b""
    good: int = 0
    bad: int = 0
    sample: bytearray = field(default_factory=bytearray)


def find_encoding(chunks: Iterable[bytes]) -> str:
    """Return the codec that reads the bytes: utf-8, utf-8-sig, utf-16(-le, -be), utf-32, cp1252 or another 8-bit one.

    Reads all chunks, keeps little of them. A UTF-8 file with a few damaged places is still utf-8: read it with
    `decoding_errors` and look for what could not be read.
    """
    tally = _Tally()
    carry = b""
    for chunk in chunks:
        if len(tally.head) < HEAD:
            tally.head += chunk[: HEAD - len(tally.head)]
            if early := _by_mark(tally.head):
                return early
        carry = _count(tally, carry + chunk)
    tally.bad += len(HIGH.findall(carry))
    if not tally.bad or tally.good > GOOD_TO_BAD * tally.bad:
        return "utf-8"
    return _eight_bit(bytes(tally.sample))


def decoding_errors(encoding: str) -> str:
    """Return the error handler that keeps damaged places recognisable (see `delimited.is_damaged`)."""
    return "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"


def shown_encoding(encoding: str) -> str:
    """Return the encoding's name as people know it."""
    return SHOWN_NAMES.get(encoding, encoding)


def _by_mark(head: bytes) -> str | None:
    for mark, codec in BOMS:
        if head.startswith(mark):
            return codec
    if len(head) < 2:
        return None
    half = len(head) // 2
    if head[1::2].count(0) > NUL_SHARE * half and head[0::2].count(0) < NUL_SHARE * half:
        return "utf-16-le"
    if head[0::2].count(0) > NUL_SHARE * half and head[1::2].count(0) < NUL_SHARE * half:
        return "utf-16-be"
    return None


def _count(tally: _Tally, data: bytes) -> bytes:
    """Count good sequences and bad bytes; return the bytes of a sequence that the chunk's end cuts in two."""
    if data.isascii():
        return b""
    cut = len(data)
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] >= 0xC0:
            cut = len(data) - back
            break
    whole = UTF8_SEQUENCE.match(data, cut) is not None
    body, carry = (data, b"") if whole else (data[:cut], data[cut:])
    rest, good = UTF8_SEQUENCE.subn(b"", body)
    tally.good += good
    tally.bad += len(HIGH.findall(rest))
    if len(tally.sample) < SAMPLE:
        lines = [line for line in body.splitlines() if not line.isascii()]
        tally.sample += b"\n".join(lines)[:SAMPLE]
    return carry


def _eight_bit(sample: bytes) -> str:
    """Choose among 8-bit encodings: the Western one when it gives letters, else by what is likeliest as language."""
    western = sample.decode("cp1252", errors="replace")
    high = [sign for sign in western if ord(sign) >= 0x80]
    if all(sign.isalpha() or sign in WESTERN_SIGNS for sign in high):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=NEARBY).best()
    return best.encoding if best else "cp1252"
