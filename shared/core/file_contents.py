"""Tells what a file is by its first and last bytes, and what a zip says of itself without opening anything in it."""

import struct
from dataclasses import dataclass, field

HEAD_BYTES = 1 << 16
TAIL_BYTES = 1 << 20
"""How much of a file's beginning and end is looked at; what can't be told from that isn't taken for a document."""

_END = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_END_SIZE, _ENTRY_SIZE = 22, 46
_MARKS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"OggS\x00", "ogg"),
    (b"ID3\x02", "mp3"),
    (b"ID3\x03", "mp3"),
    (b"ID3\x04", "mp3"),
)
_BRANDS = {b"qt  ": "mov", b"M4A ": "m4a", b"M4B ": "m4a"}
# Pictures and books of the same family of formats, which nothing here shows.
_OTHER_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"crx ")
_WAVES = {b"WAVE": "wav", b"WEBP": "webp", b"AVI ": "avi"}
_OFFICE = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"))
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What no text has: control characters other than tab, line ends, page breaks and the escape of terminals.
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}


@dataclass(frozen=True)
class Sample:
    """What is looked at of a file: its size, its first 64 KiB and its last MiB (less where it is shorter)."""

    size: int
    head: bytes
    tail: bytes

    @classmethod
    def of(cls, content: bytes) -> "Sample":
        """Return the sample of a file held in memory."""
        return cls(len(content), content[:HEAD_BYTES], content[-TAIL_BYTES:])


@dataclass(frozen=True)
class Archive:
    """What the directory of a zip says: the names in it, and how many bytes they have packed and unpacked."""

    names: frozenset[str] = field(default_factory=frozenset)
    unpacked: int = 0


def type_of_content(sample: Sample) -> str | None:
    """Return the word of the type that the content is, or None where it is none that is known here."""
    head = sample.head
    if head.startswith((b"PK\x03\x04", _END)):
        archive = read_directory(sample)
        return None if archive is None else _type_of_zip(archive, head)
    found = _by_mark(head)
    if found in {"png", "jpeg", "gif", "webp"} and read_directory(sample) is not None:
        return None  # a picture that is a zip as well is made to deceive
    if found is not None:
        return found
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-"):
        return "pdf"
    return "text" if _is_text(sample) else None


def read_directory(sample: Sample) -> Archive | None:
    """Return what the directory at the end of a zip says, None where there is no whole one within the sample."""
    tail = sample.tail
    at = tail.rfind(_END, max(0, len(tail) - 65_535 - _END_SIZE))
    if at < 0 or len(tail) - at < _END_SIZE:
        return None
    count, length, start, remark = struct.unpack("<10xHIIH", tail[at : at + _END_SIZE])
    begins = at - length
    if begins < 0 or start + length > sample.size or at + _END_SIZE + remark != len(tail):
        return None
    return _entries(tail[begins:at], count)


def _entries(directory: bytes, count: int) -> Archive | None:
    names: set[str] = set()
    at = unpacked = 0
    for _ in range(count):
        fixed = directory[at : at + _ENTRY_SIZE]
        if len(fixed) < _ENTRY_SIZE or not fixed.startswith(_ENTRY):
            return None
        size, name, extra, remark = struct.unpack("<24xIHHH12x", fixed)
        unpacked += size
        at += _ENTRY_SIZE
        names.add(directory[at : at + name].decode("utf-8", "replace"))
        at += name + extra + remark
    return Archive(frozenset(names), unpacked) if at == len(directory) else None


def _type_of_zip(archive: Archive, head: bytes) -> str:
    if "[Content_Types].xml" in archive.names:
        for part, word in _OFFICE:
            if part in archive.names:
                return word
    if "content.xml" in archive.names and head[30 : 30 + len(_ODT)] == _ODT:
        return "odt"
    return "zip"


def _by_mark(head: bytes) -> str | None:
    for mark, word in _MARKS:
        if head.startswith(mark):
            return word
    if head.startswith(b"RIFF"):
        return _WAVES.get(head[8:12])
    if head[:2] == b"\x00\x00" and head[4:8] == b"ftyp":
        brand = head[8:12]
        return None if brand in _OTHER_BRANDS else _BRANDS.get(brand, "mp4")
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head[:4096] else None
    return "mp3" if _is_sound_frame(head) else None


def _is_sound_frame(head: bytes) -> bool:
    """Tell whether an MPEG sound frame of layer III stands here: sync, version, layer, bit rate and pitch all fit."""
    first = head[:4].ljust(4, b"\x00")
    layer_three = first[0] == 0xFF and first[1] & 0xE6 == 0xE2 and first[1] & 0x18 != 0x08
    return layer_three and first[2] >> 4 not in {0, 15} and first[2] >> 2 & 3 != 3


def _is_text(sample: Sample) -> bool:
    head, tail = sample.head, sample.tail
    if head.startswith(_UTF16):
        return _reads_as_utf16(head)
    seen = set(head) | set(tail)
    return not seen & _CONTROLS


def _reads_as_utf16(head: bytes) -> bool:
    even = head[: len(head) // 2 * 2]
    try:
        words = even.decode("utf-16")
    except UnicodeDecodeError as problem:
        # The last character may be cut in two where the sample ends.
        return problem.start >= len(even) - 2
    return not any(ord(one) in _CONTROLS for one in words)


def has_macros(sample: Sample) -> bool:
    """Tell whether an office document brings programs along."""
    archive = read_directory(sample)
    if archive is not None:
        return any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in archive.names)
    mark = "_VBA_PROJECT".encode("utf-16-le")
    return mark in sample.head or mark in sample.tail
