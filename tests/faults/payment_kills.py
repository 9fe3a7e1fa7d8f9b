"""Kills whoever takes a payment, and the server, at each step: the money is there once with its receipt, or not.

Some of the money comes by the bank and is placed at the office: those receipts are the server's own.
"""

import base64
import json
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.core.desk import Desk as DeskOfPages
from desktop.core.settings import Settings
from desktop.finance import receipt_actions, shift_actions
from desktop.finance.receipt_actions import Part, Share, Taking
from desktop.finance.till_store import TILL_KEY, open_shift
from server.core.database import Db
from server.core.isolation import acting_for
from server.finance.receipt_keys import certify, make_key
from server.finance.till_kinds import TILL_KIND
from shared.core.clock import instant_text
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.finance.till_commands import receipt_key_id
from shared.finance.vocabulary import Method
from shared.people.vocabulary import Permission
from tests.faults.kills import STEPS, kill_at_step
from tests.faults.pair import WHO, Desk, InProcess, Pair, RunningClock, Step, in_child
from tests.simulator import invariants
from tests.simulator.world import World, administer, sign_in

_ROUNDS = 12
_WORDS = {str(Permission.FINANCE_SEE), str(Permission.FINANCE_TAKE_PAYMENT)}
_TILL = derived_id("till", "of the front desk")
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_PAYMENTS = """
SELECT p.id, p.amount, p.receipt_number, r.number, r.sequence, r.amount, r.till_id FROM payment p
LEFT JOIN receipt r ON r.organisation_id = p.organisation_id AND r.payment_id = p.id WHERE p.organisation_id = :o
"""
_ENTRIES = "SELECT payment_id, sum(amount) FROM ledger_entry WHERE organisation_id = :o GROUP BY payment_id"
_LINE = """
INSERT INTO statement_line (organisation_id, id, revision, origin, statement_id, line, day, words, reference, amount,
currency, live, problem, fingerprint, state, reason)
VALUES (:o, :id, :id, 'bank', NULL, 1, '2026-11-18', 'A SPONSOR', 'FT26', :amount, 'GHS', true, '', :id, 'open', '')
"""
_PLACED = """
SELECT m.goal_id, m.amount FROM money_match m WHERE m.organisation_id = :o AND m.effect = 'placed' AND m.state = 'made'
"""
_BY_BANK = 0.4
"""So much of the money comes by the bank."""
_POSTED = "SELECT coalesce(sum(amount), 0) FROM posting WHERE organisation_id = :o"


class PayingPair(Pair):
    """A front desk that is a till, and its server."""

    def prepare(self) -> None:
        """Lay the server's file down, with a till for the front desk."""
        super().prepare()
        code, said = in_child(lambda _say: self._make_till())
        assert code == 0, said[-3000:].decode(errors="replace")

    def _make_till(self) -> None:
        self.serve(lambda _name: None, 7)
        program, institute = self.world.program, self.world.institute
        context, organisation = program.context, institute.organisation_id
        with acting_for(organisation):
            program.host.write(_let_registrars_pay)
        public = base64.b64encode(_KEY.public_key().public_bytes_raw()).decode()
        asked = {"name": "Front desk", "install_epoch": 1, "public_key": public}
        asked["device_id"] = institute.installs[WHO[1]].device_id
        now = context.clock.now()
        with acting_for(organisation):
            made = program.host.write(lambda db: make_key(db, context.keys, organisation, instant_text(now)))
        asks = (("AskTill", _TILL, asked), ("PutReceiptKey", receipt_key_id(made), {"public_key": made}))
        assert {one.verdict for one in administer(program, institute, *asks)} == {"applied"}
        with acting_for(organisation), program.host.read() as db:
            sql = f"SELECT {TILL_KIND.selected()} FROM till t WHERE t.organisation_id = :o AND t.id = :id"
            row = db.one(sql, o=organisation, id=_TILL)
            assert row is not None
            certificate = certify(db, context.keys, organisation, TILL_KIND.body_of(row), now.date())
        told = administer(program, institute, ("CertifyTill", _TILL, {"certificate": certificate}))
        assert told[0].verdict == "applied", told

    def work(self, say: Callable[[bytes], None], step: Step, seed: int, rounds: int) -> None:
        """Take varied payments and sync; `say` is told what was saved."""
        chance = random.Random(seed)
        self.serve(step, seed + 1)  # ids are drawn on both sides, and never the same ones
        program, install = self.world.program, self.world.institute.installs[WHO[1]]
        tokens = sign_in(program, self.world.institute, install)
        here = self.open(WHO[1], step, chance, InProcess(program), tokens)
        secret = base64.b64encode(_KEY.private_bytes_raw()).decode()
        kept = {"device_id": install.device_id, "install_epoch": 1, "key": secret, "till_id": _TILL}
        here.store.remember(TILL_KEY, kept)
        here.engine.run_once()
        desk = _desk(here, partial(_tell, say))
        if open_shift(desk, _TILL) is None:
            shift_actions.open_drawer(desk, 100)
        for _ in range(rounds):
            if chance.random() < _BY_BANK:
                self._place(chance)
            receipt_actions.take_payment(desk, self._taking(chance))
            if chance.random() < 0.6:
                here.engine.run_once()

    def _place(self, chance: random.Random) -> None:
        """Place a line of the bank's statement on one student or two, at the server."""
        program, institute = self.world.program, self.world.institute
        people = chance.sample(institute.students, chance.choice((1, 2)))
        amount = len(people) * chance.randint(1, 10**6)
        line, organisation = program.context.new_id(), institute.organisation_id
        with acting_for(organisation):
            program.host.write(lambda db: db.run(_LINE, o=organisation, id=line, amount=amount))
        shares = [{"person_id": one, "amount": amount // len(people), "goes_to": []} for one in people]
        wanted = {"line_id": line, "amount": amount, "paid_for": shares, "payer_name": "", "note": ""}
        told = administer(program, institute, ("PlaceMoney", program.context.new_id(), wanted))
        assert told[0].verdict == "applied", told

    def _taking(self, chance: random.Random) -> Taking:
        people = chance.sample(self.world.institute.students, chance.choice((1, 1, 1, 2, 3)))
        shares = tuple(Share(one, f"Student {one[-4:]}", chance.randint(1, 10**6)) for one in people)
        total = sum(share.amount for share in shares)
        split = chance.randint(0, total - 1) if chance.random() < 0.4 else 0
        parts = [Part(Method.CASH, total - split, total - split + chance.choice((0, 50)))]
        if split:
            parts.append(Part(chance.choice((Method.CARD, Method.MOBILE_MONEY)), split, reference=f"T{split}"))
        return Taking(shares, tuple(parts), note="ä" * chance.randint(0, 40))

    def check(self) -> None:
        """Every invariant of every pair, and that each saved payment is there once with its receipt."""
        super().check()
        organisation = self.world.institute.organisation_id
        with acting_for(organisation), self.world.program.host.read() as db:
            payments_are_whole(db, organisation, list(self.acknowledged.values()))

    def placed(self) -> int:
        """Return how many lines of the bank were placed on students."""

        def look(say: Callable[[bytes], None]) -> None:
            self.serve(lambda _name: None, 7)
            organisation = self.world.institute.organisation_id
            with acting_for(organisation), self.world.program.host.read() as db:
                say(str(len(db.rows(_PLACED, o=organisation))).encode())

        code, said = in_child(look)
        assert code == 0, said[-3000:].decode(errors="replace")
        return int(said)


def payments_are_whole(db: Db, organisation_id: str, saved: list[Command]) -> int:
    """Require one payment, one receipt and its entries for each saved command, and no number twice or left out."""
    rows = db.rows(_PAYMENTS, o=organisation_id)
    by_id = {row[0]: row for row in rows}
    require = invariants.require
    require(len(by_id) == len(rows), "A payment has two receipts:", rows)
    entries = {row[0]: int(row[1]) for row in db.rows(_ENTRIES, o=organisation_id)}
    numbers: dict[str, list[int]] = {}
    for payment_id, amount, told, number, sequence, printed, till_id in rows:
        require((told, amount) == (number, printed), "A payment without its receipt:", payment_id)
        require(entries.get(payment_id) == -amount, "A payment without its entries:", payment_id)
        numbers.setdefault(till_id, []).append(int(sequence))
    for given in numbers.values():
        require(sorted(given) == list(range(1, len(given) + 1)), "Numbers are twice there or left out:", given)
    placed = {row[0]: int(row[1]) for row in db.rows(_PLACED, o=organisation_id)}
    own = {row[0]: int(row[1]) for row in rows if row[6] != _TILL}
    require(placed == own, "Placed money and its payments differ:", placed, own)
    require(db.rows(_POSTED, o=organisation_id)[0][0] == 0, "The books don't agree.")
    for command in saved:
        if command.type == "TakePayment":
            row = by_id.get(command.target_id)
            require(row is not None and row[2] == command.payload["receipt"]["number"], "A payment is lost:", command)
    return len(rows)


def _let_registrars_pay(db: Db) -> None:
    known = json.loads(db.rows("SELECT permissions FROM role WHERE \"key\" = 'registrar'")[0][0])
    change = "UPDATE role SET permissions = :words WHERE \"key\" = 'registrar'"
    db.run(change, words=json.dumps(sorted({*known, *_WORDS})))


def _desk(here: Desk, tell: Callable[[tuple[Command, ...]], None]) -> DeskOfPages:
    actor = here.actor.model_copy(update={"permissions": here.actor.permissions | _WORDS})
    commit = here.store.commit

    def told(asks: Any) -> tuple[Command, ...]:
        commands = commit(asks)
        tell(commands)
        return commands

    here.store.commit = told  # type: ignore[method-assign] # in this process alone, which is killed
    return DeskOfPages(here.store, actor, lambda *_a, **_k: None, RunningClock(), here.new_id, Settings())


def _tell(say: Callable[[bytes], None], commands: tuple[Command, ...]) -> None:
    say(json.dumps([command.model_dump(mode="json") for command in commands]).encode() + b"\n")


def kill_while_paying(
    world: World, folder: Path, kills: int, seed: int, steps: tuple[str, ...] = STEPS
) -> Counter[str]:
    """Kill `kills` times at each step of taking a payment and sending it, with other data each time."""
    counted: Counter[str] = Counter()
    for step in steps:
        pair = PayingPair(world, folder / f"payment{steps.index(step)}")
        pair.prepare()
        counted[step] = kill_at_step(pair, step, kills, seed, _ROUNDS)
        counted["transfers placed"] += pair.placed()
        counted["payments saved"] += sum(one.type == "TakePayment" for one in pair.acknowledged.values())
    return counted
