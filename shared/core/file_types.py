"""Which files are taken: their types by name and content, how large they may be, and the sentence where one isn't."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.core.errors import CampusError
from shared.core.file_contents import Sample, has_macros, read_directory, type_of_content
from shared.core.file_names import ending_of, safe_name
from shared.core.picture_size import MOST_PIXELS, pixels
from shared.core.text import text

MOST_BYTES = 52_428_800
"""A file has 50 MB at most, where nothing else is said."""
MOST_UNPACKED = 1_000_000_000
MOST_RATIO = 200
"""An office document unpacks to at most 1 GB and 200 times its size; archives are never opened, so they may."""
_MEGABYTE = 1 << 20


class Group(StrEnum):
    """What a type is looked at with."""

    DOCUMENT = "document"
    IMAGE = "image"
    TEXT = "text"
    VIDEO = "video"
    AUDIO = "audio"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class FileType:
    """A type of file: its word, what HTTP calls it, the endings it goes by (the usual one first), and its group."""

    word: str
    media: str
    endings: tuple[str, ...]
    group: Group


_CODE = (
    "txt", "text", "md", "csv", "tsv", "log", "json", "xml", "yaml", "yml", "toml", "ini", "html", "htm", "css", "js",
    "ts", "py", "java", "c", "h", "cpp", "hpp", "cs", "go", "rs", "php", "rb", "sql", "r", "m", "tex", "srt", "vtt",
)  # fmt: skip
_OPEN_XML = "application/vnd.openxmlformats-officedocument"

TYPES: Mapping[str, FileType] = {
    one.word: one
    for one in (
        FileType("pdf", "application/pdf", ("pdf",), Group.DOCUMENT),
        FileType("docx", f"{_OPEN_XML}.wordprocessingml.document", ("docx",), Group.DOCUMENT),
        FileType("odt", "application/vnd.oasis.opendocument.text", ("odt",), Group.DOCUMENT),
        FileType("xlsx", f"{_OPEN_XML}.spreadsheetml.sheet", ("xlsx",), Group.DOCUMENT),
        FileType("pptx", f"{_OPEN_XML}.presentationml.presentation", ("pptx",), Group.DOCUMENT),
        FileType("doc", "application/msword", ("doc",), Group.DOCUMENT),
        FileType("png", "image/png", ("png",), Group.IMAGE),
        FileType("jpeg", "image/jpeg", ("jpg", "jpeg", "jpe"), Group.IMAGE),
        FileType("gif", "image/gif", ("gif",), Group.IMAGE),
        FileType("webp", "image/webp", ("webp",), Group.IMAGE),
        FileType("text", "text/plain", _CODE, Group.TEXT),
        FileType("mp4", "video/mp4", ("mp4", "m4v"), Group.VIDEO),
        FileType("mov", "video/quicktime", ("mov",), Group.VIDEO),
        FileType("avi", "video/x-msvideo", ("avi",), Group.VIDEO),
        FileType("webm", "video/webm", ("webm",), Group.VIDEO),
        FileType("mp3", "audio/mpeg", ("mp3",), Group.AUDIO),
        FileType("m4a", "audio/mp4", ("m4a",), Group.AUDIO),
        FileType("wav", "audio/wav", ("wav",), Group.AUDIO),
        FileType("ogg", "audio/ogg", ("ogg", "oga", "opus"), Group.AUDIO),
        FileType("zip", "application/zip", ("zip",), Group.ARCHIVE),
    )
}
"""All types that are known, by word."""
_BY_ENDING = {ending: one.word for one in TYPES.values() for ending in one.endings}
_OFFICE = frozenset({"docx", "odt", "xlsx", "pptx", "doc"})
# Cameras and recorders name these for one another; the content alone says which it is, and both are harmless.
_TWINS = frozenset({frozenset({"mp4", "mov"}), frozenset({"mp4", "m4a"})})


def type_of_name(name: str) -> str | None:
    """Return the word of the type that the ending of `name` claims, or None."""
    return _BY_ENDING.get(ending_of(name))


def check_claim(name: str, size: int, allowed: Collection[str] = (), largest: int = MOST_BYTES) -> str:
    """Return the word of the type that a file claims to be, before its content is there.

    `allowed` are words of types, all where it is empty. Raises CampusError `file_empty`, `file_too_large`,
    `file_type_unknown`, `file_type_refused`.
    """
    shown = safe_name(name)
    if size <= 0:
        raise CampusError("file_empty", text("“{name}” is empty. Choose the file that has your work.", name=shown))
    if size > largest:
        message = text(
            "“{name}” has {size} MB; a file may have {largest} MB. Make it smaller, or split it.",
            name=shown,
            size=-(-size // _MEGABYTE),
            largest=largest // _MEGABYTE,
        )
        raise CampusError("file_too_large", message, {"largest": largest})
    word = type_of_name(shown)
    if word is None:
        message = text("“{name}” is of a kind that isn't taken here. Save it as a PDF, for example.", name=shown)
        raise CampusError("file_type_unknown", message)
    if allowed and word not in allowed:
        endings = ", ".join(sorted(TYPES[one].endings[0] for one in allowed))
        message = text("“{name}” can't be handed in here. These kinds can: {endings}.", name=shown, endings=endings)
        raise CampusError("file_type_refused", message, {"allowed": sorted(allowed)})
    return word


def check_file(name: str, sample: Sample, allowed: Collection[str] = (), largest: int = MOST_BYTES) -> str:
    """Return the word of a file's type, by its name and its content, which must agree.

    Raises what `check_claim` does, and CampusError `file_type_lies`, `file_has_macros`, `file_unpacks_too_large`,
    `picture_too_large`.
    """
    claimed = check_claim(name, sample.size, allowed, largest)
    found = type_of_content(sample)
    shown = safe_name(name)
    if found != claimed and (found is None or frozenset({found, claimed}) not in _TWINS):
        raise CampusError("file_type_lies", _lie(shown, found), {"claimed": claimed, "found": found})
    if claimed in _OFFICE:
        _check_office(shown, sample)
    if pixels(claimed, sample.head) > MOST_PIXELS:
        message = text(
            "“{name}” has more than {most} million pixels. It was put aside. Make the picture smaller.",
            name=shown,
            most=MOST_PIXELS // 1_000_000,
        )
        raise CampusError("picture_too_large", message)
    return claimed


def _lie(shown: str, found: str | None) -> str:
    if found is None:
        return text(
            "“{name}” isn't what its name says: nothing here can read what is in it. It was put aside and nobody can"
            " open it. Choose the right file, or save it again under its own kind.",
            name=shown,
        )
    return text(
        "“{name}” isn't what its name says: inside it is a file of the kind {ending}. It was put aside and nobody can"
        " open it. Give it its right ending, or choose the right file.",
        name=shown,
        ending=TYPES[found].endings[0],
    )


def _check_office(shown: str, sample: Sample) -> None:
    if has_macros(sample):
        message = text(
            "“{name}” has macros, programs that run when it is opened. It was put aside. Save it without macros.",
            name=shown,
        )
        raise CampusError("file_has_macros", message)
    archive = read_directory(sample)
    unpacked = 0 if archive is None else archive.unpacked
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * sample.size:
        message = text(
            "“{name}” would be far too large once it is opened. It was put aside. Save it anew, or as a PDF.",
            name=shown,
        )
        raise CampusError("file_unpacks_too_large", message)
