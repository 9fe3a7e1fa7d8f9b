"""The words of letters: the ways they go, what becomes of them, and what they are about."""

from enum import StrEnum

from shared.core.text import text

MANAGE = "messages.manage"
"""The permission of those who see deliveries and write templates."""


class LetterChannel(StrEnum):
    """By what way a letter goes."""

    MAIL = "mail"
    SMS = "sms"
    NOTICE = "notice"


class DeliveryState(StrEnum):
    """What has become of a letter."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


SETTLED = frozenset(
    {
        DeliveryState.SENT,
        DeliveryState.DELIVERED,
        DeliveryState.FAILED,
        DeliveryState.UNKNOWN,
        DeliveryState.SUPPRESSED,
        DeliveryState.CANCELLED,
    }
)
"""Nothing goes out any more by itself."""


class LetterCategory(StrEnum):
    """What a letter is about; people switch categories off, but for sign-in."""

    SIGN_IN = "sign_in"
    ASSIGNMENTS = "assignments"
    PAYMENTS = "payments"
    REMINDERS = "reminders"
    ANNOUNCEMENTS = "announcements"
    GENERAL = "general"


def attached_words(attached: str) -> str:
    """Return the sentence about a paper that goes with a letter; `attached` is what the letter keeps of it, or ""."""
    words = {
        "statement": text("The statement of account goes with it as a PDF."),
        "receipt": text("The receipt goes with it as a PDF."),
    }
    return words.get(attached.partition(":")[0], "")
