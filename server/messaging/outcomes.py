"""What came of trying to send one letter, whatever way it went."""

from dataclasses import dataclass
from enum import StrEnum


class Came(StrEnum):
    """What came of an attempt."""

    SENT = "sent"
    FAILED = "failed"
    RETRY = "retry"
    UNKNOWN = "unknown"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt to send.

    `code` is a stable word, `reason` a sentence for the office. UNKNOWN: it may have gone out, so nobody tries again.
    STOPPED: nothing goes this way until someone puts it right. `block`: nothing may go to this address any more.
    `away`: the provider itself can't be reached. `wait_seconds` is what the provider asked for; `cost` is in
    ten-thousandths of `currency`.
    """

    came: Came
    code: str = ""
    reason: str = ""
    provider_id: str | None = None
    parts: int = 0
    cost: int = 0
    currency: str = ""
    wait_seconds: float = 0.0
    block: str = ""
    away: bool = False
