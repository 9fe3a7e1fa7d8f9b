"""The named steps at which a crash is tried: a callable handed in is told each one as it is reached."""

from collections.abc import Callable

Step = Callable[[str], None]

COMMIT_BEGUN = "commit: begun"
COMMIT_ROWS = "commit: outbox and drafts written"
COMMIT_JOURNALLED = "commit: journal synced"
COMMIT_DONE = "commit: committed"
SEND_MARKED = "exchange: commands marked as sent"
EXCHANGE_ANSWERED = "exchange: answer received"
SETTLE_BEGUN = "settle: begun"
SETTLE_OUTCOMES = "settle: outcomes written"
SETTLE_CHANGES = "settle: changes written"
SETTLE_CURSOR = "settle: cursor written"
SETTLE_DONE = "settle: committed"
JOURNAL_REWRITTEN = "journal: new file written"
JOURNAL_REPLACED = "journal: new file in place"
KEYS_WRITTEN = "keys: new file written"
KEYS_REPLACED = "keys: new file in place"

STEPS = (
    COMMIT_BEGUN,
    COMMIT_ROWS,
    COMMIT_JOURNALLED,
    COMMIT_DONE,
    SEND_MARKED,
    EXCHANGE_ANSWERED,
    SETTLE_BEGUN,
    SETTLE_OUTCOMES,
    SETTLE_CHANGES,
    SETTLE_CURSOR,
    SETTLE_DONE,
    JOURNAL_REWRITTEN,
    JOURNAL_REPLACED,
    KEYS_WRITTEN,
    KEYS_REPLACED,
)


def no_step(_name: str) -> None:
    """Do nothing, as the product does at every step."""
