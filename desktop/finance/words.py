"""The words of ledgers on the desktop: those of both sides, and what charges are for."""

from shared.core.text import text
from shared.finance import entry_words
from shared.finance.vocabulary import ChargeKind

method_word = entry_words.method_word
methods_words = entry_words.methods_words
entry_title = entry_words.entry_title
entry_document = entry_words.entry_document
entry_day = entry_words.entry_day


def charge_kind_word(kind: str) -> str:
    """Return what a charge is for."""
    words: dict[str, str] = {
        ChargeKind.APPLICATION_FEE: text("Application fee"),
        ChargeKind.TUITION: text("Tuition"),
        ChargeKind.INSTALMENT: text("Instalment"),
        ChargeKind.SUBSCRIPTION: text("Subscription"),
        ChargeKind.OTHER: text("Other fee"),
    }
    return words.get(kind, kind)
