"""What the sample's students paid at the desk, shift by shift: by every method, in parts, for several, and too much."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from server.demo.money import Owing, sample_owing
from server.demo.plan import SamplePlan
from shared.finance.vocabulary import Method

FLOAT = 20_000
"""The cash with which each drawer begins, in minor units."""
SPONSOR = "Volta Media Foundation"
_FIRST_DAYS_AGO, _SUNDAY = 54, 6
_MOST_A_SHIFT = 16
_METHODS = (
    *(Method.CASH,) * 6,
    *(Method.MOBILE_MONEY,) * 5,
    *(Method.CARD,) * 2,
    *(Method.BANK_TRANSFER,) * 2,
    Method.CHEQUE,
)
_OPENS, _CLOSES = time(8, 0), time(16, 0)
_SECOND_TILL_ON = 4
"""The weekday on which the second desk is open, too."""
_SPONSORED = frozenset({("FLM", 2), ("FLM", 6), ("FLM", 10)})
_SPLIT, _TOO_MUCH, _TWICE = ("PHO", 6), ("PHO", 2), ("PHO", 10)
_SPECIAL = _SPONSORED | {_SPLIT, _TOO_MUCH, _TWICE}
_OVERPAID = 25_000


@dataclass(frozen=True)
class SamplePayment:
    """Money that was handed over: what of it is whose, and by which means; `role` names the ones with a story."""

    shares: tuple[tuple[Owing, int], ...]
    tenders: tuple[tuple[Method, int], ...]
    payer: str = ""
    role: str = ""

    @property
    def amount(self) -> int:
        """The whole of it in minor units."""
        return sum(amount for _, amount in self.tenders)


@dataclass(frozen=True)
class SampleShift:
    """One drawer of one day; `closes` is None where it is still open, `missing` what its count lacks."""

    till: int
    opens: datetime
    closes: datetime | None
    payments: tuple[SamplePayment, ...]
    missing: int = 0


def sample_shifts(plan: SamplePlan, now: datetime) -> list[SampleShift]:
    """Return the shifts of the last weeks by time, the last one still open; `now` is in the institute's zone."""
    chance = random.Random(f"money {plan.today}")  # noqa: S311 - a sample must be the same every time
    waiting = list(_payments(plan, chance))
    days = _days(plan.today)
    today = [waiting.pop() for _ in range(min(4, len(waiting)))]
    share = -(-len(waiting) // len(days))
    found: list[SampleShift] = []
    for at, (till, day) in enumerate(days):
        some, waiting = waiting[:share], waiting[share:]
        opens, closes = (datetime.combine(day, one, now.tzinfo) for one in (_OPENS, _CLOSES))
        found.append(SampleShift(till, opens, closes, tuple(some[:_MOST_A_SHIFT]), 500 if at == 5 else 0))
    opened = now - timedelta(minutes=110)
    return [*found, SampleShift(0, opened, None, tuple(today))]


def _days(today: date) -> list[tuple[int, date]]:
    """Return (till, day): the first desk every other day, the second one on one day of the week."""
    found: list[tuple[int, date]] = []
    for ago in range(_FIRST_DAYS_AGO, 0, -1):
        day = today - timedelta(days=ago)
        if ago % 2 == 0 and day.weekday() != _SUNDAY:
            found.append((0, day))
        if day.weekday() == _SECOND_TILL_ON:
            found.append((1, day))
    return found


def _payments(plan: SamplePlan, chance: random.Random) -> Iterator[SamplePayment]:
    """Yield payments in the order in which they came; who pays twice does so in the second half."""
    owing = sample_owing(plan)
    firsts = [one for one in map(_first, owing) if one is not None]
    seconds = [one for one in map(_second, owing) if one is not None]
    chance.shuffle(firsts)
    chance.shuffle(seconds)
    usual = [_usual(one, amount, chance) for one, amount in firsts]
    special = list(_stories({(one.course, one.place): one for one in owing}))
    yield from (*usual[: len(usual) // 2], *special, *usual[len(usual) // 2 :])
    yield from (_usual(one, amount, chance) for one, amount in seconds)


def _first(one: Owing) -> tuple[Owing, int] | None:
    if (one.course, one.place) in _SPECIAL or one.place % 8 == 0:
        return None
    if one.parts:
        return one, one.parts[0][1]
    return one, one.left if one.place % 4 == 2 else one.left // 2


def _second(one: Owing) -> tuple[Owing, int] | None:
    """Return what somebody pays later: of those with instalments every other one is late."""
    if one.parts:
        return (one, one.parts[1][1]) if one.place % 8 == 5 else None
    return (one, one.left - one.left // 2) if one.place % 4 == 3 else None


def _usual(one: Owing, amount: int, chance: random.Random) -> SamplePayment:
    return SamplePayment(((one, amount),), ((chance.choice(_METHODS), amount),))


def _stories(by_place: dict[tuple[str, int], Owing]) -> Iterable[SamplePayment]:
    sponsored = tuple((by_place[key], by_place[key].left) for key in sorted(_SPONSORED))
    whole = sum(amount for _, amount in sponsored)
    yield SamplePayment(sponsored, ((Method.BANK_TRANSFER, whole),), SPONSOR, "sponsor")
    split = by_place[_SPLIT]
    cash = split.left // 5
    yield SamplePayment(((split, split.left),), ((Method.CASH, cash), (Method.MOBILE_MONEY, split.left - cash)))
    much = by_place[_TOO_MUCH]
    yield SamplePayment(((much, much.left + _OVERPAID),), ((Method.CASH, much.left + _OVERPAID),), role="too much")
    twice = by_place[_TWICE]
    for role in ("", "twice"):
        yield SamplePayment(((twice, twice.left),), ((Method.CASH, twice.left),), role=role)
    yield _bounced(by_place[_SPLIT])


def _bounced(one: Owing) -> SamplePayment:
    return SamplePayment(((one, 50_000),), ((Method.CHEQUE, 50_000),), role="bounced")
