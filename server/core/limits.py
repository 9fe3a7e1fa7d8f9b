"""How often a caller may ask: counts by address or person in fixed windows, in memory or in a Redis that all share."""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from server.core.redis_link import PREFIX, RedisLink
from server.core.settings import LimitRule

_REMEMBERED = 100_000
# One step in Redis: count unless the window is full; gives whether it was counted, how many, and milliseconds left.
_COUNT = """
local counted = tonumber(redis.call('GET', KEYS[1]) or '0')
local allowed = 0
if counted < tonumber(ARGV[1]) then
  counted = redis.call('INCR', KEYS[1])
  if counted == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  allowed = 1
end
return {allowed, counted, redis.call('PTTL', KEYS[1])}
"""


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


class Quota(NamedTuple):
    """What a request counts against: `limit` requests of `who` under `path` in `seconds`.

    `path` is that of the rule, after the methods that it is for.
    """

    path: str
    who: str
    limit: int
    seconds: int


class Limiter:
    """Counts requests; asked from the event loop alone, so that it needs no lock. Memory: 100,000 callers at most."""

    def __init__(self, rules: Iterable[LimitRule], monotonic: Callable[[], float]) -> None:
        self._rules = sorted(rules, key=lambda rule: (-len(rule.path), not rule.methods))
        self._monotonic = monotonic
        self._counts: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def quota(
        self, path: str, address: str, person_id: str | None, roles: Sequence[str] = (), method: str = ""
    ) -> Quota | None:
        """Return what a request counts against; None where the path isn't limited for this caller."""
        rule = next((one for one in self._rules if _fits(one, path, method)), None)
        if rule is None:
            return None
        limit = rule.anonymous if person_id is None else _most_generous(rule, roles)
        return None if limit is None else Quota(_key(rule), person_id or f"@{address}", limit, rule.seconds)

    def ask(
        self, path: str, address: str, person_id: str | None, roles: Sequence[str] = (), method: str = ""
    ) -> Allowance | None:
        """Count one request and tell what is left; None where the path isn't limited for this caller."""
        quota = self.quota(path, address, person_id, roles, method)
        return None if quota is None else self.count(quota)

    def count(self, quota: Quota) -> Allowance:
        """Count one request in this process."""
        key, now = (quota.path, quota.who), self._monotonic()
        window = self._counts.get(key)
        if window is None or now >= window[0] + quota.seconds:
            window = self._counts[key] = [now, 0]
            self._counts.move_to_end(key)
            while len(self._counts) > _REMEMBERED:
                self._counts.popitem(last=False)
        allowed = window[1] < quota.limit
        window[1] += int(allowed)
        reset = max(1, math.ceil(window[0] + quota.seconds - now))
        return Allowance(quota.limit, int(quota.limit - window[1]), reset, allowed)


class SharedLimiter:
    """Counts in Redis, for all processes and servers together; in this process alone while Redis is away."""

    def __init__(self, limiter: Limiter, link: RedisLink) -> None:
        self._limiter = limiter
        self._link = link
        self._script = link.counting.register_script(_COUNT)

    async def ask(
        self, path: str, address: str, person_id: str | None, roles: Sequence[str] = (), method: str = ""
    ) -> Allowance | None:
        """Do what `Limiter.ask` does."""
        quota, link = self._limiter.quota(path, address, person_id, roles, method), self._link
        if quota is None:
            return None
        if not link.is_up:
            return self._limiter.count(quota)
        key = f"{PREFIX}:limit:{quota.path}:{quota.who}"
        try:
            allowed, counted, left = await self._script(keys=[key], args=[quota.limit, quota.seconds * 1_000])
        except link.failures as failure:
            link.failed(failure)
            return self._limiter.count(quota)
        link.worked()
        reset = max(1, math.ceil(int(left) / 1_000))
        return Allowance(quota.limit, max(0, quota.limit - int(counted)), reset, bool(allowed))


def _fits(rule: LimitRule, path: str, method: str) -> bool:
    return path.startswith(rule.path) and (not rule.methods or method in rule.methods)


def _key(rule: LimitRule) -> str:
    return f"{','.join(rule.methods)}{rule.path}"


def _most_generous(rule: LimitRule, roles: Sequence[str]) -> int | None:
    named = [rule.roles[role] for role in roles if role in rule.roles]
    return max(named) if named else rule.person
