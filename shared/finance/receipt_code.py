"""What a receipt's QR code carries: its facts, the till's certificate and signature, read and checked without network.

The words are base 32 behind `CDR`, so that printers, readers that type like a keyboard and people can carry them. The
till's key signs the facts; the institute's key signs the till's. How signatures are made and checked is handed in.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from shared.core.clock import instant_text, parse_instant
from shared.core.currencies import CURRENCIES
from shared.core.errors import CampusError
from shared.core.money import MOST_MINOR
from shared.core.text import text
from shared.finance.till_rules import LONGEST_CODE, receipt_number
from shared.finance.vocabulary import Method

Sign = Callable[[bytes], bytes]
"""Returns the Ed25519 signature (64 bytes) of a message."""
Verify = Callable[[bytes, bytes, bytes], bool]
"""Tells whether (public key, signature, message) fit each other; never raises."""

PREFIX = "CDR"
MOST_PAYER_BYTES = 40
_INSTITUTE, _KEY_ID, _KEY, _SIGNATURE = 6, 4, 32, 64
_TILL_SAYS, _RECEIPT_SAYS = b"campusdesk till 1\0", b"campusdesk receipt 1\0"
_EPOCH = date(2020, 1, 1)
_UNCONFIRMED = 1
_BITS = {
    Method.CASH: 2,
    Method.CARD: 4,
    Method.MOBILE_MONEY: 8,
    Method.BANK_TRANSFER: 16,
    Method.CHEQUE: 32,
    Method.PAYSTACK: 64,
    Method.RAZORPAY: 128,
}


class Standing(StrEnum):
    """What a check of a receipt came to."""

    GENUINE = "genuine"
    EARLIER_KEY = "earlier_key"
    OUT_OF_TIME = "out_of_time"
    ALTERED = "altered"
    OTHER_INSTITUTE = "other_institute"
    UNKNOWN_KEY = "unknown_key"
    NO_RECEIPT = "no_receipt"


GOOD = frozenset({Standing.GENUINE, Standing.EARLIER_KEY})


@dataclass(frozen=True)
class Certificate:
    """What the institute vouches for: this key prints this series' receipts from one day to another."""

    institute: bytes
    key_id: bytes
    public_key: bytes
    code: str
    valid_from: date
    valid_to: date

    @property
    def packed(self) -> bytes:
        """The bytes that the institute's key signs and the code carries."""
        code = self.code.encode("ascii")
        days = b"".join((day - _EPOCH).days.to_bytes(2) for day in (self.valid_from, self.valid_to))
        return self.institute + self.key_id + self.public_key + bytes([len(code)]) + code + days

    @property
    def message(self) -> bytes:
        """What is signed."""
        return _TILL_SAYS + self.packed


@dataclass(frozen=True)
class Facts:
    """What a receipt says; `amount` in minor units, `issued_at` to the second."""

    code: str
    sequence: int
    amount: int
    currency: str
    payer: str
    issued_at: str
    methods: frozenset[Method]
    unconfirmed: bool

    @property
    def number(self) -> str:
        """The printed number."""
        return receipt_number(self.code, self.sequence)


@dataclass(frozen=True)
class InstituteKey:
    """One of the institute's receipt keys; `retired` ones certify nothing new and stay good for what they did."""

    public_key: bytes
    retired: bool = False


@dataclass(frozen=True)
class Check:
    """The verdict about a code, with what it says where that can be read."""

    standing: Standing
    facts: Facts | None = None
    digest: str = ""


def institute_id(organisation_id: str) -> bytes:
    """Return the short id of an institute, 6 bytes."""
    return hashlib.sha256(organisation_id.encode()).digest()[:_INSTITUTE]


def key_id(public_key: bytes) -> bytes:
    """Return the short id of an institute's key, 4 bytes."""
    return hashlib.sha256(public_key).digest()[:_KEY_ID]


def certified(certificate: Certificate, sign: Sign) -> str:
    """Return a certificate with the institute's signature as text, as a till keeps it."""
    return to_text(certificate.packed + sign(certificate.message))


def read_certificate(certificate: str) -> Certificate:
    """Return what a certificate says, unchecked. Raises ValueError where it is none."""
    return _read_certificate(Reader(from_text(certificate)))


def is_certified_by(certificate: str, public_key: bytes, verify: Verify) -> bool:
    """Tell whether an institute's key signed a certificate."""
    try:
        reader = Reader(from_text(certificate))
        read, signature = _read_certificate(reader), reader.take(_SIGNATURE)
        reader.end()
    except (ValueError, IndexError):
        return False
    return read.key_id == key_id(public_key) and verify(public_key, signature, read.message)


def receipt_words(facts: Facts, certificate: str) -> str:
    """Return the words that a till signs: the facts and the till's certificate."""
    payer = shortened(facts.payer).encode()
    seconds = int(parse_instant(facts.issued_at).timestamp())
    flags = sum(_BITS[method] for method in facts.methods) | (_UNCONFIRMED if facts.unconfirmed else 0)
    packed = (
        facts.sequence.to_bytes(5)
        + facts.amount.to_bytes(6)
        + facts.currency.encode("ascii")
        + seconds.to_bytes(5)
        + bytes([flags, len(payer)])
        + payer
    )
    return PREFIX + to_text(from_text(certificate) + packed)


def signed(words: str, sign: Sign) -> str:
    """Return the till's signature over words, as text."""
    return to_text(sign(_message(words)))


def qr_text(words: str, signature: str) -> str:
    """Return what the QR code shows."""
    return words + signature


def digest_of(words: str, signature: str) -> str:
    """Return the digest of a receipt: 64 hex digits."""
    return hashlib.sha256(qr_text(words, signature).encode()).hexdigest()


def short_code(digest: str) -> str:
    """Return the code that is printed for people: `9F1C 2B40`."""
    return f"{digest[:4]} {digest[4:8]}".upper()


def shortened(payer: str) -> str:
    """Return a name that takes 40 bytes at most, cut between letters."""
    packed = " ".join(payer.split()).encode()
    return packed[:MOST_PAYER_BYTES].decode(errors="ignore").strip()


def check(scanned: str, organisation_id: str, keys: Mapping[bytes, InstituteKey], verify: Verify) -> Check:
    """Return what a scanned or pasted code is worth to this institute; `keys` are its receipt keys by `key_id`."""
    whole = "".join(scanned.upper().split())
    try:
        facts, certificate, signatures = _parts(whole)
    except (ValueError, IndexError):
        return Check(Standing.NO_RECEIPT)
    if certificate.institute != institute_id(organisation_id):
        return Check(Standing.OTHER_INSTITUTE)
    key = keys.get(certificate.key_id)
    if key is None:
        return Check(Standing.UNKNOWN_KEY)
    said = verify(key.public_key, signatures[0], certificate.message)
    if not said or not verify(certificate.public_key, signatures[1], signatures[2]):
        return Check(Standing.ALTERED)
    digest = hashlib.sha256(whole.encode()).hexdigest()
    day = parse_instant(facts.issued_at).date()
    if not certificate.valid_from <= day <= certificate.valid_to:
        return Check(Standing.OUT_OF_TIME, facts, digest)
    return Check(Standing.EARLIER_KEY if key.retired else Standing.GENUINE, facts, digest)


def is_signed_by(words: str, signature: str, public_key: bytes, verify: Verify) -> bool:
    """Tell whether a till's key signed words."""
    return is_signature(signature, _message(words), public_key, verify)


def is_signature(signature: str, message: bytes, public_key: bytes, verify: Verify) -> bool:
    """Tell whether a signature, as codes carry it, is a key's own over a message; one that can't be read is none."""
    try:
        return verify(public_key, from_text(signature), message)
    except ValueError:
        return False


def read_words(words: str) -> Facts:
    """Return the facts in words, unchecked. Raises CampusError `receipt_unreadable`."""
    try:
        reader = Reader(_body(words))
        certificate = _read_certificate(reader)
        reader.take(_SIGNATURE)
        return _read_facts(reader, certificate)
    except (ValueError, IndexError):
        raise CampusError("receipt_unreadable", text("The receipt's code can't be read.")) from None


def certificate_in(words: str) -> str:
    """Return the till's certificate that words carry, unchecked; nothing where they can't be read."""
    try:
        reader = Reader(_body(words))
        packed = _read_certificate(reader).packed
        return to_text(packed + reader.take(_SIGNATURE))
    except (ValueError, IndexError):
        return ""


def sentence(standing: Standing, institute: str) -> str:
    """Return what a person is told about a check."""
    return {
        Standing.GENUINE: text("Genuine. {institute} issued this receipt.", institute=institute),
        Standing.EARLIER_KEY: text(
            "Genuine. {institute} issued this receipt with a key it used earlier.", institute=institute
        ),
        Standing.OUT_OF_TIME: text(
            "The signature is right, but the till wasn't allowed to issue receipts on that day. Ask the office."
        ),
        Standing.ALTERED: text("Not genuine. What it says was altered, or somebody else made it."),
        Standing.OTHER_INSTITUTE: text("This receipt is of another institute. Only that institute can check it."),
        Standing.UNKNOWN_KEY: text(
            "This computer doesn't know the key of this receipt. Connect to the server, then check it again."
        ),
        Standing.NO_RECEIPT: text("This is no code of a receipt. Scan the square at the bottom of the receipt."),
    }[standing]


# --------------------------------------------------------------------------------------------------------- the bytes


class Reader:
    """Takes a code's bytes one part after another; what isn't there is a ValueError."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        part = self._content[self._at : self._at + count]
        if len(part) != count:
            raise ValueError(count)
        self._at += count
        return part

    def number(self, count: int) -> int:
        """Return a number of so many bytes."""
        return int.from_bytes(self.take(count))

    def end(self) -> None:
        """Raise ValueError where something is left."""
        if self._at != len(self._content):
            raise ValueError(self._at)


def to_text(content: bytes) -> str:
    """Return bytes in base 32, as codes carry them."""
    return base64.b32encode(content).decode().rstrip("=")


def from_text(value: str) -> bytes:
    """Return what `to_text` wrote. Raises ValueError."""
    try:
        content = base64.b32decode(value + "=" * (-len(value) % 8))
    except binascii.Error:
        raise ValueError(value[:8]) from None
    if to_text(content) != value:  # one text for one content: a letter more or another last one is altered
        raise ValueError(value[:8])
    return content


def _body(words: str) -> bytes:
    if not words.startswith(PREFIX):
        raise ValueError(words[:4])
    return from_text(words.removeprefix(PREFIX))


def _message(words: str) -> bytes:
    return _RECEIPT_SAYS + words.encode()


def _parts(whole: str) -> tuple[Facts, Certificate, tuple[bytes, bytes, bytes]]:
    # The signature is the last 103 letters: 64 bytes in base 32.
    letters = -(-_SIGNATURE * 8 // 5)
    words, signature = whole[:-letters], whole[-letters:]
    reader = Reader(_body(words))
    certificate = _read_certificate(reader)
    by_institute = reader.take(_SIGNATURE)
    facts = _read_facts(reader, certificate)
    return facts, certificate, (by_institute, from_text(signature), _message(words))


def _read_certificate(reader: Reader) -> Certificate:
    institute, key, public_key = reader.take(_INSTITUTE), reader.take(_KEY_ID), reader.take(_KEY)
    letters = reader.number(1)
    if not 1 <= letters <= LONGEST_CODE:
        raise ValueError(letters)
    code = reader.take(letters).decode("ascii")
    first, last = (date.fromordinal(_EPOCH.toordinal() + reader.number(2)) for _ in range(2))
    return Certificate(institute, key, public_key, code, first, last)


def _read_facts(reader: Reader, certificate: Certificate) -> Facts:
    sequence, amount = reader.number(5), reader.number(6)
    currency, seconds, flags = reader.take(3).decode("ascii"), reader.number(5), reader.number(1)
    payer = reader.take(reader.number(1)).decode()
    reader.end()
    if currency not in CURRENCIES or amount > MOST_MINOR:
        raise ValueError(currency, amount)
    try:
        issued_at = instant_text(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    except OverflowError:
        raise ValueError(seconds) from None
    methods = frozenset(method for method, bit in _BITS.items() if flags & bit)
    unconfirmed = bool(flags & _UNCONFIRMED)
    return Facts(certificate.code, sequence, amount, currency, payer, issued_at, methods, unconfirmed)
