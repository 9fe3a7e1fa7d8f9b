"""Settling: one choice about a conflict or a held command; the first accepted settlement wins."""

from collections.abc import Callable, Mapping, Sequence

import orjson

from server.core import conflicts
from server.core.area import Settler
from server.core.batch import Batch, CommandType, Decision, Forward, Item, agreed, applied, rejected
from server.core.entities import missing
from shared.core.actor import Actor
from shared.core.command import Command
from shared.core.conflict import KIND, Conflict, SettleConflict, is_held, may_settle
from shared.core.outcome import Verdict
from shared.core.text import text

_HELD = "SELECT id, type, target_id, detail, actor_id FROM command_log WHERE organisation_id = :o AND id = :id"
_WAITING = """
SELECT id FROM conflict WHERE organisation_id = :o AND state = 'open' AND fields_group LIKE 'held:%'
AND body LIKE '%waits_for_creation%' AND body LIKE :names ORDER BY id
"""
_ACCEPT = "accept"
_PASSING = "conflicts that pass"


class Settling:
    """The service of `SettleConflict`; `settlers` come from the areas by kind, `decide` runs a held command again."""

    def __init__(
        self,
        settlers: Mapping[str, Settler],
        types: Callable[[], Mapping[str, CommandType]],
        guarded: Mapping[str, Callable[[Actor], bool]] | None = None,
        forward: Forward = lambda _batch, items: items,
    ) -> None:
        self._settlers = settlers
        self._types = types
        self._guarded = guarded or {}
        self._forward = forward

    def command_type(self) -> CommandType:
        """Return the command type for the door."""
        return CommandType("SettleConflict", SettleConflict, self.settle)

    def settle(self, batch: Batch, items: Sequence[Item]) -> list[Decision]:
        """Settle each conflict of the run."""
        return [self._settle(batch, item) for item in items]

    def _settle(self, batch: Batch, item: Item) -> Decision:
        found = conflicts.find(batch, item.target.id)
        if found is None:
            return missing(batch, item, KIND)
        conflict, scope, also = found
        choices = dict(item.payload.choices)
        if not self._may_settle(item.author, conflict):
            return rejected(item, "not_allowed", text("This is for the people who disagree, or for the office."))
        if conflict.state == "settled":
            if dict(conflict.choices) == choices:
                return agreed(conflict.revision)
            name = conflict.settled_by_name or ""
            return rejected(
                item, "already_settled", text("{name} has settled this already.", name=name), choices=conflict.choices
            )
        refusal = self._carry_out(batch, item, conflict, choices)
        if refusal is not None:
            return refusal
        latest = conflicts.find(batch, conflict.id)
        if latest is not None and latest[0].state == "open":
            conflicts.store(batch, conflicts.settled(batch, item, latest[0], choices), scope, also)
        return applied(item.command.id)

    def _may_settle(self, author: Actor, conflict: Conflict) -> bool:
        """Nobody settles what he or she isn't shown: one's own, and of guarded kinds only with a right to see them."""
        guard = self._guarded.get(conflict.kind)
        own = any(side.author_id == author.person_id for side in conflict.sides)
        seen = guard is None or own or guard(author)
        return seen and may_settle(author.person_id, author.permissions, conflict)

    def _carry_out(self, batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> Decision | None:
        if is_held(conflict):
            return self._let_pass(batch, item, conflict) if choices.get("held") == _ACCEPT else None
        names = {side.command_id for side in conflict.sides}
        if not set(choices.values()) <= names:
            return rejected(item, "choice_unknown", text("Choose one of the versions that are shown."))
        settler = self._settlers.get(conflict.kind)
        if settler is None:
            return rejected(item, "choice_unknown", text("This can't be settled here."))
        settler(batch, item, conflict, choices)
        return None

    def _let_pass(self, batch: Batch, item: Item, conflict: Conflict) -> Decision | None:
        """Run a held command again with the authority of whoever accepts it, then those that waited behind it."""
        held = conflict.sides[0]
        batch.memory.setdefault(_PASSING, set()).add(conflict.id)
        row = batch.db.one(_HELD, o=batch.organisation_id, id=held.command_id)
        if row is None or row[3] is None:
            return rejected(item, "command_gone", text("What was held is no longer kept. Enter it again."))
        created_before = set(batch.created)
        decision = self._run_again(batch, item, conflict, row)
        if decision.verdict in (Verdict.REJECTED, Verdict.HELD):
            return rejected(item, decision.code or "refused", decision.message or text("This can't be saved."))
        for entity_id in sorted(batch.created - created_before):
            self._release(batch, item, entity_id)
        return None

    def _run_again(self, batch: Batch, item: Item, conflict: Conflict, row: Sequence[str]) -> Decision:
        detail = orjson.loads(row[3])
        base = next((base for target, base in detail["targets"] if target == conflict.entity_id), None)
        command = Command(
            id=row[0],
            device_id=item.command.device_id,
            install_epoch=1,
            device_seq=1,
            type=row[1],
            type_version=detail["type_version"],
            target_id=conflict.entity_id,
            base=base,
            payload=detail["payload"],
            observed_at=detail["observed_at"],
            clock_offset=detail["clock_offset"],
        )
        known = self._types()[command.type]
        side = conflict.sides[0]
        author = Actor(
            person_id=side.author_id,
            organisation_id=batch.organisation_id,
            name=side.author_name,
            permissions=item.author.permissions,
            roles=item.author.roles,
        )
        again = Item(
            command, command.targets[0], known.payload.model_validate(command.payload), author, side.device_name, True
        )
        again = self._forward(batch, [again])[0]
        decision = known.service(batch, [again])[0]
        batch.decisions[again.key] = decision
        return decision

    def _release(self, batch: Batch, item: Item, entity_id: str) -> None:
        waiting = batch.db.rows(_WAITING, o=batch.organisation_id, names=f"%{entity_id}%")
        for (conflict_id,) in waiting:
            found = conflicts.find(batch, conflict_id)
            if found is None or found[0].reason != "waits_for_creation" or found[0].state != "open":
                continue  # what passes lets others pass, and they others: this one may have passed meanwhile
            if conflict_id in batch.memory[_PASSING]:
                continue
            if self._let_pass(batch, item, found[0]) is None:
                done = conflicts.settled(batch, item, found[0], {"held": _ACCEPT})
                conflicts.store(batch, done, found[1], found[2])
