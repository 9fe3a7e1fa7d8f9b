"""What a payment gateway is asked and tells, the same for all of them; amounts are minor units."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from shared.core.money import MOST_MINOR
from shared.finance.mobile_rules import Step


class Stands(StrEnum):
    """Where a payment or a refund stands at the gateway; what isn't known to us is still under way."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


LONGEST, CLAIM_FIELDS = 256, 13
"""So long is a field that a gateway keeps for us, and so many hold our signed words: Razorpay keeps fifteen in all."""


@dataclass(frozen=True)
class Start:
    """A payment to be begun. `reference` is ours, unique, and kept before anything is sent."""

    reference: str
    amount: int
    currency: str
    email: str
    return_url: str
    title: str = ""
    claim: str = ""
    """Signed words of ours that the gateway keeps with the payment and gives back."""

    def kept(self) -> dict[str, str]:
        """Return what the gateway keeps for us, in fields that are short enough."""
        parts = [self.claim[at : at + LONGEST] for at in range(0, len(self.claim), LONGEST)] or [""]
        return {"title": self.title[:100], **{_claim_field(at): part for at, part in enumerate(parts)}}


@dataclass(frozen=True)
class Started:
    """A payment that the gateway knows: the page where it is paid, and what the gateway calls it."""

    url: str
    gateway_id: str


@dataclass(frozen=True)
class PaymentTold:
    """A payment as the gateway has it. `amount` is what counts for the payer's debt, without the gateway's fees."""

    reference: str
    gateway_id: str
    stands: Stands
    amount: int
    currency: str
    live: bool
    payment_id: str = ""
    channel: str = ""
    fees: int = 0
    paid_at: str = ""
    word: str = ""
    """The gateway's own word for where it stands."""
    reason: str = ""
    """Why it failed, in the gateway's words."""
    claim: str = ""
    """What the gateway gives back of the signed words that went with it."""


@dataclass(frozen=True)
class Phone:
    """Where mobile money is asked for: a number as `+233551234987`, and the network's code at the gateway."""

    number: str = field(repr=False)
    network: str

    @property
    def end(self) -> str:
        """The last three digits, by which its owner knows it."""
        return self.number[-3:]


@dataclass(frozen=True)
class Network:
    """A network of mobile money, by the gateway's code."""

    code: str
    name: str


@dataclass(frozen=True)
class Prompted:
    """How a prompt stands: what its payer does next, and the network's own words for it."""

    stands: Stands
    step: Step = Step.NONE
    said: str = ""


@dataclass(frozen=True)
class RefundTold:
    """A refund as the gateway has it; `own_id` is ours where the gateway keeps it."""

    gateway_id: str
    stands: Stands
    amount: int
    own_id: str = ""
    word: str = ""


@dataclass(frozen=True)
class Event:
    """What a webhook is about, and the key by which it is taken once. Its amounts are never believed."""

    key: str
    name: str
    reference: str = ""
    gateway_id: str = ""
    payment_id: str = ""
    live: bool = True


class GatewayError(Exception):
    """The gateway refused (`known`: nothing happened there), or gave no usable answer (whatever was asked may be)."""

    def __init__(self, code: str, reason: str = "", *, known: bool = False) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason, self.known = code, reason, known


class BadSignatureError(Exception):
    """A webhook that the gateway didn't sign, or that was altered on its way."""


class MobileMoney(Protocol):
    """Prompts on phones. Every method may raise GatewayError; a prompt is settled by `Gateway.ask` alone."""

    def networks(self, currency: str) -> list[Network]:
        """Return the networks that pay in a currency."""

    def prompt(self, wanted: Start, phone: Phone) -> Prompted:
        """Ask for money on a phone. Never repeated: a reference that is known raises `already_begun`."""

    def give_code(self, reference: str, code: str) -> Prompted:
        """Hand on the code that a network gave its customer."""

    def stands(self, reference: str) -> Prompted | None:
        """Return how a prompt stands; None where it isn't known there."""


class Gateway(Protocol):
    """One provider's interface. Every method but `event` may raise GatewayError."""

    name: str
    live: bool

    @property
    def mobile(self) -> MobileMoney | None:
        """What asks for mobile money; None where this gateway doesn't."""

    def start(self, wanted: Start) -> Started:
        """Make the payment known; repeating it with the same reference gives what was made before, if it still can."""

    def ask(self, reference: str, gateway_id: str) -> PaymentTold | None:
        """Return how a payment stands, or None where the gateway doesn't know it."""

    def listed(self, since: str) -> Iterator[PaymentTold]:
        """Return all payments begun since an instant, page by page."""

    def refund(self, paid: PaymentTold, amount: int, currency: str, own_id: str, note: str) -> RefundTold:
        """Send money back."""

    def refunds(self, paid: PaymentTold) -> list[RefundTold]:
        """Return the refunds of a payment."""

    def event(self, headers: Mapping[str, str], body: bytes) -> Event:
        """Return what a webhook says; raises BadSignatureError."""

    def close(self) -> None:
        """Let connections go."""


def whole(told: object, *, least: int = 0) -> int:
    """Return an amount that came as a number or as digits; raises GatewayError for anything else, floats included."""
    value = told
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(MOST_MINOR)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST_MINOR:
        raise GatewayError("answer_unreadable", "an amount that is none")
    return value


def part(told: object, name: str) -> Mapping[str, Any]:
    """Return an object inside an answer; raises GatewayError where it is something else."""
    found = told.get(name) if isinstance(told, Mapping) else None
    if not isinstance(found, Mapping):
        raise GatewayError("answer_unreadable", f"no {name}")
    return found


def word(told: Mapping[str, Any], name: str, longest: int = 120) -> str:
    """Return a text or a number inside an answer as text, cut; empty where there is none."""
    value = told.get(name)
    return str(value)[:longest] if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def claim_in(kept: object) -> str:
    """Return our signed words out of what a gateway kept for us; without any, Razorpay's are an empty list."""
    if not isinstance(kept, dict):
        return ""
    return "".join(word(kept, _claim_field(at), LONGEST) for at in range(CLAIM_FIELDS))


def _claim_field(at: int) -> str:
    return f"claim_{at + 1}" if at else "claim"


@dataclass(frozen=True)
class GatewayKeys:
    """An institute's account at a gateway. `older_webhook_secret` is accepted for a day after a change."""

    key_id: str = ""
    secret: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    older_webhook_secret: str = field(default="", repr=False)
