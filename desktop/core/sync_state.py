"""The state of sync as the pill in the top bar shows it, and its sentence."""

from dataclasses import dataclass
from enum import StrEnum

from shared.core.text import plural, text


class Phase(StrEnum):
    """What syncing is doing, the ones that need a person last."""

    IDLE = "idle"
    SENDING = "sending"
    OFFLINE = "offline"
    SIGNED_OUT = "signed_out"
    UPDATE_NEEDED = "update_needed"
    CERTIFICATE_CHANGED = "certificate_changed"


@dataclass(frozen=True)
class SyncState:
    """What the pill and the sync page show. `sentence` says why, where something is wrong; `tone` is a state tone.

    `waiting` are changes, `files` those that aren't at the server yet.
    """

    phase: Phase = Phase.IDLE
    waiting: int = 0
    decisions: int = 0
    sentence: str = ""
    last_sync: str | None = None
    retry_in: float | None = None
    files: int = 0

    @property
    def label(self) -> str:
        """The words in the pill."""
        if self.phase is Phase.SIGNED_OUT:
            return text("Sign in to send")
        if self.phase is Phase.UPDATE_NEEDED:
            return text("Update needed")
        if self.phase is Phase.CERTIFICATE_CHANGED:
            return text("Server not trusted")
        if self.phase is Phase.OFFLINE:
            both = self.waiting + self.files
            return plural("Offline · {n} waiting", "Offline · {n} waiting", both) if both else text("Offline")
        if self.decisions:
            return plural("{n} needs a decision", "{n} need a decision", self.decisions)
        if self.waiting:
            return plural("Sending {n} change", "Sending {n} changes", self.waiting)
        if self.files:
            return plural("Sending {n} file", "Sending {n} files", self.files)
        return text("Sending") if self.phase is Phase.SENDING else text("Up to date")

    @property
    def tone(self) -> str:
        """The state tone of the pill: ok, info, warn or bad."""
        if self.phase in {Phase.SIGNED_OUT, Phase.OFFLINE}:
            return "warn"
        if self.phase in {Phase.UPDATE_NEEDED, Phase.CERTIFICATE_CHANGED} or self.decisions:
            return "bad"
        return "info" if self.waiting or self.files or self.phase is Phase.SENDING else "ok"
