"""What pending commands about earnings make of the rows on screen; the server alone writes what was earned."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.finance.earning_commands import AgreeShare, AskPayout, DecidePayout, ReversePayout
from shared.finance.earning_rules import FIRST
from shared.finance.earning_vocabulary import AFFILIATE, PAYOUT, REVENUE_SHARE, PayoutState
from shared.finance.models import instant_of

Body = Mapping[str, Any]


def payout_body(command: Command, asked: AskPayout, by: tuple[str, str] = ("", ""), day: str = "") -> dict[str, Any]:
    """Return the payout that somebody asks for; `by` is who asks."""
    return {
        "id": command.target_id,
        "revision": command.id,
        "payee_kind": str(asked.payee_kind),
        "payee_id": asked.payee_id,
        "amount": asked.amount,
        "currency": asked.currency,
        "state": str(PayoutState.WAITING),
        "reference": "",
        "reason": "",
        "asked_by": by[0],
        "asked_by_name": by[1],
        "decided_by": "",
        "decided_by_name": "",
        "day": day or instant_of(command)[:10],
    }


def _save(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(AFFILIATE, command.target_id) or FIRST
    wanted = {name: change.get("new") for name, change in command.payload["changes"].items()}
    body = {**present, **wanted, "id": command.target_id, "revision": command.id}
    return [Draft(AFFILIATE, command.target_id, body)]


def _agree(command: Command, _read: ReadRow) -> Sequence[Draft]:
    asked = AgreeShare.model_validate(command.payload)
    fields = {"course_id", "person_id", "rate", "from_on"}
    body = {"id": command.target_id, "revision": command.id, **asked.model_dump(include=fields)}
    return [Draft(REVENUE_SHARE, command.target_id, body, asked.course_id)]


def _ask(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = payout_body(command, AskPayout.model_validate(command.payload))
    return [Draft(PAYOUT, body["id"], body, body["payee_id"])]


def _moved(command: Command, read: ReadRow, **more: Any) -> Sequence[Draft]:
    present = read(PAYOUT, command.target_id)
    if present is None:
        return []
    return [Draft(PAYOUT, present["id"], {**present, **more, "revision": command.id}, present["payee_id"])]


def _decide(command: Command, read: ReadRow) -> Sequence[Draft]:
    asked = DecidePayout.model_validate(command.payload)
    state = PayoutState.PAID if asked.paid else PayoutState.REFUSED
    return _moved(command, read, state=str(state), reference=asked.reference.strip(), reason=asked.reason.strip())


def _reverse(command: Command, read: ReadRow) -> Sequence[Draft]:
    asked = ReversePayout.model_validate(command.payload)
    return _moved(command, read, state=str(PayoutState.REVERSED), reason=asked.reason)


def _nothing(_command: Command, _read: ReadRow) -> Sequence[Draft]:
    """Whose code it is, the server finds."""
    return []


PROJECTIONS: dict[str, Projection] = {
    "SaveAffiliate": _save,
    "GiveReferral": _nothing,
    "AgreeShare": _agree,
    "AskPayout": _ask,
    "DecidePayout": _decide,
    "ReversePayout": _reverse,
}
