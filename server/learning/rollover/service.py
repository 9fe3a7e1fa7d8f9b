"""Carries a roll-over out through the one door in one transaction, and takes it back the same way."""

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from server.core.auth import CurrentSignIn
from server.core.batch import Origin
from server.core.carrying import CarryAsk
from server.core.context import Context
from server.core.database import Db
from server.learning.rollover import journal
from server.learning.rollover.messages import RollOverAsk
from server.learning.rollover.plan import Plan, work_out
from server.learning.rollover.removal import ORDER, REMOVE
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.command import MAX_TARGETS, Command, Target
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.outcome import Outcome, Verdict
from shared.core.text import text
from shared.learning.rollover import may_roll_over
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, ENROLMENT, EnrolmentState

Ask = tuple[str, str, Mapping[str, Any], str | None, Sequence[tuple[str, str | None]]]
"""Type, target, payload, base and further targets of a command."""


def check_may_roll_over(actor: Actor) -> None:
    """Let those who roll terms over go on. Raises CampusError `not_allowed`."""
    if not may_roll_over(actor):
        raise CampusError("not_allowed", text("Your role doesn't roll terms over. Ask the office."))


class RollOver:
    """Previews, carries out and takes back."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def preview(self, actor: Actor, ask: RollOverAsk) -> dict[str, Any]:
        """Return what a roll-over would do. Raises CampusError as `plan.work_out` does, `not_allowed`."""
        check_may_roll_over(actor)
        with self._context.database.read() as db:
            return work_out(db, actor, ask, self._context.rolls_over).shown()

    def carry_out(self, known: CurrentSignIn, ask: RollOverAsk, rollover_id: str) -> dict[str, Any]:
        """Do what the preview showed, in one transaction; the same id again gives what it did the first time.

        Raises CampusError `stale` where anything is otherwise than in the preview, and nothing is done then.
        """
        actor = known.actor
        check_may_roll_over(actor)

        def work(db: Db) -> dict[str, Any]:
            present = journal.find(db, actor.organisation_id, rollover_id)
            if present is not None:
                return shown(present)
            plan = work_out(db, actor, ask, self._context.rolls_over)
            if not hmac.compare_digest(ask.token.encode(), plan.token.encode()):
                raise CampusError("stale", text("Something changed since the preview. Look at it again."))
            if not any(plan.counts.values()):
                return _nothing(plan)
            entry = self._entry(actor, plan, rollover_id)
            outcomes = self._accept(db, known, rollover_id, list(_asks(plan)), entry["made_at"])
            entry["content"] = _content(plan, outcomes)
            journal.put(db, actor.organisation_id, entry)
            return shown(entry)

        return self._context.database.write(work)

    def take_back(self, known: CurrentSignIn, rollover_id: str) -> dict[str, Any]:
        """Take a roll-over back that nothing was built on; once more does nothing.

        Raises CampusError `not_found`, `built_upon`.
        """
        actor = known.actor
        check_may_roll_over(actor)

        def work(db: Db) -> dict[str, Any]:
            entry = journal.find(db, actor.organisation_id, rollover_id)
            if entry is None:
                raise CampusError("not_found", text("There is no such roll-over."))
            if entry["state"] == journal.UNDONE:
                return shown(entry)
            journal.check_untouched(db, actor.organisation_id, entry)
            now = instant_text(self._context.clock.now())
            parts = [one.take_back for one in self._context.rolls_over if one.take_back is not None]
            copies = sorted(entry["content"]["made"].get(COHORT, {}))
            carried = [ask for part in parts for ask in part(db, actor.organisation_id, copies, rollover_id)]
            told = self._accept(db, known, self._context.new_id(), list(_undo_asks(entry, carried)), now)
            for outcome in told:
                _raise_unless(outcome, "built_upon")
            journal.mark_undone(db, actor.organisation_id, rollover_id, now)
            return shown({**entry, "state": journal.UNDONE})

        return self._context.database.write(work)

    def entries(self, actor: Actor) -> list[dict[str, Any]]:
        """Return the latest roll-overs."""
        check_may_roll_over(actor)
        with self._context.database.read() as db:
            return [shown(one) for one in journal.newest(db, actor.organisation_id)]

    def _entry(self, actor: Actor, plan: Plan, rollover_id: str) -> dict[str, Any]:
        return {
            "id": rollover_id,
            "state": journal.DONE,
            "old_term_id": plan.old_term["id"],
            "new_term_id": plan.new_term["id"],
            "made_at": instant_text(self._context.clock.now()),
            "undone_at": None,
            "author_id": actor.person_id,
            "author_name": actor.name,
        }

    def _accept(self, db: Db, known: CurrentSignIn, seed: str, asks: Sequence[Ask], now: str) -> list[Outcome]:
        commands = [
            Command(
                id=derived_id("rollover", seed, str(at)),
                device_id=derived_id("rest", known.device_id),
                install_epoch=1,
                device_seq=at,
                type=kind,
                type_version=self._context.door.types[kind].version,
                target_id=target,
                base=base,
                more_targets=tuple(Target(id=one, base=seen) for one, seen in more),
                payload=dict(payload),
                observed_at=now,
            )
            for at, (kind, target, payload, base, more) in enumerate(asks, 1)
        ]
        origin = Origin("", known.origin.device_name, 1, known.origin.address, known.origin.user_agent)
        return self._context.door.accept_in(db, known.actor, origin, commands).outcomes


def _raise_unless(outcome: Outcome, code: str) -> None:
    """Undo the whole where one command isn't done: a roll-over is one step. Raises CampusError with `code`."""
    if outcome.verdict not in (Verdict.APPLIED, Verdict.AGREED):
        words = outcome.message or text("Something changed since the preview. Look at it again.")
        raise CampusError(code, words, {"reason": outcome.code})


def _asks(plan: Plan) -> Iterator[Ask]:
    """Yield what is to be done, commands of one type together, what others stand on first."""
    if plan.makes_term:
        term = {name: plan.new_term[name] for name in ("name", "starts_on", "ends_on")}
        yield "AddAcademicTerm", plan.new_term["id"], term, None, ()
    for copy in plan.copies:
        payload = {name: value for name, value in copy.items() if name not in ("id", "instructor_names")}
        yield "AddCohort", copy["id"], payload, None, ()
    for cohort_id, person_id, testing in plan.enrol:
        place = {"cohort_id": cohort_id, "person_id": person_id, "testing": testing}
        target = derived_id("rolled_enrolment", cohort_id, person_id)
        yield "EnrolPerson", target, {**place, "enrolled_on": _first_day(plan, cohort_id)}, None, ()
    yield from _states(((one, seen, state, str(EnrolmentState.COMPLETED)) for one, seen, state in plan.complete))
    for ask in plan.asks:
        yield ask.type, ask.target_id, ask.payload, ask.base, ()


def _first_day(plan: Plan, cohort_id: str) -> str:
    days = {one["id"]: one["starts_on"] for one in plan.copies}
    return str(days.get(cohort_id) or plan.new_term["starts_on"])


def _states(rows: Iterable[tuple[str, str, str, str]]) -> Iterator[Ask]:
    """Yield commands that move enrolments (id, revision, present state, wanted one) to their states."""
    ordered = sorted(rows, key=lambda row: (row[3], row[2], row[0]))
    for (wanted, present), group in groupby(ordered, key=lambda row: (row[3], row[2])):
        some = [(row[0], row[1]) for row in group]
        for at in range(0, len(some), MAX_TARGETS):
            (target, base), *more = some[at : at + MAX_TARGETS]
            yield "SetEnrolmentState", target, {"state": wanted, "old_state": present}, base, more


def _undo_asks(entry: Mapping[str, Any], carried: Iterable[CarryAsk]) -> Iterator[Ask]:
    made: dict[str, dict[str, str]] = entry["content"]["made"]
    for ask in carried:
        yield ask.type, ask.target_id, ask.payload, ask.base, ()
    yield from _states(
        (one, revision, str(EnrolmentState.COMPLETED), state) for one, state, revision in entry["content"]["completed"]
    )
    for kind in ORDER:
        for target, revision in sorted(made.get(kind, {}).items()):
            yield REMOVE, target, {"kind": kind, "rollover_id": entry["id"]}, revision, ()


def _content(plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what the journal keeps. Raises CampusError `stale` where anything wasn't done."""
    for outcome in outcomes:
        _raise_unless(outcome, "stale")
        if outcome.details.get("existing_id"):
            raise CampusError("stale", text("Something changed since the preview. Look at it again."))
    revisions = {one.target_id: one.revision or one.command_id for one in outcomes}
    enrolled = [derived_id("rolled_enrolment", cohort, person) for cohort, person, _ in plan.enrol]
    made = {
        ACADEMIC_TERM: [plan.new_term["id"]] if plan.makes_term else [],
        COHORT: [one["id"] for one in plan.copies],
        ENROLMENT: enrolled,
    }
    for ask in plan.asks:
        made.setdefault(ask.kind, []).append(ask.target_id)
    return {
        "old_term": plan.old_term["name"],
        "new_term": plan.new_term["name"],
        "counts": plan.counts,
        "made": {kind: {one: revisions[one] for one in ids} for kind, ids in made.items() if ids},
        "completed": [(one, state, revisions[one]) for one, _, state in plan.complete],
    }


def shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a roll-over as the API gives it."""
    content = entry["content"]
    names = ("id", "state", "made_at", "author_name")
    told = {name: content[name] for name in ("old_term", "new_term", "counts")}
    return {**{name: entry[name] for name in names}, **told}


def _nothing(plan: Plan) -> dict[str, Any]:
    return {
        "id": None,
        "state": journal.DONE,
        "old_term": plan.old_term["name"],
        "new_term": plan.new_term["name"],
        "made_at": None,
        "author_name": "",
        "counts": plan.counts,
    }
