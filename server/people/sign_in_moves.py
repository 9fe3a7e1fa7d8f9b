"""Notes when a sign-in is used from another address, at any request, and ends one that moves too fast."""

from collections.abc import Callable
from typing import Any

from server.core.auth import sign_in_refused
from server.core.context import Context
from server.core.seldom import Seldom
from server.core.tokens import Claims
from server.people.address_ranges import read_ranges
from server.people.sign_in_tries import Caller
from server.people.sign_in_watch import Watch

_AGAIN_SECONDS = 300.0


class Moves:
    """Called with a sign-in's claims, address and user agent; the same address is written down every five minutes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._watch = Watch(context)
        # Read once at the start, so that a line that can't be read is told then and not to whoever signs in.
        read_ranges(context.settings.address_ranges)
        self._seldom = Seldom(context.clock.monotonic, _AGAIN_SECONDS)

    def __call__(self, claims: Claims, address: str, user_agent: str) -> None:
        """Note the address. Raises CampusError `signed_out` where the sign-in had to end for it."""
        if not self._seldom.is_due((claims.sign_in_id, address)):
            return
        caller, now = Caller(address, user_agent), self._context.clock.now()
        work: Callable[[Any], Any] = lambda db: self._watch.moved(  # noqa: E731 - one call, named for its type
            db, claims.organisation_id, claims.sign_in_id, caller, now
        )
        reason = self._context.database.write(work)
        if reason is not None:
            raise sign_in_refused(reason)
