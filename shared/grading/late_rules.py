"""What handing in late costs, with the figures that explain it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.grading.points import half_up
from shared.grading.vocabulary import LateKind

_DAY = timedelta(days=1)
_WHOLE = 100 * 100
"""A hundred percent, in hundredths of a percent."""


@dataclass(frozen=True)
class LateRule:
    """How lateness costs.

    `amount` is hundredths of a percent for each day begun, or hundredths of a point once. Nothing is late within
    `grace` of the due time. At least `floor` (hundredths of a percent) of the points stay.
    """

    kind: LateKind = LateKind.NONE
    amount: int = 0
    grace: timedelta = timedelta(0)
    floor: int = 0


@dataclass(frozen=True)
class LateResult:
    """Points before (`earned`) and after the `penalty`, in hundredths; `days` begun since the due time.

    `floored` tells that the rule would have taken more.
    """

    earned: int
    days: int
    penalty: int
    floored: bool = False

    @property
    def result(self) -> int:
        """What counts."""
        return self.earned - self.penalty


def days_late(due: datetime | None, handed_in: datetime | None, grace: timedelta = timedelta(0)) -> int:
    """Return how many days have begun between the due time and handing in; none within `grace`, or without either."""
    if due is None or handed_in is None or handed_in <= due + grace:
        return 0
    return -((due - handed_in) // _DAY)


def late_result(earned: int, rule: LateRule, due: datetime | None, handed_in: datetime | None) -> LateResult:
    """Return what `earned` points (hundredths, at least 0) count for. An extension is a later `due`."""
    days = days_late(due, handed_in, rule.grace)
    if not days or rule.kind is LateKind.NONE:
        return LateResult(earned, days, 0)
    wanted = rule.amount if rule.kind is LateKind.FIXED else half_up(earned * rule.amount * days, _WHOLE)
    most = earned - half_up(earned * rule.floor, _WHOLE)
    return LateResult(earned, days, min(wanted, most), floored=wanted > most)
