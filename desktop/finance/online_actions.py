"""What is asked of the server about payments through gateways and the accounts there; calls need a worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.server_asking import client_of, read_anew
from desktop.finance.account_store import ledger_of, open_charges
from shared.core.errors import CampusError
from shared.core.money import money_text, parse_amount
from shared.core.text import text
from shared.finance.ledger_rules import oldest_first
from shared.finance.mobile_rules import step_words
from shared.finance.online_rules import CURRENCIES_OF
from shared.finance.permissions import may_begin_online
from shared.finance.vocabulary import Method, PaymentState
from shared.people.vocabulary import PERSON

_PAYMENTS, _ACCOUNTS = "/api/v1/online-payments", "/api/v1/gateway-accounts"
Body = dict[str, Any]


@dataclass(frozen=True)
class Owed:
    """A charge that can be paid: what it is for, when it is due, and what is still owed of it in minor units."""

    id: str
    what: str
    due_on: str | None
    amount: int


def _client(desk: Desk) -> ApiClient:
    return client_of(desk, text("Paying online needs the network. Connect to the server first."))


def _read(desk: Desk, path: str) -> Any:
    return read_anew(_client(desk), path)["data"]


def _write(desk: Desk, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = "") -> Any:
    return _client(desk).write(method, path, dict(body or {}), key or desk.ids())["data"]


def owed(desk: Desk, person_id: str, currency: str = "") -> tuple[str, list[Owed]]:
    """Return the currency of a student's ledger (or `currency`), and what is owed in it, the longest due first."""
    ledger = ledger_of(desk, person_id, currency)
    charges = oldest_first(open_charges(desk, person_id, ledger.currency))
    left = ledger.account.open
    # What came by sync between the two reads is shown the next time.
    found = [Owed(one["id"], str(one["what"]), one["due_on"], left[one["id"]]) for one in charges if one["id"] in left]
    return ledger.currency, found


def may_pay(desk: Desk, person_id: str) -> bool:
    """Tell whether this person pays online for a student: for oneself, or at the desk."""
    return may_begin_online(desk.actor, person_id)


def ways(desk: Desk, currency: str) -> list[Body]:
    """Return the gateways through which the institute takes money of a currency."""
    found: list[Body] = _read(desk, f"{_PAYMENTS}/ways")
    return [one for one in found if currency in CURRENCIES_OF[Method(one["gateway"])]]


def networks(desk: Desk, currency: str) -> list[Body]:
    """Return the networks of mobile money through which the institute takes a currency."""
    found: list[Body] = _read(desk, f"{_PAYMENTS}/networks?currency={currency}")
    return found


def phone_of(desk: Desk, person_id: str) -> str:
    """Return the phone number that someone's profile names; empty where it names none."""
    return str((desk.store.get(PERSON, person_id) or {}).get("phone") or "")


def give_code(desk: Desk, payment_id: str, code: str) -> Body:
    """Hand on the code that a network gave its customer. Raises CampusError `code_missing` for none."""
    if not code:
        raise CampusError("code_missing", text("Enter the code that the network gave."))
    told: Body = _write(desk, "POST", f"{_PAYMENTS}/{payment_id}/code", {"code": code})
    return told


def wanted(person_id: str, gateway: str, typed: str, currency: str, chosen: Sequence[Owed]) -> Body:
    """Return what is asked for: an amount as it was typed, for charges in their order.

    Raises CampusError for an amount that is none, and `amount_missing` for nothing.
    """
    amount = parse_amount(typed, currency)
    if amount < 1:
        raise CampusError("amount_missing", text("Enter an amount above zero."))
    shares, left = [], amount
    for one in chosen:
        part = min(left, one.amount)
        if part:
            shares.append({"entry_id": one.id, "amount": part})
            left -= part
    place = {"person_id": person_id, "gateway": gateway, "amount": amount, "currency": currency}
    return {**place, "goes_to": shares}


def begin(desk: Desk, asked: Body, key: str) -> Body:
    """Begin a payment; asked again with the same key it is the same one."""
    told: Body = _write(desk, "POST", _PAYMENTS, asked, key)
    return told


def ask(desk: Desk, payment_id: str) -> Body:
    """Let the server ask the gateway how a payment stands."""
    told: Body = _write(desk, "POST", f"{_PAYMENTS}/{payment_id}/ask")
    return told


def is_settled(payment: Mapping[str, Any]) -> bool:
    """Tell whether nothing more is to be waited for."""
    open_ = {PaymentState.PENDING, PaymentState.UNKNOWN, PaymentState.PROCESSING}
    return payment["state"] not in open_ or bool(payment["problem"])


def state_words(payment: Mapping[str, Any]) -> tuple[str, str]:
    """Return how a payment stands, as a sentence and its tone."""
    amount = money_text(payment["amount"], payment["currency"])
    if payment["problem"]:
        return text("{problem} The office looks at it.", problem=payment["problem"]), "warn"
    match PaymentState(payment["state"]):
        case PaymentState.COMPLETED | PaymentState.PARTLY_REFUNDED | PaymentState.REFUNDED:
            number = payment["receipt_number"]
            return text("{amount} was paid. The receipt is {number}.", amount=amount, number=number), "ok"
        case PaymentState.FAILED if payment["said"]:
            return text("The network refused: {why} Nothing was taken.", why=_sentence(payment["said"])), "bad"
        case PaymentState.FAILED | PaymentState.VOIDED:
            return text("This payment didn't come about. Nothing was taken. Start again."), "bad"
        case PaymentState.PENDING | PaymentState.UNKNOWN | PaymentState.PROCESSING if payment["step"]:
            return step_words(payment["step"], payment["phone_end"], payment["said"]), "text2"
        case PaymentState.UNKNOWN if payment["channel"]:
            words = text(
                "Nobody knows yet whether the phone paid. Campusdesk goes on asking; look again before you retry."
            )
            return words, "warn"
        case PaymentState.UNKNOWN if not payment["url"]:
            words = text("The gateway's answer got lost. Campusdesk asks it again; start again in a minute.")
            return words, "warn"
    return text("{amount} waits to be paid in the browser.", amount=amount), "text2"


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def may_ask_again(payment: Mapping[str, Any]) -> bool:
    """Tell whether another payment can be begun: not while a phone rings, nor where somebody has to look."""
    rings = payment["state"] == PaymentState.PENDING and bool(payment["channel"])
    return payment["state"] != PaymentState.COMPLETED and not payment["problem"] and not rings


def accounts(desk: Desk) -> list[Body]:
    """Return the institute's accounts at gateways."""
    found: list[Body] = _read(desk, _ACCOUNTS)
    return found


def save_account(desk: Desk, gateway: str, keys: Mapping[str, str]) -> Body:
    """Keep the keys of an account; empty ones stay as they are."""
    told: Body = _write(desk, "PUT", f"{_ACCOUNTS}/{gateway}", keys)
    return told


def remove_account(desk: Desk, gateway: str) -> Body:
    """Forget the keys of an account."""
    told: Body = _write(desk, "DELETE", f"{_ACCOUNTS}/{gateway}")
    return told


def webhook_address(desk: Desk, gateway: str) -> str:
    """Return a new address for a gateway's events; the one before is good no longer."""
    told: Body = _write(desk, "POST", f"{_ACCOUNTS}/{gateway}/webhook-path")
    return str(told["address"])
