"""Buttons: primary, secondary, quiet, link, danger, each with icons, a small form and a busy state."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt, QTimerEvent
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.spinner import SPIN_INTERVAL_MS, draw_spinner
from desktop.widgets.theme import theme

_ICON_GAP = 6  # With the air inside the icon's own square these are the 8 px of the rules.
_PAD = 13
_PAD_BY_ICON = 14


class Kind(StrEnum):
    """What a button is for; one ``PRIMARY`` per view, ``DANGER_FILLED`` only inside a confirming dialog."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"
    LINK = "link"
    DANGER = "danger"
    DANGER_FILLED = "danger-filled"


# fill, fill hovered, fill pressed, outline, text
_LOOKS: dict[Kind, tuple[str | None, str | None, str | None, str | None, str]] = {
    Kind.PRIMARY: ("solid", "solidh", "solidp", None, "white"),
    Kind.SECONDARY: ("raised", "hover", "pressed", "border", "text"),
    Kind.QUIET: (None, "hover", "pressed", None, "text2"),
    Kind.LINK: (None, None, None, None, "accent"),
    Kind.DANGER: ("raised", "hover", "pressed", "border", "bad"),
    Kind.DANGER_FILLED: ("danger-solid", "danger-hover", "danger-pressed", None, "white"),
}
_FILLED = {Kind.PRIMARY, Kind.DANGER_FILLED}


class Button(QPushButton):
    """A button of the house; ``set_busy`` keeps its width, shows a spinner and takes no second press."""

    def __init__(
        self,
        text: str = "",
        *,
        kind: Kind = Kind.SECONDARY,
        icon: str = "",
        trailing_icon: str = "",
        small: bool = False,
        size: str = "control",
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind = kind
        self._icon = icon
        self._trailing = trailing_icon
        self._small = small
        self._size = "control-small" if small else size
        self._busy_width = 0
        self._spin_timer = 0
        self._spin_step = 0
        self._is_wanted, self._barred = True, ""
        self._tip = ""
        self.may_press: Callable[[], bool] = lambda: True
        """Asked before each press does anything: a dialog says here what it can't read yet."""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind is Kind.LINK else Qt.CursorShape.ArrowCursor)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: None if self.busy or not self.may_press() else on_click())

    @property
    def kind(self) -> Kind:
        """What the button is for."""
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        """Change what the button is for: the one thing to do next is the primary one."""
        self._kind = kind
        self.update()

    @property
    def icon_name(self) -> str:
        """Name of the leading icon, or an empty text."""
        return self._icon

    def set_icon_name(self, name: str) -> None:
        """Change the leading icon."""
        self._icon = name
        self.updateGeometry()
        self.update()

    def stretch(self) -> Button:
        """Let the button take the whole width of its layout; returns itself."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return self

    @property
    def barred(self) -> str:
        """Why the button can't be pressed whatever its form says; empty while it can."""
        return self._barred

    def set_barred(self, why: str) -> None:
        """Grey the button, with the reason as its tool tip, until an empty text gives it back to its form."""
        if why and not self._barred:
            self._is_wanted, self._tip = self.isEnabled(), self.toolTip()
        given_back = self._barred and not why
        self._barred = why
        super().setEnabled(self._is_wanted and not why)
        if why or given_back:
            super().setToolTip(why or self._tip)
            self.setAccessibleDescription(why)

    def setEnabled(self, enabled: bool) -> None:
        """Follow the form, unless the button is barred."""
        self._is_wanted = enabled
        super().setEnabled(enabled and not self._barred)

    def setToolTip(self, tip: str) -> None:
        """Change the tool tip; that of a barred button waits until it is given back."""
        self._tip = tip
        super().setToolTip(self._barred or tip)

    @property
    def busy(self) -> bool:
        """Whether the button's work is running."""
        return self._busy_width > 0

    def set_busy(self, busy: bool) -> None:
        """Show the spinner in place of the text and ignore presses, or return to normal."""
        if busy == self.busy:
            return
        self._busy_width = self.width() if busy else 0
        if busy and not theme().reduced_motion:
            self._spin_timer = self.startTimer(SPIN_INTERVAL_MS)
        elif self._spin_timer:
            self.killTimer(self._spin_timer)
            self._spin_timer = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, busy)
        self.setAccessibleDescription(self.tr("Working") if busy else "")
        self.updateGeometry()
        self.update()

    def click(self) -> None:
        """Press the button, unless its work is running."""
        if not self.busy:
            super().click()

    def keyPressEvent(self, event: object) -> None:
        """Press with Space and Enter alike, and not while busy."""
        key = event.key()  # type: ignore[attr-defined]  # a key event
        if self.busy:
            return
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:  # type: ignore[attr-defined]  # a key event
            self.click()
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]  # a key event

    def timerEvent(self, event: QTimerEvent) -> None:
        """Turn the spinner."""
        if event.timerId() == self._spin_timer:
            self._spin_step += 1
            self.update()
            return
        super().timerEvent(event)

    def _step(self) -> str:
        if self._small:
            return "small-strong" if self._kind in _FILLED else "small-medium"
        return "body-strong" if self._kind in _FILLED else "body-medium"

    def sizeHint(self) -> QSize:
        """Return the size of icon, text and padding; while busy the width it had before."""
        look = theme()
        height = look.size(self._size)
        if self._busy_width:
            return QSize(self._busy_width, height)
        if not self.text():
            return QSize(height, height)
        icon = look.tokens.sizes["icon"]
        width = look.metrics(self._step()).horizontalAdvance(self.text())
        pad = _PAD_BY_ICON if self._icon or self._trailing else _PAD
        width += 6 if self._kind is Kind.LINK else 2 * pad
        width += sum(icon + _ICON_GAP for name in (self._icon, self._trailing) if name)
        return QSize(round(width), height)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: a button's text is never cut."""
        return self.sizeHint()

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        look = theme()
        fill, hovered, pressed, outline, text = _LOOKS[self._kind]
        if not self.isEnabled():
            plain = fill is None
            return (
                None if plain else look.colour("sunken"),
                None if plain else look.colour("line"),
                look.colour("strong"),
            )
        if self.isDown() or self.isChecked():
            fill = pressed
        elif self.underMouse() and not self.busy:
            fill = hovered
        return (
            None if fill is None else look.colour(fill),
            None if outline is None else look.colour(outline),
            look.colour(text),
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the whole button: box, icons, text or spinner, focus."""
        painter = QPainter(self)
        look = theme()
        rect = QRectF(self.rect())
        radius = look.tokens.radii["control"]
        fill, outline, text = self._colours()
        if fill is not None or outline is not None:
            fill_box(painter, rect, radius, fill, outline)
        if self.busy:
            draw_spinner(painter, rect.center(), look.tokens.sizes["icon"], text, self._spin_step)
        else:
            self._draw_content(painter, rect, text)
        if self.hasFocus():
            focus_ring(painter, rect, radius, on_solid=self._kind in _FILLED)

    def _draw_content(self, painter: QPainter, rect: QRectF, colour: QColor) -> None:
        look = theme()
        icon = look.tokens.sizes["icon"]
        text_width = look.metrics(self._step()).horizontalAdvance(self.text()) + 1 if self.text() else 0.0
        gap = _ICON_GAP if text_width else 0
        sign = look.colour("text2") if self._kind is Kind.SECONDARY and self.isEnabled() else colour
        first, last = self._icon, self._trailing
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            first, last = last, first
        full = text_width + sum(icon + gap for name in (first, last) if name)
        left = rect.x() + (rect.width() - full) / 2
        top = rect.y() + (rect.height() - icon) / 2
        if first:
            draw_icon(painter, first, left, top, icon, sign)
            left += icon + gap
        if text_width:
            draw_text(painter, QRectF(left, rect.y(), text_width, rect.height()), self.text(), self._step(), colour)
            left += text_width + gap
        if last:
            draw_icon(painter, last, left, top, icon, sign)


def primary(text: str, icon: str = "", on_click: Callable[[], object] | None = None) -> Button:
    """Return the one primary button of a view."""
    return Button(text, kind=Kind.PRIMARY, icon=icon, on_click=on_click)


def secondary(text: str, icon: str = "", on_click: Callable[[], object] | None = None) -> Button:
    """Return a secondary button."""
    return Button(text, icon=icon, on_click=on_click)


def quiet(text: str, icon: str = "", on_click: Callable[[], object] | None = None) -> Button:
    """Return a quiet button without outline."""
    return Button(text, kind=Kind.QUIET, icon=icon, on_click=on_click)


def link(text: str, on_click: Callable[[], object] | None = None) -> Button:
    """Return a button that looks like a link."""
    return Button(text, kind=Kind.LINK, on_click=on_click)


def danger(text: str, icon: str = "", on_click: Callable[[], object] | None = None) -> Button:
    """Return a button for an act that hurts, not yet the act itself."""
    return Button(text, kind=Kind.DANGER, icon=icon, on_click=on_click)


def icon_button(
    icon: str,
    name: str,
    key: str = "",
    *,
    kind: Kind = Kind.SECONDARY,
    on_click: Callable[[], object] | None = None,
) -> Button:
    """Return a 32 x 32 button with an icon only; the name is its accessible name and, with the key, its tool tip."""
    button = Button(kind=kind, icon=icon, on_click=on_click)
    button.setAccessibleName(name)
    button.setToolTip(f"{name} ({key})" if key else name)
    return button
