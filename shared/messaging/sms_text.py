"""How long an SMS is: which alphabet its text needs, how many parts it goes in, and which characters cost the most."""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("^{}\\[~]|€\f")
_GSM_WHOLE, _GSM_PART = 160, 153
_UCS2_WHOLE, _UCS2_PART = 70, 67
_BEYOND_ONE_UNIT = 0xFFFF
OPT_OUT_ROOM = 20
"""Characters that the first message to a number is lengthened by, with words on how to get no more."""


@dataclass(frozen=True)
class SmsSize:
    """The size of an SMS. `units` are septets or 16-bit units, `left` how many more fit into the last part.

    `wide` are the characters that made the whole text wide, each once: a part then holds less than half.
    """

    units: int
    parts: int
    left: int
    wide: tuple[str, ...]


def sms_size(text: str) -> SmsSize:
    """Return how long an SMS is; an empty one has no parts."""
    wide = tuple(dict.fromkeys(one for one in text if one not in _BASIC and one not in _DOUBLE))
    if wide:
        return _size([2 if ord(one) > _BEYOND_ONE_UNIT else 1 for one in text], _UCS2_WHOLE, _UCS2_PART, wide)
    return _size([2 if one in _DOUBLE else 1 for one in text], _GSM_WHOLE, _GSM_PART, wide)


def _size(weights: list[int], whole: int, part: int, wide: tuple[str, ...]) -> SmsSize:
    units = sum(weights)
    if units <= whole:
        return SmsSize(units, min(units, 1), whole - units, wide)
    parts, filled = 1, 0
    for weight in weights:
        # What takes two units is never cut in half: it begins the next part.
        if filled + weight > part:
            parts, filled = parts + 1, 0
        filled += weight
    return SmsSize(units, parts, part - filled, wide)
