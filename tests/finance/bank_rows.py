"""Statement lines, matches and what they may belong to as a device has them, for tests of reconciliation."""

from typing import Any

from shared.core.ids import derived_id
from tests.attendance.classes import person_id
from tests.finance.money_rows import HANA

Row = tuple[str, dict[str, Any]]


def line(words: str, amount: int, day: str = "2026-11-18", reference: str = "", **more: Any) -> Row:
    """A line of a bank's statement."""
    key = derived_id("line", words, reference, str(amount))
    body = {
        "id": key, "revision": key, "origin": "bank", "statement_id": None, "line": 2, "day": day, "words": words,
        "reference": reference, "amount": amount, "currency": "GHS", "live": True, "problem": "",
        "fingerprint": key, "state": "open", "reason": "", **more,
    }  # fmt: skip
    return "statement_line", body


def taken(key: str, amount: int, method: str = "mobile_money", who: str | None = HANA, **more: Any) -> Row:
    """A payment of the cash desk; but for cash nobody vouches for it yet."""
    one = derived_id("payment", key)
    body = {
        "id": one, "revision": one, "reference": f"PAY-{key}", "state": "processing", "confirmation": "unconfirmed",
        "amount": amount, "currency": "GHS", "tenders": [{"method": method, "amount": amount, "reference": key}],
        "person_id": person_id(who) if who else None, "payer_name": who or "", "sponsor_id": None, "note": "",
        "gateway": "", "metadata": {}, "shift_id": None, "receipt_id": None, "receipt_number": f"R-K3-{key}",
        "taken_at": "2026-11-17T09:00:00.000Z", "taken_by": "", "taken_by_name": "Samuel Njoroge", **more,
    }  # fmt: skip
    return "payment", body


def match(of: Row, with_: Row, amount: int, **more: Any) -> Row:
    """A line is a payment."""
    key = derived_id("match", of[1]["id"], with_[1]["id"])
    body = {
        "id": key, "revision": key, "line_id": of[1]["id"], "goal": "payment", "goal_id": with_[1]["id"],
        "amount": amount, "difference": 0, "effect": "confirmed", "state": "made", "reason": "",
        "made_at": "2026-11-18T09:00:00.000Z", "made_by": "", "made_by_name": "Efua Mensah", "ended_by": None,
        "ended_by_name": "", "ended_reason": "", **more,
    }  # fmt: skip
    return "money_match", body


MOMO, CARD, LONG = (
    taken("MM-4412", 245_000),
    taken("VISA-9921", 1_200_000, "card"),
    taken("FT-77", 90_000, "bank_transfer", None, payer_name="Greater Accra Regional Fund for Young Tradespeople"),
)
BY_REFERENCE = line("MTN MOMO SETTLEMENT MM4412", 245_000, reference="MM-4412")
WITH_FEES = line("CARD SETTLEMENT VISA-9921 LESS FEES", 1_182_000, "2026-11-19", "POS-88")
UNKNOWN = line("TRANSFER FROM A. WELL-WISHER", 50_000, "2026-11-17", "FT26325X")
NAMED = line("TRF HANA NOVAK SCHOOL FEES TERM THREE AND SOME MORE WORDS OF THE BANK", 300_000, "2026-11-19", "FT26326Y")
FEE = line("MONTHLY ACCOUNT CHARGES", -2_500, "2026-11-19", state="aside", reason="Bank charges")
TEST = line("pk_test payment", 70_000, "2026-11-19", "PAY-X1", origin="paystack", live=False, problem="test_money")
LOST = line("Paid through Paystack, card", 90_000, "2026-11-18", "PAY-20261118070000-9C41F2A07B3E", origin="paystack",
            problem="unknown_reference")  # fmt: skip
STRAY = line("Paid at the gateway", 80_000, "2026-11-18", "OTHER-1", origin="paystack", problem="unknown_reference")


def bank_rows() -> list[Row]:
    """Lines of every sort, and payments that nobody vouches for yet."""
    done, paid = line("SETTLED", 33_000, "2026-11-12", "MM-1"), taken("MM-1", 33_000, confirmation="confirmed")
    return [
        MOMO, CARD, LONG, BY_REFERENCE, WITH_FEES, UNKNOWN, NAMED, FEE, TEST, STRAY, done, paid,
        match(done, paid, 33_000),
    ]  # fmt: skip
