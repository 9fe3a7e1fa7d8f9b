"""The lines of the sync page for earnings, and how their rows are listed."""

from desktop.core.area import KindSpec, Line
from shared.core.command import Command
from shared.core.money import money_text
from shared.core.projection import ReadRow
from shared.core.text import text
from shared.finance.earning_commands import PAYLOADS
from shared.finance.earning_projections import PROJECTIONS
from shared.finance.earning_vocabulary import AFFILIATE, EARNING, PAYOUT, REFERRAL, REVENUE_SHARE
from shared.people.rules import fold

__all__ = ["KINDS", "LINES", "PROJECTIONS", "TYPE_VERSIONS"]
_PAYEE = {"payee_id": lambda body: body.get("payee_id"), "payee_kind": lambda body: body.get("payee_kind")}
_PERSON = {"person_id": lambda body: body.get("person_id")}
KINDS = {
    AFFILIATE: KindSpec(sort_text=lambda body: fold(str(body.get("name") or ""))),
    REFERRAL: KindSpec(keys={**_PERSON, "affiliate_id": lambda body: body.get("affiliate_id")}),
    REVENUE_SHARE: KindSpec(sort_text=lambda body: str(body.get("from_on") or ""), keys=_PERSON),
    EARNING: KindSpec(sort_text=lambda body: str(body.get("made_at") or ""), keys=_PAYEE),
    PAYOUT: KindSpec(sort_text=lambda body: str(body.get("day") or ""), keys=_PAYEE),
}
TYPE_VERSIONS = dict.fromkeys(PAYLOADS, 1)


def _kept(command: Command, read: ReadRow) -> str:
    named = command.payload["changes"].get("name", {}).get("new")
    before = read(AFFILIATE, command.target_id) or {}
    return text("Kept the affiliate {name}", name=named or before.get("name", ""))


def _asked(command: Command, _read: ReadRow) -> str:
    return text(
        "Asked for a payout of {amount}", amount=money_text(command.payload["amount"], command.payload["currency"])
    )


def _decided(command: Command, _read: ReadRow) -> str:
    if not command.payload["paid"]:
        return text("Refused a payout")
    return text("Paid out, {reference}", reference=command.payload.get("reference", ""))


LINES: dict[str, Line] = {
    "SaveAffiliate": _kept,
    "GiveReferral": lambda command, _read: text("Gave the code {code}", code=command.payload["code"]),
    "AgreeShare": lambda _command, _read: text("Agreed on an instructor's share"),
    "AskPayout": _asked,
    "DecidePayout": _decided,
    "ReversePayout": lambda _command, _read: text("Took a payout back"),
}
