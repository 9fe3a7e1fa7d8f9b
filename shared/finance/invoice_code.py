"""What the QR code of an invoice says, and how anybody checks it offline: the institute's own key signs it.

The code is `CDI` and base 32 of: short id of the institute (6 bytes) and of its key (4), number (1 byte of length,
ASCII), amount in minor units (6), currency (3), seconds since 1970 (5), the last due day counted from 2020 (2, all
ones for none), name (1 byte of length, UTF-8), and the Ed25519 signature of all that behind a fixed prefix.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shared.core.clock import instant_text, parse_instant
from shared.core.currencies import CURRENCIES
from shared.core.errors import CampusError
from shared.core.money import MOST_MINOR
from shared.core.text import text
from shared.finance.receipt_code import (
    InstituteKey,
    Reader,
    Sign,
    Standing,
    Verify,
    from_text,
    institute_id,
    is_signature,
    key_id,
    shortened,
    to_text,
)

PREFIX = "CDI"
MOST_NUMBER = 40
_INSTITUTE, _KEY_ID, _SIGNATURE = 6, 4, 64
_SAYS = b"campusdesk invoice 1\0"
_EPOCH = date(2020, 1, 1)
_NEVER = 0xFFFF


@dataclass(frozen=True)
class InvoiceFacts:
    """What an invoice says; `amount` in minor units, `due_on` its last due day or None, `issued_at` to the second."""

    number: str
    amount: int
    currency: str
    name: str
    issued_at: str
    due_on: str | None = None


@dataclass(frozen=True)
class InvoiceCheck:
    """The verdict about a code, with what it says where that can be read."""

    standing: Standing
    facts: InvoiceFacts | None = None
    digest: str = ""


def invoice_words(facts: InvoiceFacts, organisation_id: str, public_key: bytes) -> str:
    """Return the words that the institute's key signs."""
    number, name = facts.number.encode("ascii")[:MOST_NUMBER], shortened(facts.name).encode()
    due = (date.fromisoformat(facts.due_on) - _EPOCH).days if facts.due_on else _NEVER
    packed = (
        institute_id(organisation_id)
        + key_id(public_key)
        + bytes([len(number)])
        + number
        + facts.amount.to_bytes(6)
        + facts.currency.encode("ascii")
        + int(parse_instant(facts.issued_at).timestamp()).to_bytes(5)
        + min(max(due, 0), _NEVER).to_bytes(2)
        + bytes([len(name)])
        + name
    )
    return PREFIX + to_text(packed)


def sign_invoice(words: str, sign: Sign) -> str:
    """Return the signature over words, as text."""
    return to_text(sign(_message(words)))


def is_signed_by(words: str, signature: str, public_key: bytes, verify: Verify) -> bool:
    """Tell whether a key signed words."""
    return is_signature(signature, _message(words), public_key, verify)


def read_invoice(words: str) -> InvoiceFacts:
    """Return the facts in words, unchecked. Raises CampusError `invoice_unreadable`."""
    try:
        return _read(words)[1]
    except (ValueError, IndexError):
        raise CampusError("invoice_unreadable", text("The invoice's code can't be read.")) from None


def is_invoice(scanned: str) -> bool:
    """Tell whether something scanned or pasted says that it is an invoice."""
    return "".join(scanned.upper().split()).startswith(PREFIX)


def check_invoice(
    scanned: str, organisation_id: str, keys: Mapping[bytes, InstituteKey], verify: Verify
) -> InvoiceCheck:
    """Return what a scanned or pasted code is worth to this institute; `keys` are its receipt keys by `key_id`."""
    whole = "".join(scanned.upper().split())
    letters = -(-_SIGNATURE * 8 // 5)
    words, signature = whole[:-letters], whole[-letters:]
    try:
        (institute, key_name), facts = _read(words)
        signed = from_text(signature)
    except (ValueError, IndexError):
        return InvoiceCheck(Standing.NO_RECEIPT)
    if institute != institute_id(organisation_id):
        return InvoiceCheck(Standing.OTHER_INSTITUTE)
    key = keys.get(key_name)
    if key is None:
        return InvoiceCheck(Standing.UNKNOWN_KEY)
    if not verify(key.public_key, signed, _message(words)):
        return InvoiceCheck(Standing.ALTERED)
    standing = Standing.EARLIER_KEY if key.retired else Standing.GENUINE
    return InvoiceCheck(standing, facts, invoice_digest(words, signature))


def invoice_digest(words: str, signature: str) -> str:
    """Return the digest of an invoice: 64 hex digits."""
    return hashlib.sha256((words + signature).encode()).hexdigest()


def invoice_sentence(standing: Standing, institute: str) -> str:
    """Return what a person is told about a check."""
    return {
        Standing.GENUINE: text("Genuine. {institute} issued this invoice.", institute=institute),
        Standing.EARLIER_KEY: text(
            "Genuine. {institute} issued this invoice with a key it used earlier.", institute=institute
        ),
        Standing.ALTERED: text("Not genuine. What it says was altered, or somebody else made it."),
        Standing.OTHER_INSTITUTE: text("This invoice is of another institute. Only that institute can check it."),
        Standing.UNKNOWN_KEY: text(
            "This computer doesn't know the key of this invoice. Connect to the server, then check it again."
        ),
    }.get(standing, text("This is no code of an invoice. Scan the square at the bottom of the invoice."))


def _message(words: str) -> bytes:
    return _SAYS + words.encode()


def _read(words: str) -> tuple[tuple[bytes, bytes], InvoiceFacts]:
    if not words.startswith(PREFIX):
        raise ValueError(words[:4])
    reader = Reader(from_text(words.removeprefix(PREFIX)))
    institute, key = reader.take(_INSTITUTE), reader.take(_KEY_ID)
    number = reader.take(reader.number(1)).decode("ascii")
    amount, currency, seconds, due = (
        reader.number(6),
        reader.take(3).decode("ascii"),
        reader.number(5),
        reader.number(2),
    )
    name = reader.take(reader.number(1)).decode()
    reader.end()
    if currency not in CURRENCIES or amount > MOST_MINOR:
        raise ValueError(currency, amount)
    try:
        issued_at = instant_text(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    except OverflowError:
        raise ValueError(seconds) from None
    due_on = None if due == _NEVER else (_EPOCH + timedelta(days=due)).isoformat()
    return (institute, key), InvoiceFacts(number, amount, currency, name, issued_at, due_on)
