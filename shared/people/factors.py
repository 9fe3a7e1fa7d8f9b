"""The second factor, as far as both sides know it: its kinds, how codes are written and typed, and hidden addresses."""

from enum import StrEnum

from shared.people.vocabulary import Role

CODE_DIGITS = 6
RECOVERY_CODES = 10
RECOVERY_LETTERS = 10
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The letters of recovery codes: none that is taken for another one."""
_TAKEN_FOR = str.maketrans("OIL", "011")
_SHOWN_OF_PHONE = 3


class FactorKind(StrEnum):
    """What proves besides the password that it is you; the stronger ones come first."""

    APP = "app"
    MAIL = "mail"
    SMS = "sms"
    RECOVERY = "recovery"


SENT_KINDS = frozenset({FactorKind.MAIL, FactorKind.SMS})
"""Codes of these are sent by the server."""

STAFF_ROLES = tuple(str(role) for role in Role if role is not Role.STUDENT)
"""For whom a second factor is proposed: all staff. Students choose by themselves."""


def plain_digits(typed: str) -> str:
    """Return what was typed without the spaces and dashes that people put between."""
    return "".join(letter for letter in typed if not letter.isspace() and letter not in "-.")


def is_code(typed: str) -> bool:
    """Tell whether this may be a code of an app or one that was sent."""
    plain = plain_digits(typed)
    return len(plain) == CODE_DIGITS and plain.isascii() and plain.isdecimal()


def plain_recovery_code(typed: str) -> str:
    """Return a recovery code as it is stored: capitals without dashes, O read as 0, I and L as 1."""
    return plain_digits(typed).upper().translate(_TAKEN_FOR)


def is_recovery_code(typed: str) -> bool:
    """Tell whether this may be a recovery code."""
    plain = plain_recovery_code(typed)
    return len(plain) == RECOVERY_LETTERS and set(plain) <= set(CROCKFORD)


def grouped(code: str, size: int) -> str:
    """Return a code in groups, for reading and typing: `AB3DE-FG7HJ` with dashes from five letters on, else spaces."""
    between = "-" if size >= RECOVERY_LETTERS // 2 else " "
    return between.join(code[at : at + size] for at in range(0, len(code), size))


def hidden_address(kind: str, address: str) -> str:
    """Return an address so that its owner knows it and a stranger doesn't learn it: `a…@example.org`, `…789`."""
    if kind == FactorKind.MAIL:
        name, _, host = address.partition("@")
        return f"{name[:1]}…@{host}"
    return f"…{address[-_SHOWN_OF_PHONE:]}"
