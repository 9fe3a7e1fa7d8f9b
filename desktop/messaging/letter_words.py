"""Letters in words: what became of them, how they go, and what they cost."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shared.core.text import plural, text
from shared.messaging.letter_words import DeliveryState

_TONES = {
    DeliveryState.QUEUED: "info",
    DeliveryState.SENDING: "info",
    DeliveryState.SENT: "ok",
    DeliveryState.DELIVERED: "ok",
    DeliveryState.FAILED: "bad",
    DeliveryState.UNKNOWN: "warn",
}
_COST_PLACES = 10_000


def state_words() -> dict[str, str]:
    """Return what each state is called."""
    state = DeliveryState
    return {
        state.QUEUED: text("Waiting"),
        state.SENDING: text("Being sent"),
        state.SENT: text("Sent"),
        state.DELIVERED: text("Delivered"),
        state.FAILED: text("Failed"),
        state.UNKNOWN: text("Maybe sent"),
        state.SUPPRESSED: text("Not sent"),
        state.CANCELLED: text("Taken back"),
    }


def state_tone(state: str) -> str:
    """Return the tone of a state."""
    return _TONES.get(DeliveryState(state), "neu")


def channel_words() -> dict[str, str]:
    """Return what each way is called."""
    return {"mail": text("Mail"), "sms": text("SMS")}


def cost_words(letter: Mapping[str, Any]) -> str:
    """Return the parts and the cost of an SMS, "" for what has none."""
    if not letter["parts"]:
        return ""
    parts = plural("{n} part", "{n} parts", letter["parts"])
    if not letter["cost"]:
        return parts
    cost = Decimal(letter["cost"]) / _COST_PLACES
    return text("{parts}, {currency} {cost}", parts=parts, currency=letter["currency"], cost=f"{cost:.4f}")


def size_words(size: Mapping[str, Any]) -> str:
    """Return how long an SMS is, and what makes it long."""
    parts = plural("{n} part", "{n} parts", size["parts"])
    words = text("{parts}, {left} more characters fit into the last one.", parts=parts, left=size["left"])
    if size["parts_first"] > size["parts"]:
        words += " " + text(
            "The first to a number takes {n}: the provider adds how to get no more.", n=size["parts_first"]
        )
    if size["wide"]:
        characters = " ".join(size["wide"])
        words += " " + text(
            "These characters make each part hold 67 instead of 153: {characters}", characters=characters
        )
    return words
