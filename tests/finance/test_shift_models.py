"""What pending commands of the drawer make of rows on screen, also where what they are about isn't here."""

from typing import Any

import pytest

from shared.core.command import Command
from shared.core.ids import derived_id
from shared.finance.receipt_code import is_certified_by
from shared.finance.shift_models import PROJECTIONS
from shared.finance.vocabulary import REQUEST
from tests.finance.receipt_keys import INSTITUTE_KEY, PUBLIC, certificate, verify

REQUEST_ID = derived_id("request", "1")


def _command(kind: str, payload: dict[str, Any]) -> Command:
    return Command(
        id=derived_id("command", kind), device_id=REQUEST_ID, install_epoch=1, device_seq=1, type=kind, type_version=1,
        target_id=REQUEST_ID, base=None, payload=payload, observed_at="2026-11-20T08:00:00.000Z",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("CloseShift", {"counted": 1, "closed_at": "2026-11-20T08:00:00.000Z"}),
        ("AskVoid", {"receipt_id": REQUEST_ID, "reason": "Wrong"}),
        ("AskRefund", {"payment_id": REQUEST_ID, "reason": "Wrong"}),
        ("DecideRequest", {"approved": True}),
        ("WithdrawRequest", {}),
    ],
)
def test_what_is_about_nothing_here_shows_nothing(kind: str, payload: dict[str, Any]) -> None:
    assert PROJECTIONS[kind](_command(kind, payload), lambda _kind, _id: None) == []


@pytest.mark.parametrize(("approved", "state"), [(True, "approved"), (False, "refused")])
def test_a_decision_shows_at_once(approved: bool, state: str) -> None:
    row = {"id": REQUEST_ID, "payment_id": "p", "state": "waiting"}
    payload = {"approved": approved, "reason": " Yes ", "author_id": "b", "author_name": "Efua"}
    (draft,) = PROJECTIONS["DecideRequest"](_command("DecideRequest", payload), lambda _kind, _id: row)
    assert draft.kind == REQUEST
    assert draft.body is not None
    assert (draft.body["state"], draft.body["decided_by_name"], draft.body["decided_reason"]) == (state, "Efua", "Yes")


def test_a_certificate_is_the_institutes() -> None:
    made = certificate()
    assert is_certified_by(made, PUBLIC, verify)
    assert not is_certified_by(made, INSTITUTE_KEY.public_key().public_bytes_raw()[::-1], verify)
    assert not is_certified_by(made[:-8], PUBLIC, verify)
    assert not is_certified_by("not base 32!", PUBLIC, verify)
