"""How often a caller may ask: counts by address or person in fixed windows, kept in memory."""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from server.core.settings import LimitRule

_REMEMBERED = 100_000


@dataclass(frozen=True)
class Allowance:
    """What is left to a caller: `reset` is in seconds from now."""

    limit: int
    remaining: int
    reset: int
    allowed: bool

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The X-RateLimit headers."""
        return [
            (b"x-ratelimit-limit", str(self.limit).encode()),
            (b"x-ratelimit-remaining", str(self.remaining).encode()),
            (b"x-ratelimit-reset", str(self.reset).encode()),
        ]


class Limiter:
    """Counts requests; asked from the event loop alone, so that it needs no lock. Memory: 100,000 callers at most."""

    def __init__(self, rules: Iterable[LimitRule], monotonic: Callable[[], float]) -> None:
        self._rules = sorted(rules, key=lambda rule: -len(rule.path))
        self._monotonic = monotonic
        self._counts: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def ask(self, path: str, address: str, person_id: str | None, roles: Sequence[str] = ()) -> Allowance | None:
        """Count one request and tell what is left; None where the path isn't limited for this caller."""
        rule = next((one for one in self._rules if path.startswith(one.path)), None)
        if rule is None:
            return None
        limit = rule.anonymous if person_id is None else _most_generous(rule, roles)
        if limit is None:
            return None
        return self._count((rule.path, person_id or f"@{address}"), limit, rule.seconds)

    def _count(self, key: tuple[str, str], limit: int, seconds: int) -> Allowance:
        now = self._monotonic()
        window = self._counts.get(key)
        if window is None or now >= window[0] + seconds:
            window = self._counts[key] = [now, 0]
            self._counts.move_to_end(key)
            while len(self._counts) > _REMEMBERED:
                self._counts.popitem(last=False)
        allowed = window[1] < limit
        window[1] += int(allowed)
        reset = max(1, math.ceil(window[0] + seconds - now))
        return Allowance(limit, int(limit - window[1]), reset, allowed)


def _most_generous(rule: LimitRule, roles: Sequence[str]) -> int | None:
    named = [rule.roles[role] for role in roles if role in rule.roles]
    return max(named) if named else rule.person
