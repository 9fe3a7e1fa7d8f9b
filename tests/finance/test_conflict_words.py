"""Two versions of fees, of a discount or of a plan, in the words of whoever decides between them."""

from typing import Any

import pytest

from desktop.finance.area import STORE
from desktop.shell.conflict_words import field_words, held_reason, held_words, kind_words, value_words
from shared.finance.discount_rules import FIELDS as DISCOUNT_FIELDS
from shared.finance.vocabulary import DISCOUNT, FEE_STRUCTURE, INSTALMENT_PLAN
from tests.attendance.classes import areas, school
from tests.desks import make_desk
from tests.finance.test_plan_pages import BURSAR


@pytest.fixture
def store(tmp_path: Any) -> Any:
    here = make_desk(tmp_path, BURSAR, school(), areas=(*areas(), STORE))
    yield here.desk.store
    here.close()


def test_every_kind_and_field_has_its_words() -> None:
    assert [kind_words(one) for one in (FEE_STRUCTURE, DISCOUNT, INSTALMENT_PLAN)] == [
        "Fees of a course or class",
        "Discount",
        "Instalment plan",
    ]
    for name in ("name", "currency", "lines", "state", *DISCOUNT_FIELDS):
        words = field_words(name)
        assert "_" not in words
        assert not words.endswith(" id"), name


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("rate", 1_250, "12.5 %"),
        ("rate", 1_000, "10 %"),
        ("rate", 5, "0.05 %"),
        ("amount", 100_000, "GHS 1,000.00"),
        ("lines", [{"name": "Tuition", "amount": 250_000}], "Tuition GHS 2,500.00"),
        (
            "lines",
            [
                {"name": "Tuition", "amount": 250_000, "taxes": [{"name": "VAT", "rate": 1_500}]},
                {"name": "Kit", "amount": 5_000},
            ],
            "Tuition GHS 2,500.00 (+ VAT 15 %); Kit GHS 50.00",
        ),
        ("lines", [], "Empty"),
        ("parts", [{"due_on": "2026-12-01", "amount": 100}], "2026-12-01 GHS 1.00"),
        ("charge_ids", ["a", "b"], "2 charges"),
        ("valid_to", "2026-12-31", "2026-12-31"),
        ("needs_approval", True, "Yes"),
        ("state", "retired", "Retired"),
    ],
)
def test_values_are_read_as_money_and_percent(store: Any, name: str, value: Any, words: str) -> None:
    assert value_words(store, name, value) == words


def test_a_payment_that_is_held_says_what_and_why() -> None:
    assert held_words({"type": "TakePayment"}) == "Take a payment"
    assert held_reason("receipt_number_taken") == "Another payment has this receipt's number already."
