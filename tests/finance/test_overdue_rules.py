"""What is overdue and what follows: parts by day, reminders by their turn, holds by ground, days and amount."""

from typing import Any

import pytest

from shared.finance.overdue_rules import (
    Part,
    Wanted,
    asked_reminder,
    holds_after,
    open_parts,
    overdue_amount,
    reminder_of,
    wanted_holds,
)
from shared.finance.policy_rules import FIRST, policy_fault, read_days, with_defaults
from shared.learning.holds import HoldOn, held_on, hold_sentence

TODAY = "2026-11-20"


def entry(key: str, amount: int, due_on: str | None = None, **more: Any) -> dict[str, Any]:
    kind = "charge" if amount > 0 else "payment"
    return {
        "id": key, "kind": kind, "amount": amount, "currency": "GHS", "what": key, "due_on": due_on,
        "reverses_id": None, "day": "2026-11-01", "made_at": "2026-11-01T08:00:00.000Z", **more,
    }  # fmt: skip


def part(amount: int, due_on: str | None, **more: Any) -> Part:
    return Part("a", "Tuition", due_on, amount, **more)


def policy(**more: Any) -> Any:
    return with_defaults({"grace_days": 0, **more})


def test_credit_takes_off_what_is_due_first_and_a_plan_says_the_days() -> None:
    entries = [entry("a", 500, "2026-11-10"), entry("b", 300, "2026-10-01"), entry("c", 200), entry("p", -400)]
    found = open_parts(entries, [], {"a": [("2026-11-05", 100), ("2026-12-05", 400)]}, "GHS")
    assert [(one.entry_id, one.due_on, one.amount, one.planned) for one in found] == [
        ("a", "2026-12-05", 400, True), ("c", None, 200, False),
    ]  # fmt: skip
    assert overdue_amount(found, "2026-12-06") == 400
    assert open_parts(entries, [], {}, "NGN") == []


@pytest.mark.parametrize(
    ("due_on", "mark"),
    [("2026-11-30", ""), ("2026-11-27", "2026-11-27-7"), ("2026-11-24", "2026-11-24-7"), ("2026-11-21", "2026-11-21-1"),
     ("2026-11-20", "2026-11-20-1"), ("2026-11-19", "2026-11-19+1"), ("2026-11-14", "2026-11-14+1"),
     ("2026-11-13", "2026-11-13+7"), ("2026-01-01", "2026-01-01+14"), (None, "")],
)  # fmt: skip
def test_each_reminder_has_its_turn_once(due_on: str | None, mark: str) -> None:
    found = reminder_of([part(100, due_on)], policy(), TODAY, ())
    assert (list(found.marks) if found else []) == ([mark] if mark else [])
    assert reminder_of([part(100, due_on)], policy(), TODAY, (mark,)) is None


def test_what_is_late_comes_before_what_is_to_come() -> None:
    parts = [part(100, "2026-11-19", planned=True), part(50, "2026-11-21", planned=True)]
    found = reminder_of(parts, policy(), TODAY, ())
    assert found is not None
    assert (found.late, found.amount, found.kind) == (True, 100, "instalment_overdue")
    assert reminder_of(parts, policy(least_amount=101), TODAY, ()) is None
    assert reminder_of(parts, policy(days_before=[], days_after=[]), TODAY, ()) is None


def test_by_hand_reminds_of_what_is_late_or_comes_next() -> None:
    assert asked_reminder([], TODAY) is None
    late = asked_reminder([part(100, "2026-11-19"), part(50, None)], TODAY)
    assert late is not None
    assert (late.late, late.amount, late.kind) == (True, 100, "payment_overdue")
    coming = asked_reminder([part(100, "2026-12-19"), part(50, None)], TODAY)
    assert coming is not None
    assert (coming.late, coming.amount, coming.kind) == (False, 100, "payment_due")


def rule(what: str = "exam", ground: str = "overdue", days: int = 0, least: int = 0) -> dict[str, Any]:
    return {"what": what, "ground": ground, "days": days, "least": least}


@pytest.mark.parametrize(
    ("days", "grace", "least", "amount"),
    [(0, 0, 0, 150), (4, 0, 0, 150), (5, 0, 0, None), (0, 5, 0, None), (2, 2, 0, 150), (2, 3, 0, None),
     (0, 0, 100, 150), (0, 0, 101, 150), (0, 0, 151, None)],
)  # fmt: skip
def test_a_hold_waits_for_grace_days_and_amount(days: int, grace: int, least: int, amount: int | None) -> None:
    parts = [part(100, "2026-11-15"), part(50, "2026-11-15"), part(900, "2026-12-01")]
    rules = [rule(days=days, least=least)]
    found = wanted_holds(parts, policy(holds=rules, grace_days=grace), TODAY, "GHS")
    assert (found["exam"].amount if found else None) == amount


def test_what_is_owed_holds_too_and_overdue_says_it_better() -> None:
    parts = [part(100, "2026-11-15"), part(900, None)]
    both = [rule(ground="owed"), rule()]
    assert wanted_holds(parts, policy(holds=both[:1]), TODAY, "GHS")["exam"].amount == 1_000
    found = wanted_holds(parts, policy(holds=both), TODAY, "GHS")["exam"]
    assert (found.ground, found.amount) == ("overdue", 100)
    assert wanted_holds(parts[1:], policy(holds=both), TODAY, "GHS")["exam"].ground == "owed"
    assert wanted_holds([], policy(holds=both), TODAY, "GHS") == {}


def hold(what: str = "exam", **more: Any) -> dict[str, Any]:
    return {"what": what, "state": "standing", "amount": 100, "currency": "GHS", "ground": "overdue", "until": None,
            "since": "2026-05-03", **more}  # fmt: skip


WANTED = {"exam": Wanted("exam", "overdue", 100, "GHS")}


def test_holds_are_laid_brought_up_to_date_and_lifted() -> None:
    assert holds_after({}, WANTED, TODAY, spared=False) == ([WANTED["exam"]], [], [])
    assert holds_after({}, WANTED, TODAY, spared=False, lay=False) == ([], [], [])
    assert holds_after({}, WANTED, TODAY, spared=True) == ([], [], [])
    here = hold()
    assert holds_after({"exam": here}, WANTED, TODAY, spared=False) == ([], [], [])
    assert holds_after({"exam": here}, {}, TODAY, spared=False, lay=False) == ([], [], [here])
    assert holds_after({"exam": here}, WANTED, TODAY, spared=True) == ([], [], [here])
    less = hold(amount=120)
    assert holds_after({"exam": less}, WANTED, TODAY, spared=False)[1] == [(less, WANTED["exam"])]


def test_a_hold_lifted_by_hand_comes_back_after_its_day() -> None:
    until = {"exam": hold(state="lifted", until=TODAY)}
    assert holds_after(until, WANTED, TODAY, spared=False) == ([], [], [])
    assert holds_after(until, WANTED, "2026-11-21", spared=False)[0] == [WANTED["exam"]]
    assert holds_after({"exam": hold(state="lifted")}, WANTED, TODAY, spared=False)[0] == [WANTED["exam"]]


def test_one_decision_says_why_something_is_withheld() -> None:
    found = held_on([hold(amount=40_000), hold("certificate", state="lifted")], HoldOn.EXAM)
    assert found is not None
    assert found.code == "payment_hold"
    assert found.sentence.startswith("Held since 3 May 2026: GHS 400.00 overdue. Pay at the cash desk")
    assert held_on([hold("certificate", state="lifted")], HoldOn.CERTIFICATE) is None
    assert "GHS 1.00 not paid yet" in hold_sentence(hold(ground="owed"))


@pytest.mark.parametrize(
    "bad",
    [{"days_before": [-1]}, {"days_after": [0]}, {"days_after": [1, 1]}, {"days_after": [366]}, {"days_before": "7"},
     {"days_before": [True]}, {"channels": ["pigeon"]}, {"channels": ["sms", "sms"]}, {"grace_days": -1},
     {"grace_days": 1.5}, {"least_amount": -1}, {"automatic": 1}, {"holds": [{}]}, {"holds": "no"},
     {"holds": [rule("library")]}, {"holds": [rule(ground="rumour")]}, {"holds": [rule(days=-1)]},
     {"holds": [rule(least=-1)]}, {"holds": [rule(), rule(days=3)]}, {"holds": [rule(f"{n}") for n in range(13)]},
     {"colour": "red"}, {"days_before": list(range(11))}],
)  # fmt: skip
def test_settings_that_cant_be(bad: dict[str, Any]) -> None:
    assert policy_fault(bad)


def test_settings_that_can_be() -> None:
    rules = [rule("exam"), rule("exam", "owed"), rule("equipment", days=365)]
    assert policy_fault({**FIRST, "holds": rules, "days_before": [0], "days_after": [365]}) is None
    assert read_days("1, 7;14,") == [14, 7, 1]
    assert read_days("") == []
    assert read_days("7 days") is None
