"""Variants of the product with one rule of money taken out each; by story, the one that finds it."""

from collections.abc import Callable
from typing import Any

import pytest

from server.core.batch import rejected
from server.finance import (
    confirm_service,
    credit_service,
    discount_service,
    fee_service,
    money_came,
    receipt_requests,
    receipt_service,
    shift_service,
    till_service,
)
from shared.finance import plan_rules, shift_rules

Breaking = Callable[[pytest.MonkeyPatch], None]


def _allocations_as_asked(patch: pytest.MonkeyPatch) -> None:
    """A payment pays what its till wanted, whatever is still owed."""
    patch.setattr(money_came, "clipped", lambda wanted, _open, _most: list(wanted))


def _counts_by_the_server_alone(patch: pytest.MonkeyPatch) -> None:
    """What a drawer ought to hold forgets the float."""
    right = shift_service.drawer_of
    patch.setattr(shift_service, "drawer_of", lambda db, o, shift: right(db, o, {**shift, "opening_float": 0}))


def _voided_in_both(patch: pytest.MonkeyPatch) -> None:
    """A voided receipt's cash is taken off its own drawer, wherever it went back."""
    patch.setattr(shift_rules.Taken, "kept", property(lambda self: () if self.voided else self.tenders))


def _no_second_person(patch: pytest.MonkeyPatch) -> None:
    """Whoever asked may decide."""
    patch.setattr(receipt_requests, "decide_fault", lambda *_: None)


def _refunds_unbounded(patch: pytest.MonkeyPatch) -> None:
    """Whatever was asked for before doesn't count."""
    patch.setattr(receipt_requests, "ask_fault", lambda *_: None)


def _refused_money_stays(patch: pytest.MonkeyPatch) -> None:
    """A payment whose money never came keeps its entries."""
    patch.setattr(confirm_service, "reverse", lambda *_: [])


def _moved_without_reversal(patch: pytest.MonkeyPatch) -> None:
    """Money is booked where it belongs and stays where it was."""
    patch.setattr(credit_service, "reverse", lambda *_: [])


def _discounts_for_all(patch: pytest.MonkeyPatch) -> None:
    """A discount is given as often as it is asked for."""
    right = discount_service.refused

    def wrong(*given: Any) -> Any:
        fault = right(*given)
        return None if fault is not None and fault.code == "discount_used_up" else fault

    patch.setattr(discount_service, "refused", wrong)


def _plans_as_saved(patch: pytest.MonkeyPatch) -> None:
    """Instalments stay what they were when their charges come to less."""
    patch.setattr(plan_rules, "fitted", lambda parts, _total: tuple(parts))


def _fees_forgotten(patch: pytest.MonkeyPatch) -> None:
    """An enrolment begins and nobody is charged."""
    patch.setattr(fee_service, "add_charges", lambda *_: None)


def _unknown_tills_wait(patch: pytest.MonkeyPatch) -> None:
    """A certificate doesn't bring a till back."""
    patch.setattr(receipt_service, "recovered", lambda *_: {})


def _one_series_for_all(patch: pytest.MonkeyPatch) -> None:
    """Each new till goes on with the code of the one before."""
    patch.setattr(till_service, "series_code", lambda _series: "A2")


def _second_number_refused(patch: pytest.MonkeyPatch) -> None:
    """A number that was given before is refused."""
    patch.setattr(receipt_service, "_given_twice", lambda item: rejected(item, "receipt_number_taken", "Taken."))


BREAKS: dict[str, Breaking] = {
    "two_tills_offline": _allocations_as_asked,
    "a_week_without_network": _counts_by_the_server_alone,
    "voided_out_of_another_drawer": _voided_in_both,
    "asked_and_decided_by_one": _no_second_person,
    "refunded_at_two_desks": _refunds_unbounded,
    "money_that_never_came": _refused_money_stays,
    "moved_while_it_is_used": _moved_without_reversal,
    "the_last_discount": _discounts_for_all,
    "planned_and_reduced": _plans_as_saved,
    "enrolled_at_two_desks": _fees_forgotten,
    "a_backup_in_the_middle": _unknown_tills_wait,
    "a_wiped_till": _one_series_for_all,
    "a_cloned_till": _second_number_refused,
}
