"""The drawer: what ought to be in it, what a count came to, and what an X and a Z report say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.core.errors import CampusError
from shared.core.money import MOST_MINOR, money_text
from shared.core.text import text
from shared.finance.vocabulary import AT_THE_DESK, Method, Movement, ShiftState

Body = Mapping[str, Any]
SIGNS = {Movement.DROP: -1, Movement.BANK: -1, Movement.PAY_IN: 1, Movement.PAY_OUT: -1, Movement.NO_SALE: 0}
"""What a movement does to the cash in the drawer."""
_NOTES = (500, 200, 100, 50, 20, 10, 5, 2, 1)
_COINS = (50, 20, 10, 5, 1)


@dataclass(frozen=True)
class Taken:
    """One payment of a shift: its receipt's sequence, what each method brought, and whether it was voided since.

    `given_elsewhere`: the cash of the voided receipt went back out of another drawer, so it is still in this one.
    """

    sequence: int
    number: str
    tenders: tuple[tuple[Method, int], ...]
    voided: bool = False
    unconfirmed: bool = False
    given_elsewhere: bool = False

    @property
    def amount(self) -> int:
        """The sum of its tenders in minor units."""
        return sum(amount for _method, amount in self.tenders)

    @property
    def kept(self) -> tuple[tuple[Method, int], ...]:
        """The tenders whose money the drawer still has."""
        if not self.voided:
            return self.tenders
        return tuple(one for one in self.tenders if self.given_elsewhere and one[0] is Method.CASH)


@dataclass(frozen=True)
class Drawer:
    """What a shift came to so far; amounts in minor units, `moved` by movement, `taken` by method."""

    opening_float: int
    taken: Mapping[Method, int] = field(default_factory=dict)
    moved: Mapping[Movement, int] = field(default_factory=dict)
    openings: int = 0
    refunded: int = 0
    receipts: int = 0
    voided: int = 0
    voided_amount: int = 0
    unconfirmed: int = 0
    first_number: str = ""
    last_number: str = ""

    @property
    def expected(self) -> int:
        """The cash that ought to be in the drawer. Change given back isn't in it: a tender is what was kept."""
        moved = sum(SIGNS[movement] * amount for movement, amount in self.moved.items())
        return self.opening_float + self.taken.get(Method.CASH, 0) + moved - self.refunded

    @property
    def total(self) -> int:
        """What all methods brought."""
        return sum(self.taken.values())


def drawer(
    opening_float: int, payments: Iterable[Taken], movements: Iterable[tuple[Movement, int]], refunded: int = 0
) -> Drawer:
    """Return what a shift came to. The order is that of the receipts' numbers; no clock is asked.

    `refunded` is cash that was given back out of this drawer for payments of other shifts.
    """
    ordered = sorted(payments, key=lambda one: one.sequence)
    taken: dict[Method, int] = {}
    for payment in ordered:
        for method, amount in payment.kept:
            taken[method] = taken.get(method, 0) + amount
    moved: dict[Movement, int] = {}
    openings = 0
    for movement, amount in movements:
        moved[movement] = moved.get(movement, 0) + amount
        openings += movement is Movement.NO_SALE
    voided = [one for one in ordered if one.voided]
    return Drawer(
        opening_float,
        taken,
        moved,
        openings,
        refunded,
        len(ordered),
        len(voided),
        sum(one.amount for one in voided),
        sum(one.unconfirmed for one in ordered if not one.voided),
        ordered[0].number if ordered else "",
        ordered[-1].number if ordered else "",
    )


def counted_sum(denominations: Iterable[tuple[int, int]]) -> int:
    """Return what (worth, count) pairs come to."""
    return sum(worth * count for worth, count in denominations)


def denominations_of(digits: int) -> tuple[int, ...]:
    """Return the usual notes and coins in minor units, largest first, of a currency with so many digits.

    Where a currency counts no minor units its notes are large.
    """
    if digits == 0:
        return (*(worth * 100 for worth in _NOTES[:-1]), 100, 50, 25, 10, 5)
    unit = 10**digits
    coins = tuple(worth * unit // 100 for worth in _COINS if worth * unit >= 100)
    return tuple(worth * unit for worth in _NOTES) + coins


def check_opening(opening_float: int, open_shift: Body | None) -> None:
    """Check that a shift may be opened. Raises CampusError `shift_open`, `bad_amount`."""
    if open_shift is not None:
        words = text("{name} has this till's drawer open. Count and close it first.", name=open_shift["cashier_name"])
        raise CampusError("shift_open", words)
    _check_amount(opening_float, least=0)


def check_movement(shift: Body | None, movement: Movement, amount: int, in_drawer: int) -> None:
    """Check a movement of cash. Raises CampusError `no_shift`, `shift_closed`, `bad_amount`, `drawer_too_small`."""
    check_open(shift)
    if movement is Movement.NO_SALE:
        if amount:
            raise CampusError("bad_amount", text("Opening the drawer moves no money. Leave the amount empty."))
        return
    _check_amount(amount, least=1)
    if SIGNS[movement] < 0 and amount > in_drawer:
        currency = str((shift or {})["currency"])
        words = text("There is only {amount} in the drawer.", amount=money_text(in_drawer, currency))
        raise CampusError("drawer_too_small", words)


def check_open(shift: Body | None) -> None:
    """Check that there is an open shift. Raises CampusError `no_shift`, `shift_closed`."""
    if shift is None:
        raise CampusError("no_shift", text("Open the drawer first: enter what is in it."))
    if shift["state"] != ShiftState.OPEN:
        raise CampusError("shift_closed", text("This drawer was counted and closed. Open a new one."))


def check_close(shift: Body | None, counted: int, denominations: Sequence[tuple[int, int]], explanation: str) -> None:
    """Check a count before the drawer is closed.

    Raises CampusError `no_shift`, `shift_closed`, `count_differs`, `difference_unexplained`; `shift` has `expected`.
    """
    check_open(shift)
    _check_amount(counted, least=0)
    if denominations and counted_sum(denominations) != counted:
        raise CampusError("count_differs", text("The notes and coins don't add up to the amount counted."))
    body: Body = shift or {}
    difference = counted - int(body["expected"])
    if difference and len(explanation.strip()) < 3:
        raise CampusError("difference_unexplained", difference_words(difference, str(body["currency"])))


def difference_words(difference: int, currency: str) -> str:
    """Return the sentence about what is missing or over in a drawer."""
    amount = money_text(abs(difference), currency)
    if difference < 0:
        return text("{amount} is missing. Say in a few words why.", amount=amount)
    return text("There is {amount} more than expected. Say in a few words why.", amount=amount)


def _check_amount(amount: int, least: int) -> None:
    if not least <= amount <= MOST_MINOR:
        raise CampusError("bad_amount", text("Enter an amount above zero.") if least else text("Enter an amount."))


def method_words(method: Method) -> str:
    """Return what people call a method."""
    return {
        Method.CASH: text("Cash"),
        Method.CARD: text("Card"),
        Method.MOBILE_MONEY: text("Mobile money"),
        Method.BANK_TRANSFER: text("Bank transfer"),
        Method.CHEQUE: text("Cheque"),
        Method.PAYSTACK: text("Paystack"),
        Method.RAZORPAY: text("Razorpay"),
    }[method]


def movement_words(movement: Movement) -> str:
    """Return what people call a movement of cash."""
    return {
        Movement.DROP: text("Put into the safe"),
        Movement.BANK: text("Taken to the bank"),
        Movement.PAY_IN: text("Paid in"),
        Movement.PAY_OUT: text("Paid out"),
        Movement.NO_SALE: text("Drawer opened"),
    }[movement]


def report_lines(found: Drawer, currency: str, counted: int | None = None) -> list[tuple[str, str]]:
    """Return an X report as (words, value), and a Z report where the cash was `counted`."""

    def money(amount: int) -> str:
        return money_text(amount, currency)

    lines = [(text("Receipts"), str(found.receipts))]
    if found.receipts:
        lines.append((text("From and to"), f"{found.first_number} – {found.last_number}"))
    lines += [(method_words(method), money(found.taken[method])) for method in (*AT_THE_DESK,) if method in found.taken]
    lines.append((text("Taken in all"), money(found.total)))
    if found.voided:
        lines.append((text("Voided, {n}", n=found.voided), money(found.voided_amount)))
    if found.unconfirmed:
        lines.append((text("Receipts not confirmed yet"), str(found.unconfirmed)))
    lines.append((text("Float at the start"), money(found.opening_float)))
    lines += [
        (movement_words(movement), money(SIGNS[movement] * found.moved[movement]))
        for movement in Movement
        if found.moved.get(movement)
    ]
    if found.openings:
        lines.append((text("Drawer opened without a sale"), str(found.openings)))
    if found.refunded:
        lines.append((text("Given back in cash"), money(-found.refunded)))
    lines.append((text("Cash expected"), money(found.expected)))
    if counted is not None:
        lines += [
            (text("Cash counted"), money(counted)),
            (text("Difference"), money(counted - found.expected)),
        ]
    return lines
