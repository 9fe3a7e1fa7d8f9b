"""A signed-in person at this computer: the open store, who it is, the client, and the guard of the lease."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desktop.core import lease, meta
from desktop.core.api_client import ApiClient
from desktop.core.keys import Keys
from desktop.core.lease import Lease
from desktop.core.local_store import LocalStore
from desktop.core.messages import SignInAnswer
from desktop.core.profiles import Profile
from desktop.core.store_lock import StoreLock
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text

TOKENS, ACTOR, DEVICE_KEY = meta.TOKENS, meta.ACTOR, meta.DEVICE_KEY
LEASE_KEY, ORGANISATION = meta.LEASE_KEY, meta.ORGANISATION
_MARK_EVERY = timedelta(minutes=10)
_CLOCK_IS_RIGHT = timedelta(minutes=1)


@dataclass
class SignedIn:
    """What a sign-in gives. `notes` are sentences that the person should read once; `online` tells how it went."""

    store: LocalStore
    actor: Actor
    profile: Profile
    client: ApiClient
    keys: Keys
    lock: StoreLock
    online: bool
    notes: tuple[str, ...] = ()
    must_change_password: bool = False
    needs_factor: bool = False
    password_min_length: int = 12
    on_close: Callable[[], None] = field(default=lambda: None)

    def renewed(self, answer: SignInAnswer) -> None:
        """Take over what came with fresh tokens: who the person is and may do, and the lease."""
        self.store.remember(ACTOR, answer.actor.model_dump(mode="json"))
        self.store.remember(ORGANISATION, answer.organisation.model_dump(mode="json"))
        self.store.remember(LEASE_KEY, answer.lease_public_key)
        self.store.remember(meta.LEASE, answer.lease)
        self._note_clock(answer.lease)
        self.become(answer.actor)

    def become(self, actor: Actor) -> None:
        """Go by what the person may do now."""
        self.actor = actor

    def _note_clock(self, token: str) -> None:
        """Learn how far this clock is off before the first sync does: a lease just signed must not seem to be over."""
        made = lease.issued_at(token)
        if made is None:
            return
        off = made - self.keys.clock.now()
        known = timedelta(milliseconds=self.store.recall(meta.OFFSET, 0))
        if abs(off - known) > _CLOCK_IS_RIGHT:
            self.store.remember(meta.OFFSET, round(off / timedelta(milliseconds=1)))

    def change_password(self, old: str, new: str, end_others: bool) -> None:
        """Change the person's password at the server, then lock the open store under it. CampusError as it refuses.

        Where the server goes away in between, the old password opens the store until the next sign-in with a network.
        """
        body = {"current": old, "new": new, "end_others": end_others}
        self.client.act("/auth/change-password", body)
        answer = self.client.refresh()
        self.keys.open_with_escrow(base64.b64decode(answer.device.escrow_secret), new)

    def close(self) -> None:
        """Close the store and give its lock back; what waits is sent after the next sign-in."""
        self.on_close()
        self.store.close()
        self.lock.release()


class LeaseGuard:
    """Called before every commit: refuses it once the lease is over, and moves the mark of the latest time seen.

    Time is the server's as far as this device knows it, and never runs backwards here, so that neither a wrong clock
    nor one that is set back changes how long the lease holds.
    """

    def __init__(self, store: LocalStore, keys: Keys, clock: Clock, person_id: str, device_id: str) -> None:
        self._store, self._keys, self._clock = store, keys, clock
        self._owner = (person_id, device_id)
        self._token: str | None = None
        self._lease: Lease | None = None
        self._marked: datetime | None = None
        self._latest: datetime | None = None

    def __call__(self) -> None:
        """Raise CampusError `lease_over` or `lease_invalid` when nothing may be written."""
        self.current().check(self._now())

    def current(self) -> Lease:
        """Return the lease as last renewed."""
        token = self._store.recall(meta.LEASE) or ""
        if self._lease is None or token != self._token:
            public_key = self._store.recall(LEASE_KEY, "")
            self._lease = lease.verify(token, public_key, *self._owner)
            self._token = token
        return self._lease

    def _now(self) -> datetime:
        now = self._clock.now()
        self._latest = max(now, self._latest) if self._latest else now
        if self._marked is None or self._latest - self._marked >= _MARK_EVERY:
            self._marked = self._latest
            self._keys.saw(instant_text(self._latest))
        return self._latest + timedelta(milliseconds=self._store.recall(meta.OFFSET, 0))

    def mark(self) -> None:
        """Move the mark now, as at closing."""
        self._marked = None
        self._now()
