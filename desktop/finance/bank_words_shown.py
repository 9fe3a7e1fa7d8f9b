"""The words of reconciliation on screen: where money is told of, where a row stands, why two may belong together."""

from desktop.finance import bank_store as store
from desktop.finance.bank_store import MoneyRow
from desktop.widgets.columns import Cell
from shared.core.text import text
from shared.finance.bank_words import MatchState
from shared.finance.match_hints import Hint


def source_word(source: str) -> str:
    """Return where money is told of."""
    words = {
        store.BANK: text("Bank"),
        store.GATEWAY: text("Gateway"),
        store.DESK_MONEY: text("Cash desk"),
        store.TRANSFER: text("Transfer"),
        store.CASH: text("Cash banked"),
        store.BACK: text("Paid back"),
    }
    return words[source]


def state_cell(row: MoneyRow) -> Cell:
    """Return where a row stands, as a badge."""
    if any(one["state"] == MatchState.WAITING for one in row.matches):
        return Cell(text("Goes back?"), "warn", "hourglass")
    fixed = {
        store.ASIDE: Cell(text("Set aside"), "neu", "x"),
        store.PROOF: Cell(text("To approve"), "warn", "hourglass"),
        store.MATCHED: Cell(text("Matched"), "ok", "check"),
    }
    if row.part in fixed:
        return fixed[row.part]
    if row.part == store.WAITING:
        if row.is_unconfirmed:
            return Cell(text("Not confirmed"), "warn", "hourglass")
        return Cell(text("No statement"), "neu", "circle-dashed")
    if row.body["problem"]:
        return Cell(text("Look at this"), "bad", "circle-alert")
    if row.left != row.amount:
        return Cell(text("Partly placed"), "info", "circle-dashed")
    return Cell(text("To explain"), "info", "circle-dashed")


def reasons_words(hint: Hint) -> str:
    """Return what two have in common: `Reference, amount, day`."""
    words = {
        "reference": text("reference"),
        "amount": text("amount"),
        "number": text("student number"),
        "name": text("name"),
        "day": text("day"),
    }
    found = ", ".join(words[one] for one in hint.reasons)
    return found[:1].upper() + found[1:]
