"""What an ID card says: the text of its QR code, its barcode, and how a scan of either is read."""

import base64
import hashlib
import re
from dataclasses import dataclass

from shared.core.text import text

PREFIX = "CD1"
_INSTITUTE_DIGITS = 8
_CHECK_LETTERS = 4
_QR = re.compile(r"CD1\.([0-9a-f]{8})\.(.{1,40})\.([A-Z2-7]{4})", re.IGNORECASE)
_BEGINS_LIKE_ONE = re.compile(r"CD\d?\.", re.IGNORECASE)
_NUMBER = re.compile(r"[\w./ -]{1,40}")


@dataclass(frozen=True)
class CardRefusal:
    """Why a scan gives no number: a stable code and a sentence for people."""

    code: str
    sentence: str


def _check(said: str) -> str:
    digest = hashlib.sha256(said.encode()).digest()
    return base64.b32encode(digest).decode()[:_CHECK_LETTERS]


def _institute(organisation_id: str) -> str:
    return organisation_id.replace("-", "")[:_INSTITUTE_DIGITS].lower()


def qr_text(organisation_id: str, number: str) -> str:
    """Return what the QR code of a person's card holds; `number` is the person's number."""
    said = f"{PREFIX}.{_institute(organisation_id)}.{number}"
    return f"{said}.{_check(said)}"


def barcode_text(number: str) -> str:
    """Return what the barcode of a person's card holds: the bare number."""
    return number


def read_card(scanned: str, organisation_id: str) -> str | CardRefusal:
    """Return the number of a scanned card, or why there is none.

    Codes: `card_torn` (a part is missing or was misread), `card_other_institute`, `card_nonsense`.
    """
    said = scanned.strip()
    found = _QR.fullmatch(said)
    if found is not None:
        institute, number, check = found[1].lower(), found[2], found[3].upper()
        if _check(f"{PREFIX}.{institute}.{number}") != check:
            return _torn()
        if institute != _institute(organisation_id):
            return CardRefusal("card_other_institute", text("This card is from another institute."))
        return number
    if not said or _BEGINS_LIKE_ONE.match(said):
        return _torn()
    if _NUMBER.fullmatch(said) is None:
        return CardRefusal("card_nonsense", text("This isn't an ID card of a student. Hold the card to the reader."))
    return said


def _torn() -> CardRefusal:
    return CardRefusal(
        "card_torn", text("This card could not be read whole. Scan it again, or type the number printed on it.")
    )
