"""Short ways to charge, take money and look into the books, for tests of what the server makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from shared.core.outcome import Outcome
from shared.finance.commands import payment_entry_id
from shared.finance.ledger_rules import Account, accounts_of
from shared.people.vocabulary import Role
from tests.finance.tills import Till
from tests.institute import Device, Institute

CURRENCY = "GHS"


@dataclass
class Books:
    """The small institute with a bursar and a cashier, each at a computer."""

    institute: Institute
    till: Till
    shift_id: str

    def person(self, at: int = 0) -> str:
        """Return the id of a student."""
        return self.institute.students[at]

    def at(self, key: str) -> Device:
        """Return the computer of the bursar, the cashier or someone else."""
        return self.institute.devices[key]

    def new_id(self) -> str:
        """Return a fresh id."""
        return self.institute.parts.new_id()

    def charge(self, amount: int, at: int = 0, by: str = "bursar", target: str = "", **more: Any) -> Outcome:
        """Charge a student."""
        payload = {"person_id": self.person(at), "what": "Tuition", "amount": amount, "currency": CURRENCY, **more}
        return self.at(by).do("ChargeStudent", target or self.new_id(), payload)

    def charged(self, amount: int, at: int = 0, **more: Any) -> str:
        """Charge a student; returns the charge's id."""
        told = self.charge(amount, at, **more)
        assert told.verdict == "applied", told
        return told.target_id

    def paying(self, amount: int, at: int = 0, goes_to: Sequence[tuple[str, int]] = (), **more: Any) -> dict[str, Any]:
        """Return what a payment in cash by one student asks for."""
        parts = [{"entry_id": entry_id, "amount": part} for entry_id, part in goes_to]
        asked = {
            "amount": amount,
            "currency": CURRENCY,
            "paid_for": [{"person_id": self.person(at), "amount": amount, "goes_to": parts}],
            "tenders": [{"method": "cash", "amount": amount}],
            "shift_id": self.shift_id,
            **more,
        }
        return {"receipt": self.till.receipt(asked), **asked}

    def pay(
        self, amount: int, at: int = 0, goes_to: Sequence[tuple[str, int]] = (), by: str = "cashier", **more: Any
    ) -> Outcome:
        """Take money of a student, in cash."""
        return self.at(by).do("TakePayment", self.new_id(), self.paying(amount, at, goes_to, **more))

    def paid(self, amount: int, at: int = 0, goes_to: Sequence[tuple[str, int]] = (), **more: Any) -> str:
        """Take money of a student; returns the id of the entry on the ledger."""
        told = self.pay(amount, at, goes_to, **more)
        assert told.verdict == "applied", told
        return payment_entry_id(told.target_id, self.person(at))

    def rows(self, sql: str, **places: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with self.institute.parts.database.read() as db:
            return [tuple(row) for row in db.rows(sql, o=self.institute.organisation_id, **places)]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        """Return the rows of a kind as devices have them from the feed."""
        sql = "SELECT entry FROM feed_row WHERE organisation_id = :o AND kind = :kind AND deleted = false ORDER BY seq"
        return [orjson.loads(row[0])["body"] for row in self.rows(sql, kind=kind)]

    def row(self, kind: str, row_id: str) -> dict[str, Any]:
        """Return one row as devices have it."""
        return next(body for body in self.bodies(kind) if body["id"] == row_id)

    def account(self, at: int = 0, currency: str = CURRENCY) -> Account:
        """Return what a student's ledger comes to."""
        own = [one for one in self.bodies("ledger_entry") if one["person_id"] == self.person(at)]
        return accounts_of(own, self.bodies("allocation")).get(currency, Account(currency))

    def trial_balance(self) -> dict[str, int]:
        """Return what each account comes to; their sum is always zero."""
        sql = "SELECT account, sum(amount) FROM posting WHERE organisation_id = :o GROUP BY account ORDER BY account"
        found = {row[0]: int(row[1]) for row in self.rows(sql)}
        assert sum(found.values()) == 0
        return found


@pytest.fixture
def books(institute: Institute) -> Books:
    """The small institute with a bursar and a cashier, on SQLite and PostgreSQL in turn."""
    return open_books(institute)


def open_books(institute: Institute) -> Books:
    """Return the books of an institute, with a bursar and a cashier."""
    institute.device("bursar", Role.BURSAR, "Efua Bursar")
    cashier = institute.device("cashier", Role.CASHIER, "Kwesi Appiah")
    till = Till(institute, cashier, institute.devices["bursar"])
    return Books(institute, till, institute.parts.new_id())
