"""What goes back by a rule on a day: steps by the first day of the class, discounts first, and rules that can't be."""

from typing import Any

import pytest

from shared.finance.refund_rules import FIRST, cancelling, percent_on, refund_rule_id, rule_fault, rule_for

STEPS = [{"until": -7, "percent": 100}, {"until": 14, "percent": 50}]
RULE: dict[str, Any] = {**FIRST, "steps": STEPS, "fee": 30}


@pytest.mark.parametrize(
    ("day", "percent"),
    [("2026-10-01", 100), ("2026-10-25", 100), ("2026-10-26", 50), ("2026-11-01", 50), ("2026-11-15", 50),
     ("2026-11-16", 0)],
)  # fmt: skip
def test_the_share_falls_by_the_day(day: str, percent: int) -> None:
    assert percent_on(RULE, "2026-11-01", day) == percent
    assert percent_on(FIRST, "2026-11-01", day) == 0


def entry(key: str, amount: int, kind: str = "charge", **more: Any) -> dict[str, Any]:
    return {
        "id": key, "kind": kind, "amount": amount, "currency": "GHS", "what": key, "enrolment_id": "e",
        "charge_kind": "tuition",
        "reverses_id": None, "made_at": key, "day": "2026-10-01", **more,
    }  # fmt: skip


def pays(one: str, other: str, amount: int) -> dict[str, Any]:
    return {"entry_id": one, "charge_id": other, "amount": amount}


def test_discounts_come_off_before_and_odd_parts_stay_whole() -> None:
    entries = [
        entry("a", 1_001), entry("b", 50), entry("d", -100, "discount"), entry("p", -500, "payment"),
        entry("gone", 70), entry("back", -70, "reversal", reverses_id="gone"), entry("x", 9, currency="NGN"),
        entry("other", 400, enrolment_id="f"),
    ]  # fmt: skip
    allocations = [pays("d", "a", 100), pays("p", "a", 500)]
    found = cancelling(RULE, "e", "2026-11-01", "2026-11-05", entries, allocations)
    assert found is not None
    told = [(one.charge["id"], [two["id"] for two in one.reductions], one.net, one.kept) for one in found.taken]
    assert told == [("a", ["d"], 901, 450), ("b", [], 50, 25)]
    assert (found.reversed + sum(one.kept for one in found.taken), found.fee) == (951, 30)
    late = cancelling(RULE, "e", "2026-11-01", "2026-12-05", entries, allocations)
    assert late is not None
    assert (list(late.taken), late.reversed, late.fee) == ([], 0, 30)
    period = [entry("month", 500, charge_kind="subscription")]
    assert cancelling(RULE, "e", "2026-11-01", "2026-11-05", period, []) is None
    assert cancelling(RULE, "nobody", "2026-11-01", "2026-11-05", entries, allocations) is None


def test_a_course_has_its_own_rule_or_the_institutes() -> None:
    own, all_, old = {**RULE, "course_id": "c"}, RULE, {**RULE, "course_id": "d", "state": "retired"}
    assert rule_for([all_, own, old], "c") is own
    assert rule_for([all_, own, old], "d") is all_
    assert rule_for([own, old], "d") is None
    assert refund_rule_id("c") != refund_rule_id("d")


@pytest.mark.parametrize(
    "bad",
    [{"steps": [{"until": 1, "percent": 101}]}, {"steps": [{"until": 1, "percent": -1}]}, {"steps": [{"until": 1}]},
     {"steps": [{"until": 5, "percent": 50}, {"until": 1, "percent": 50}]}, {"steps": "all"}, {"steps": [1]},
     {"steps": [{"until": 1, "percent": 1}, {"until": 1, "percent": 2}]}, {"steps": [{"until": 9_999, "percent": 1}]},
     {"steps": [{"until": n, "percent": 1} for n in range(11)]}, {"fee": -1}, {"fee": 1.5}, {"pays_back": 1},
     {"state": "asleep"}, {"course_id": 7}, {"colour": "red"}],
)  # fmt: skip
def test_rules_that_cant_be(bad: dict[str, Any]) -> None:
    assert rule_fault({**RULE, **bad})
    assert rule_fault(RULE) is None
