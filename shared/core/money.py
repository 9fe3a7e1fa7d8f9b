"""Money in whole minor units: how amounts are read, written, shared out and taken as a part, without any float."""

import re
from collections.abc import Sequence
from decimal import Decimal

from shared.core.currencies import minor_digits
from shared.core.errors import CampusError
from shared.core.text import text

MOST_MINOR = 10**13
"""No amount is larger, so that sums of millions of them stay within 64 bits."""
WHOLE_RATE = 10_000
"""Rates are counted in hundredths of a percent: 1,250 is 12.5 %."""
_AMOUNT = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d*))?")


def parse_amount(value: str, currency: str) -> int:
    """Return what a person typed (`1500`, `1,500`, `1500.5`, `GHS 1,500.00`) in minor units.

    Raises CampusError `bad_amount`, `too_many_decimals`, `other_currency` or `amount_too_large`.
    """
    typed = " ".join(value.split())
    if not typed:
        raise CampusError("bad_amount", text("Enter an amount, like 1,500.00."))
    word, space, rest = typed.partition(" ")
    # A word before a number is another currency; before other words it is no amount in any.
    if space and word.isalpha() and (word.upper() == currency or _AMOUNT.fullmatch(rest.replace(" ", ""))):
        if word.upper() != currency:
            raise CampusError(
                "other_currency",
                text("This account is kept in {currency}. Enter the amount in {currency}.", currency=currency),
            )
        typed = rest
    # Digits of other scripts count as digits, as int() reads them.
    found = _AMOUNT.fullmatch(typed.replace(" ", ""))
    if found is None:
        raise CampusError("bad_amount", text("{value} is not an amount. Write it like 1,500.00.", value=value[:40]))
    digits = minor_digits(currency)
    part = (found["part"] or "").rstrip("0")
    if len(part) > digits:
        message = text("{currency} has {n} digits after the point.", currency=currency, n=digits)
        raise CampusError("too_many_decimals", message)
    whole = found["whole"].replace(",", "")
    if len(whole) > len(str(MOST_MINOR)):
        raise _too_large()
    amount = int(whole + part.ljust(digits, "0"))
    if amount > MOST_MINOR:
        raise _too_large()
    return amount


def _too_large() -> CampusError:
    return CampusError("amount_too_large", text("The amount is larger than Campusdesk keeps. Check the digits."))


def plain_amount(minor: int, currency: str) -> str:
    """Return an amount with its thousands marks and all its digits: "1,500.00", "-20.05"."""
    digits = minor_digits(currency)
    whole, part = divmod(abs(minor), 10**digits)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole:,}.{part:0{digits}d}" if digits else f"{sign}{whole:,}"


def decimal_amount(minor: int, currency: str) -> Decimal:
    """Return an amount as an exact decimal with all the digits of its currency, for files: `Decimal("-12.50")`."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def short_amount(minor: int, currency: str) -> str:
    """Return an amount as lists show it: without the digits behind the point where they say nothing."""
    shown = plain_amount(minor, currency)
    digits = minor_digits(currency)
    return shown[: -digits - 1] if digits and minor % 10**digits == 0 else shown


def money_text(minor: int, currency: str) -> str:
    """Return an amount with its currency: "GHS 1,500.00"."""
    return f"{currency} {plain_amount(minor, currency)}"


def split_evenly(total: int, parts: int) -> tuple[int, ...]:
    """Share `total` (0 or more) out into equal parts; what remains goes in single units to the first ones.

    The sum is always `total`, and no two parts differ by more than one unit.
    """
    if parts < 1 or total < 0:
        raise ValueError((total, parts))
    each, left = divmod(total, parts)
    return tuple(each + (index < left) for index in range(parts))


def split_by(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share `total` (0 or more) out by weights: everybody's whole part first, then a unit each by largest remainder.

    Of equal remainders the first wins (the method of Hamilton). The sum is always `total`; nothing goes to a weight of
    zero.
    """
    whole = sum(weights)
    if whole <= 0 or total < 0 or min(weights) < 0:
        raise ValueError((total, weights))
    shares = [total * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index))
    for index in remainders[: total - sum(shares)]:
        shares[index] += 1
    return tuple(shares)


def part_of(amount: int, rate: int) -> int:
    """Return `rate` hundredths of a percent of an amount (0 or more); half a unit counts as a whole one."""
    if amount < 0 or rate < 0:
        raise ValueError((amount, rate))
    return (2 * amount * rate + WHOLE_RATE) // (2 * WHOLE_RATE)
