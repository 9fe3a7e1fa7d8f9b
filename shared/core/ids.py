"""Ids made where a row is born: UUIDv7 (RFC 9562, section 5.7) and UUIDv5 for what must be found again."""

import hashlib
import re
import secrets
from collections.abc import Callable
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.core.clock import Clock

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NAMESPACE = uuid5(NAMESPACE_URL, "campusdesk").bytes


class IdMaker:
    """Makes UUIDv7 texts that never go backwards within one maker, whatever the clock does.

    They give uniqueness and index locality and never decide an order. `random_bits(n)` returns n random bits.
    """

    def __init__(self, clock: Clock, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._clock = clock
        self._random_bits = random_bits
        self._last = 0

    def __call__(self) -> str:
        """Return the next id as 36 lower-case characters."""
        milliseconds = max(0, int(self._clock.now().timestamp() * 1000)) & ((1 << 48) - 1)
        value = (milliseconds << 80) | self._random_bits(80)
        if value >> 80 <= self._last >> 80:
            value = self._last + 1 + self._random_bits(32)
        self._last = value
        head, tail = value >> 80, value & ((1 << 80) - 1)
        rand_a, rand_b = tail >> 68, tail & ((1 << 62) - 1)
        return str(UUID(int=(head << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b))


def derived_id(*parts: str) -> str:
    """Return the UUIDv5 text of `parts`: the same parts give the same id on every machine."""
    # What uuid.uuid5 does, in a third of its time: every mark of a register has such an id.
    digest = hashlib.sha1(_NAMESPACE + "\x1f".join(parts).encode(), usedforsecurity=False).digest()
    digits = digest[:16].hex()
    variant = "89ab"[digest[8] >> 4 & 3]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def is_id(value: str) -> bool:
    """Tell whether `value` is a UUID in the canonical lower-case form."""
    return _CANONICAL.fullmatch(value) is not None
