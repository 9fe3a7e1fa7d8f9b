"""Ledger histories through the door of a database: what is written is checked against itself and the postings."""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from server.core.isolation import acting_for
from server.finance.ground import packed, read_ledgers
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.core.money import split_evenly
from shared.finance.commands import payment_entry_id
from shared.finance.payment_rules import receipt_id
from shared.finance.vocabulary import EntryKind, Method
from tests.finance.books import CURRENCY, Books, open_books
from tests.finance.histories import check_books
from tests.institute import make_institute, open_database
from tests.postgres import DatabaseUrls, fresh_database, running_postgres
from tests.simulator import money_invariants
from tests.simulator.series import MEMORY_DISK

_DISCOUNT = derived_id("discount", "of histories")
_METHODS = (Method.CASH, Method.CARD, Method.MOBILE_MONEY)
_AMISS = """
SELECT e.id FROM ledger_entry e LEFT JOIN posting p ON p.organisation_id = e.organisation_id AND p.entry_id = e.id
WHERE e.organisation_id = :o GROUP BY e.id HAVING sum(p.amount) IS NULL OR sum(p.amount) <> 0
"""
_TWICE = "SELECT number FROM receipt WHERE organisation_id = :o GROUP BY number HAVING count(*) > 1"
_INVOICES = "SELECT DISTINCT number FROM ledger_entry WHERE organisation_id = :o AND kind = 'charge' ORDER BY number"
_PLACE = "SELECT entry FROM feed_row WHERE organisation_id = :o AND kind = 'ledger_entry' AND entity_id = :id"


class BookHistory:
    """What a bursar and a cashier do with two students, in one batch each or one command after another."""

    def __init__(self, books: Books, seed: str) -> None:
        self.books, self.random = books, random.Random(seed)
        self.people = [self._student() for _ in range(2)]
        self.charges: list[str] = []
        self.paid: list[str] = []
        self.payments: list[str] = []
        self.amounts: dict[str, int] = {}
        self.requests: list[str] = []

    def _student(self) -> str:
        person_id = self.books.new_id()
        told = self.books.at("system").do("AddPerson", person_id, {"given_name": "Ama", "family_name": "Mensah"})
        assert told.verdict == "applied", told
        return person_id

    def run(self, steps: int = 8) -> None:
        """Send what people ask for; a third of the histories in batches of several commands."""
        together = self.random.random() < 0.33
        waiting: dict[str, list[Command]] = {}
        for _ in range(steps):
            key, command = self._ask()
            waiting.setdefault(key, []).append(command)
            if not together:
                self._send(waiting)
        self._send(waiting)

    def _send(self, waiting: dict[str, list[Command]]) -> None:
        for key, commands in waiting.items():
            for told in self.books.at(key).send(*commands):
                assert told.verdict in ("applied", "agreed", "rejected", "held"), told
        waiting.clear()

    def _ask(self) -> tuple[str, Command]:
        acts = [self._charge, self._charge, self._pay, self._pay, self._pay]
        acts += [self._reverse] if self.charges else []
        acts += [self._use, self._move] if self.paid and self.charges else []
        acts += [self._confirm, self._ask_back, self._ask_back] if self.payments else []
        acts += [self._decide, self._decide] if self.requests else []
        acts += [self._grant, self._plan] if self.charges else []
        return self.random.choice(acts)()

    def _charge(self) -> tuple[str, Command]:
        target, amount = self.books.new_id(), self.random.randint(1, 90_000)
        tax = amount // 10
        payload = {
            "person_id": self.random.choice(self.people),
            "what": "Tuition",
            "amount": amount,
            "currency": CURRENCY,
            "taxes": [{"name": "VAT", "rate": 1_000, "amount": tax}] if self.random.random() < 0.5 else [],
        }
        self.charges.append(target)
        self.amounts[target] = amount
        return "bursar", self.books.at("bursar").command("ChargeStudent", target, payload)

    def _parts(self, most: int) -> list[dict[str, Any]]:
        wanted = self.random.sample(self.charges, min(len(self.charges), self.random.randrange(3)))
        return [{"entry_id": one, "amount": max(1, most // len(wanted))} for one in wanted if most >= len(wanted)]

    def _pay(self) -> tuple[str, Command]:
        people = self.people if self.random.random() < 0.3 else [self.random.choice(self.people)]
        shares = [self.random.randint(2, 60_000) for _ in people]
        total, target = sum(shares), self.books.new_id()
        first = self.random.randint(1, total - 1)
        tenders = [
            {"method": str(self.random.choice(_METHODS)), "amount": part, "reference": "X-1"}
            for part in (first, total - first)
        ]
        asked: dict[str, Any] = {
            "amount": total,
            "currency": CURRENCY,
            "paid_for": [
                {"person_id": one, "amount": share, "goes_to": self._parts(share)}
                for one, share in zip(people, shares, strict=True)
            ],
            "tenders": tenders,
            "shift_id": self.books.shift_id,
        }
        asked["receipt"] = self.books.till.receipt(asked)
        self.payments.append(target)
        self.amounts[target] = total
        self.paid += [payment_entry_id(target, one) for one in people]
        return "cashier", self.books.at("cashier").command("TakePayment", target, asked)

    def _reverse(self) -> tuple[str, Command]:
        target = self.random.choice(self.charges)
        return "bursar", self.books.at("bursar").command("ReverseEntry", target, {"reason": "Mistake"})

    def _use(self) -> tuple[str, Command]:
        parts = self._parts(50_000) or [{"entry_id": self.charges[0], "amount": 50_000}]
        target = self.random.choice(self.paid)
        return "cashier", self.books.at("cashier").command("AllocateCredit", target, {"goes_to": parts})

    def _move(self) -> tuple[str, Command]:
        payload = {"to_person_id": self.random.choice(self.people), "goes_to": self._parts(900), "reason": "Wrong name"}
        return "bursar", self.books.at("bursar").command("MovePayment", self.random.choice(self.paid), payload)

    def _confirm(self) -> tuple[str, Command]:
        payload = {"came": self.random.random() < 0.6, "reason": "The statement says so"}
        return "bursar", self.books.at("bursar").command("ConfirmPayment", self.random.choice(self.payments), payload)

    def _ask_back(self) -> tuple[str, Command]:
        """Void a receipt, or refund some of it; the bursar may ask, too, and then can't decide."""
        by, target, payment = self.random.choice(("cashier", "bursar")), self.books.new_id(), self.payments[-1]
        payment = self.random.choice((payment, self.random.choice(self.payments)))
        self.requests.append(target)
        if self.random.random() < 0.4:
            asked = {"receipt_id": receipt_id(payment), "reason": "Wrong student"}
            return by, self.books.at(by).command("AskVoid", target, asked)
        asked = {
            "payment_id": payment,
            "person_id": self.random.choice(self.people),
            "amount": self.random.choice((self.amounts[payment], 1, max(1, self.amounts[payment] // 3))),
            "method": str(self.random.choice(_METHODS)),
            "reason": "Left the course",
        }
        return by, self.books.at(by).command("AskRefund", target, asked)

    def _decide(self) -> tuple[str, Command]:
        payload = {"approved": self.random.random() < 0.8, "reason": "Looked at"}
        return "bursar", self.books.at("bursar").command("DecideRequest", self.random.choice(self.requests), payload)

    def _grant(self) -> tuple[str, Command]:
        payload = {"charge_id": self.random.choice(self.charges), "discount_id": _DISCOUNT}
        return "bursar", self.books.at("bursar").command("GrantDiscount", self.books.new_id(), payload)

    def _plan(self) -> tuple[str, Command]:
        charge = self.random.choice(self.charges)
        parts = split_evenly(self.amounts[charge], self.random.choice((1, 2, 3)))
        payload = {
            "person_id": self.random.choice(self.people),
            "currency": CURRENCY,
            "charge_ids": [charge],
            "parts": [{"due_on": f"2027-01-{1 + at:02}", "amount": part} for at, part in enumerate(parts) if part],
        }
        return "bursar", self.books.at("bursar").command("SavePlan", self.books.new_id(), payload)

    def check(self) -> int:
        """Raise AssertionError where a ledger contradicts itself or the feed; returns how many entries there are."""
        institute = self.books.institute
        with institute.parts.database.read() as db:
            entries, allocations = read_ledgers(db, institute.organisation_id, packed(self.people))
        for person in self.people:
            own = [one for one in entries if one["person_id"] == person]
            check_books(own, [one for one in allocations if one["person_id"] == person], "2026-12-01")
        for entry in entries[:3]:
            ((packed_row,),) = self.books.rows(_PLACE, id=entry["id"])
            assert orjson.loads(packed_row)["body"] == entry
        return len(entries)


def run_histories(books: Books, count: int, seed: int) -> int:
    """Run histories in one institute and check them and its books; returns how many entries they made."""
    made = 0
    changes = {"name": "Early", "rate": 1_000, "most": max(1, count // 2)}
    wanted = {name: {"old": None, "new": value} for name, value in changes.items()}
    assert books.at("bursar").do("SaveDiscount", _DISCOUNT, {"changes": wanted}).verdict == "applied"
    for number in range(count):
        history = BookHistory(books, f"{seed}:{number}")
        try:
            history.run()
            made += history.check()
        except AssertionError as failure:
            message = f"history {seed}:{number}"
            raise AssertionError(message) from failure
    books.trial_balance()
    _whole(books)
    assert books.rows(_AMISS) == []
    assert books.rows(_TWICE) == []
    invoices = [row[0] for row in books.rows(_INVOICES)]
    assert invoices == [f"I-2026-{at:04}" for at in range(1, len(invoices) + 1)]
    assert {kind for (kind,) in books.rows("SELECT DISTINCT kind FROM ledger_entry WHERE organisation_id = :o")} >= {
        EntryKind.CHARGE,
        EntryKind.PAYMENT,
    }
    return made


def _whole(books: Books) -> None:
    """What the simulator asks of the books after each run: payments, plans, discounts and cash are whole."""
    institute = books.institute
    organisation = institute.organisation_id
    with acting_for(organisation), institute.parts.database.read() as db:
        people = packed(row[0] for row in db.rows("SELECT id FROM person WHERE organisation_id = :o", o=organisation))
        entries, allocations = read_ledgers(db, organisation, people)
        money_invariants.payments_are_whole(db, entries)
        money_invariants.plans_are_whole(db, entries, allocations)
        money_invariants.cash_is_counted(db, organisation)
        money_invariants.numbers_are_given_once(db)


@contextmanager
def _databases() -> Iterator[list[tuple[str, DatabaseUrls]]]:
    with (
        tempfile.TemporaryDirectory(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None) as folder,
        running_postgres() as server,
        fresh_database(server) as urls,
    ):
        path = f"sqlite:///{Path(folder) / 'books.db'}"
        yield [("SQLite", DatabaseUrls(path, path)), ("PostgreSQL", urls)]


def through_both(count: int, seed: int) -> Iterator[tuple[str, int, float]]:
    """Run histories through SQLite and PostgreSQL; yields (database, entries, seconds)."""
    with _databases() as databases:
        for name, urls in databases:
            database = open_database(urls)
            begun = time.perf_counter()
            made = run_histories(open_books(make_institute(database)), count, seed)
            yield name, made, time.perf_counter() - begun
            database.close()
