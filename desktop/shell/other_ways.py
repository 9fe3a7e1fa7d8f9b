"""What the sign-in window and its steps ask of each other, so that neither needs to know the other's module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget

    from desktop.shell.gate import Gate


class StepHolder(Protocol):
    """What a step asks of the window that shows it."""

    steps: QStackedWidget

    @property
    def gate(self) -> Gate:
        """The way in."""


class OtherWays(Protocol):
    """Knows what the institute offers, and leads through it."""

    def show_ways(self, reached: Any) -> None:
        """Offer what a server said (`gate.Reached`) that its institute offers."""

    def lead(self, way: str) -> None:
        """Go a way in, by the word of the form."""
