"""Keys of an institute and of a till, and receipts made with them, for tests."""

from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.finance import receipt_code as code
from shared.finance.vocabulary import Method

ORGANISATION = "01a1f7f8-3000-7672-874a-d4a8ff8edb50"
INSTITUTE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TILL_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC = INSTITUTE_KEY.public_key().public_bytes_raw()
KEYS = {code.key_id(PUBLIC): code.InstituteKey(PUBLIC)}


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether a signature fits."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def certificate(
    series: str = "K3",
    organisation: str = ORGANISATION,
    key: Ed25519PrivateKey = INSTITUTE_KEY,
    till: Ed25519PrivateKey = TILL_KEY,
) -> str:
    """Return the certificate of a till that is good in 2026 and 2027."""
    own = key.public_key().public_bytes_raw()
    made = code.Certificate(
        code.institute_id(organisation),
        code.key_id(own),
        till.public_key().public_bytes_raw(),
        series,
        date(2026, 1, 1),
        date(2027, 12, 31),
    )
    return code.certified(made, key.sign)


def facts(**more: object) -> code.Facts:
    """Return what a receipt says, 250.00 in cash from Hana Novak unless told otherwise."""
    said = {
        "code": "K3",
        "sequence": 123,
        "amount": 25_000,
        "currency": "GHS",
        "payer": "Hana Novak",
        "issued_at": "2026-11-20T14:04:00.000Z",
        "methods": frozenset({Method.CASH}),
        "unconfirmed": False,
    }
    return code.Facts(**{**said, **more})  # type: ignore[arg-type] # what a test gives is what it means


def receipt(said: code.Facts | None = None, certified: str = "", till: Ed25519PrivateKey = TILL_KEY) -> tuple[str, str]:
    """Return (words, signature)."""
    words = code.receipt_words(said or facts(), certified or certificate())
    return words, code.signed(words, till.sign)
