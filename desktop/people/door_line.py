"""One line about a sign-in or a device: what it is, where and when, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button
from desktop.widgets.label import ElidedLabel, IconLabel
from shared.core.text import text

Body = Mapping[str, Any]


class DoorLine(QWidget):
    """Icon, two lines of words, a badge where there is one, and buttons at the right."""

    def __init__(self, title: str, detail: str, badge: tuple[str, str] | None = None, icon: str = "monitor") -> None:
        super().__init__()
        self.setAccessibleName(f"{title}, {detail}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(10)
        row.addWidget(IconLabel(icon, "text2", 16))
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(ElidedLabel(title, "body-medium"))
        words.addWidget(ElidedLabel(detail, "small", "muted"))
        row.addLayout(words, 1)
        if badge is not None:
            row.addWidget(Badge(*badge))
        self._row = row

    def add_button(self, button: Button) -> Button:
        """Add a button at the end."""
        self._row.addWidget(button)
        return button


def sign_in_detail(desk: Desk, body: Body) -> str:
    """Return "192.168.1.31 · since 12 Nov 08:30 · last used today 16:05"."""
    now, zone = desk.clock.now(), zone_of(desk)
    address = body["last_address"] or body["address"] or text("address not known")
    if body["country"]:
        address = text("{address} ({country})", address=address, country=body["country"])
    return text(
        "{address} · since {start} · last used {last}",
        address=address,
        start=instant_words(body["started_at"], zone, now),
        last=instant_words(body["last_used_at"], zone, now),
    )


def device_detail(desk: Desk, body: Body) -> str:
    """Return when a device was last used to sign in, or what became of a lost one."""
    now, zone = desk.clock.now(), zone_of(desk)
    loss = body["loss"]
    if not loss:
        return text("last sign-in {time}", time=instant_words(body["last_seen_at"] or body["registered_at"], zone, now))
    if loss["wiped_at"]:
        return text("wiped {time} · {reason}", time=instant_words(loss["wiped_at"], zone, now), reason=loss["reason"])
    if loss["met_at"]:
        return text("told {time} · {reason}", time=instant_words(loss["met_at"], zone, now), reason=loss["reason"])
    return text("not heard of yet · {reason}", reason=loss["reason"])
