"""The sync engine: commands up, outcomes and changes down, until both sides know the same."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from desktop.core import api_errors, meta, steps
from desktop.core.api_errors import ApiError, Sort
from desktop.core.file_queue import file_counts
from desktop.core.local_store import LocalStore
from desktop.core.settle import Settled
from desktop.core.steps import Step, no_step
from desktop.core.sync_state import Phase, SyncState
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text, parse_instant
from shared.core.conflict import may_settle
from shared.core.errors import CampusError
from shared.core.sync import ALL_SCOPE, CheckRequest, CheckResponse, SyncRequest, SyncResponse
from shared.core.text import text

CHECK_EVERY = timedelta(days=1)
_UPDATE = {api_errors.CLIENT_TOO_OLD, api_errors.SERVER_TOO_OLD}
_CERTIFICATE = {api_errors.CERTIFICATE_CHANGED, "certificate_not_valid_now"}


class Exchange(Protocol):
    """Carries sync messages to the server and back; raises ApiError."""

    def sync(self, request: SyncRequest) -> SyncResponse:
        """Exchange commands and changes once."""

    def check(self, request: CheckRequest) -> CheckResponse:
        """Compare digests."""


class SyncEngine:
    """Syncs one store with one server. Only one exchange is in flight at any time."""

    def __init__(
        self, store: LocalStore, exchange: Exchange, clock: Clock, actor: Actor | None = None, step: Step = no_step
    ) -> None:
        self._store, self._exchange, self._clock, self._step = store, exchange, clock, step
        self._actor = actor
        self._in_flight = threading.Lock()
        self._check_wanted = True
        self._listeners: list[Callable[[SyncState], None]] = []
        self._followers: list[Callable[[Actor], None]] = []
        self._problem: tuple[Phase, CampusError] | None = None
        self._sending = False

    def subscribe(self, listener: Callable[[SyncState], None]) -> None:
        """Call `listener` with every new state, on the thread that syncs."""
        self._listeners.append(listener)

    def follow_actor(self, follower: Callable[[Actor], None]) -> None:
        """Call `follower` with the person whenever the server knows other roles or rights, on the thread that syncs."""
        self._followers.append(follower)

    def want_check(self) -> None:
        """Compare everything with the server at the next opportunity."""
        self._check_wanted = True

    @property
    def problem(self) -> CampusError | None:
        """What went wrong the last time, or None."""
        return self._problem[1] if self._problem else None

    def state(self) -> SyncState:
        """Return what the pill shows now."""
        pending = self._store.pending()
        waiting = pending.waiting + pending.sending
        decisions = self._decisions() if pending.decisions else 0
        files, refused = file_counts(self._store)
        decisions += pending.refused + refused
        last_sync = self._store.recall(meta.LAST_SYNC)
        if self._problem is not None:
            phase, problem = self._problem
            return SyncState(phase, waiting, decisions, problem.message, last_sync, files=files)
        phase = Phase.SENDING if self._sending else Phase.IDLE
        sentence = ""
        if self._store.recall(meta.UNKNOWN_KIND):
            phase = Phase.UPDATE_NEEDED
            sentence = text(
                "The server has something new that this program doesn't know yet. Update the program. What you save"
                " is still sent."
            )
        elif self._store.recall(meta.LOG_CUT):
            sentence = text(
                "The server knows less than this computer saw there, and no restored backup explains it. What was saved"
                " here is sent again. Tell the office."
            )
        return SyncState(phase, waiting, decisions, sentence, last_sync, files=files)

    def _decisions(self) -> int:
        actor = self._actor
        conflicts = self._store.conflicts()
        if actor is None:
            return len(conflicts)
        return sum(may_settle(actor.person_id, actor.permissions, conflict) for conflict in conflicts)

    def run_once(self, most_exchanges: int | None = None) -> SyncState:
        """Sync until nothing is left to send or fetch, or something stands in the way; returns the state after that.

        Returns at once when another thread is syncing this store.
        """
        if not self._in_flight.acquire(blocking=False):
            return self.state()
        try:
            self._sending = True
            self._tell()
            self._run(most_exchanges)
            self._problem = None
        except CampusError as problem:
            self._problem = (_phase_of(problem), problem)
        finally:
            self._sending = False
            self._in_flight.release()
        return self._tell()

    def _run(self, most_exchanges: int | None) -> None:
        caught_up = self._exchange_all(most_exchanges)
        if caught_up and self._check_is_due() and self._checked():
            self._exchange_all(most_exchanges)

    def _exchange_all(self, most_exchanges: int | None) -> bool:
        """Exchange until both sides know the same (True), or nothing moves any more, or there were enough."""
        previous: SyncRequest | None = None
        done = 0
        while most_exchanges is None or done < most_exchanges:
            request = self._store.next_request()
            asked = request.model_copy(update={"device_time": ""})
            if asked == previous:
                return False
            settled = self._exchange_one(request)
            previous = asked
            done += 1
            if not settled.more and not self._waits():
                return True
            self._tell()
        return False

    def _exchange_one(self, request: SyncRequest) -> Settled:
        # What is known here, not what the store keeps: a renewed token may have brought that up to date unseen.
        known = self._actor.revision if self._actor is not None else None
        response = self._exchange.sync(request.model_copy(update={"actor_revision": known}))
        self._step(steps.EXCHANGE_ANSWERED)
        self._problem = None
        settled = self._store.settle(request, response)
        self._take_actor(response.actor)
        return settled

    def _take_actor(self, actor: Actor | None) -> None:
        """Go by what the person may do now, also after the next start without a network."""
        known = self._actor
        if actor is None or known is None or actor == known:
            return
        if (actor.person_id, actor.organisation_id) != (known.person_id, known.organisation_id):
            return
        self._store.remember(meta.ACTOR, actor.model_dump(mode="json"))
        self._actor = actor
        if ALL_SCOPE in actor.scopes:
            # Some kinds of rows are for certain rights alone: comparing finds those that came or went with these.
            self._check_wanted = True
        for follower in list(self._followers):
            follower(actor)

    def _waits(self) -> bool:
        pending = self._store.pending()
        return bool(pending.waiting or pending.sending)

    # ---------------------------------------------------------------------------------------------------- digests

    def _check_is_due(self) -> bool:
        last = self._store.recall(meta.LAST_CHECK)
        return self._check_wanted or last is None or self._clock.now() - parse_instant(last) >= CHECK_EVERY

    def _checked(self) -> bool:
        """Compare with the server; True when something is to be fetched again."""
        cursor = self._store.cursor()
        if cursor is None:
            return False
        answer = self._exchange.check(CheckRequest(cursor=cursor, digests=self._store.digests()))
        if not answer.comparable:
            return False
        self._check_wanted = False
        self._store.remember(meta.LAST_CHECK, instant_text(self._clock.now()))
        self._store.pull_again(answer.mismatched)
        return bool(answer.mismatched)

    def _tell(self) -> SyncState:
        state = self.state()
        for listener in list(self._listeners):
            listener(state)
        return state


def _phase_of(problem: CampusError) -> Phase:
    if problem.code in _UPDATE:
        return Phase.UPDATE_NEEDED
    if problem.code in _CERTIFICATE:
        return Phase.CERTIFICATE_CHANGED
    if isinstance(problem, ApiError) and problem.sort is Sort.AUTH:
        return Phase.SIGNED_OUT
    return Phase.OFFLINE
