"""Looks into office documents for what they would fetch by themselves when somebody opens them."""

import zipfile
from pathlib import Path
from xml.etree.ElementTree import ParseError  # the error's name alone; defusedxml does the reading

from defusedxml import ElementTree

from shared.core.errors import CampusError
from shared.core.text import text

_KINDS = frozenset({"docx", "xlsx", "pptx"})
_LARGEST = 2_000_000
_MOST = 2_000
# What a person has to click, or a picture that is only shown as missing, does no harm.
_HARMLESS = ("/hyperlink", "/image", "/video", "/audio", "/media")


def check_office_links(kind: str, name: str, part: Path) -> None:
    """Refuse an office document that fetches a template, an object or a workbook from elsewhere as it is opened.

    Raises CampusError `file_fetches`, and `file_type_lies` where its list of parts can't be read.
    """
    if kind not in _KINDS:
        return
    try:
        with zipfile.ZipFile(part) as box:
            found = [one for one in box.infolist() if one.filename.lower().endswith(".rels")]
            fetches = len(found) > _MOST or any(_fetches(box, one) for one in found)
    except (zipfile.BadZipFile, ParseError, ValueError, NotImplementedError, RuntimeError, EOFError, OSError) as fault:
        message = text("“{name}” is damaged: nothing here can read what is in it. Save it anew.", name=name)
        raise CampusError("file_type_lies", message) from fault
    if fetches:
        message = text(
            "“{name}” would fetch something from elsewhere when it is opened. It was put aside. Save it as a PDF.",
            name=name,
        )
        raise CampusError("file_fetches", message)


def _fetches(box: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    if entry.file_size > _LARGEST:
        return True
    with box.open(entry) as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        return True
    return any(
        one.get("TargetMode") == "External" and not (one.get("Type") or "").endswith(_HARMLESS)
        for one in ElementTree.fromstring(content).iter()
    )
