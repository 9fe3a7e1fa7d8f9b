"""The base of all dialogs: a card over the dimmed window, for a decision or one short task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.widgets.buttons import Button, Kind, icon_button
from desktop.widgets.card import Line
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.label import IconLabel, IconText, Label, breakable
from desktop.widgets.notice import Notice
from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme
from desktop.widgets.unread import Unread

if TYPE_CHECKING:
    from shared.core.actor import Actor  # the first window shows without what this loads

_SHADOW_STEPS = 16
_SHADOW_REACH = 48
_SHADOW_DROP = 16
_DOES = frozenset({Kind.PRIMARY, Kind.DANGER, Kind.DANGER_FILLED})
_SAVING_KEYS = frozenset({"Ctrl+S", "Ctrl+Return"})
DIALOG_TURNED = QEvent.Type(QEvent.registerEventType())
"""Sent to a window when a dialog in it opens, closes or gets another shape: what lies over dialogs finds its place."""


class Dialog(QDialog):
    """Lies inside its window over a scrim and keeps the keyboard until it closes; never on top of another dialog.

    Fill ``body``; add buttons with ``add_button`` (right end, the primary last) and words with ``foot_words``.
    Esc and Cancel call ``reject``, which keeps the widgets: opening the same dialog again shows what was typed.
    Results come by the ``accepted`` and ``rejected`` signals; there is no nested event loop. While a field holds what
    it can't read, the buttons that do something say so and do nothing. A body that is padded scrolls where the window
    is too low for it; what is added with ``add_note`` stays in sight below it. ``set_barred`` greys what does
    something.
    """

    needs: ClassVar[tuple[str, ...] | None] = None
    """Permissions of which one at least is needed for what it does, none for what everybody may; None where nothing but
    the page below tells."""

    def __init__(
        self, window: QWidget, title: str, *, subtitle: str = "", icon: str = "", width: int = 480, padded: bool = True
    ) -> None:
        super().__init__(window)
        self.setWindowFlags(Qt.WindowType.Widget)
        self._window = window
        self.setAccessibleName(title)
        self.hide()
        self._keys: dict[str, Callable[[], object]] = {}
        self._focus_before: QWidget | None = None
        self._card = _DialogCard(self)
        self._card.setFixedWidth(width)
        self._unread = Unread(self._card, self._say_unread)
        self._unread_line: Label | None = None
        self._does: list[Button] = []
        self._barred: IconText | None = None
        self._scroll = FormScroll() if padded else None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.addWidget(self._card, 0, Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._make_head(title, subtitle, icon))
        column.addWidget(Line())
        self.body = QVBoxLayout() if self._scroll is None else self._scroll.body
        if self._scroll is not None:
            column.addWidget(self._scroll, 1)
        else:
            self.body.setContentsMargins(0, 0, 0, 0)
            self.body.setSpacing(0)
            column.addLayout(self.body, 1)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(0)
        column.addLayout(self._notes)
        self.foot = _DialogFoot(self._card)
        column.addWidget(self.foot)
        window.installEventFilter(self)
        self._card.installEventFilter(self)

    @property
    def box(self) -> QWidget:
        """The card in the middle, with all that the dialog shows."""
        return self._card

    def _make_head(self, title: str, subtitle: str, icon: str) -> QLayout:
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 14, 12)
        head.setSpacing(12)
        if icon:
            head.addWidget(IconLabel(icon, "accent", 20))
        words = QVBoxLayout()
        words.setSpacing(1)
        self.title = Label(title, "dialog-title", wrap=True)
        words.addWidget(self.title)
        self.subtitle = Label(subtitle, "small", "text2", wrap=True)
        if not subtitle:  # shown without a parent it would be a window for a moment
            self.subtitle.hide()
        words.addWidget(self.subtitle)
        head.addLayout(words, 1)
        self.close_button = icon_button("x", self.tr("Close"), "Esc", kind=Kind.QUIET, on_click=self.reject)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def add(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        """Append a widget or a layout to the body."""
        if isinstance(content, QLayout):
            self.body.addLayout(content, stretch)
        else:
            self.body.addWidget(content, stretch)

    def add_note(self, note: QWidget) -> None:
        """Put what is said about the whole below the body, where it is in sight however long the body is."""
        note.setContentsMargins(20, 8, 20, 12)
        self._notes.addWidget(note)

    def add_button(self, button: Button, *, does: bool = False) -> Button:
        """Put a button at the right end of the foot; Cancel first, the primary last.

        One that doesn't look like it says with `does` that it changes something, too.
        """
        if button.kind in _DOES:
            button.may_press = self.all_read
        if does or button.kind in _DOES:
            self._does.append(button)
            button.set_barred(self.barred)
        self.foot.row.addWidget(button)
        return button

    @property
    def barred(self) -> str:
        """Why nothing can be done here any more; empty while it can."""
        return self._barred.words.text() if self._barred is not None else ""

    def set_barred(self, why: str) -> None:
        """Grey the buttons that do something and say why below the body, until an empty text gives them back."""
        if self._barred is None and why:
            self._barred = IconText("lock", "", "bad")
            self._barred.words.setWordWrap(True)
            self.add_note(self._barred)
        if self._barred is not None:
            self._barred.set_state("lock", why, "bad")
            self._barred.setVisible(bool(why))
        shown = [button for button in self._does if isValid(button)]
        held = any(button.hasFocus() for button in shown)
        for button in shown:
            button.set_barred(why)
        if why and held:
            self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def add_cancel(self, text: str = "") -> Button:
        """Put a button that closes without doing anything: "Cancel" or, say, "Decide later"."""
        return self.add_button(Button(text or self.tr("Cancel"), on_click=self.reject))

    def foot_words(self, widget: QWidget) -> None:
        """Put words or a hint at the left end of the foot."""
        self.foot.row.insertWidget(0, widget)

    def on_key(self, key: str, act: Callable[[], object]) -> None:
        """Do something on a key ("Ctrl+Return") while the dialog is open; shortcuts of the page sleep meanwhile."""
        self._keys[QKeySequence(key).toString()] = act

    def all_read(self) -> bool:
        """Tell whether every field can be read; what can't is told beside it."""
        return not self._unread.said()

    def still_may(self, actor: Actor) -> bool | None:
        """Tell whether someone with these rights may do what is done here; None where only the page below tells."""
        return None if self.needs is None else not self.needs or any(actor.may(word) for word in self.needs)

    def _say_unread(self, words: str) -> None:
        if self._unread_line is None and words:
            self._unread_line = Label("", "small-medium", "bad", wrap=True)
            self.add_note(self._unread_line)
        if self._unread_line is not None:
            self._unread_line.setText(breakable(words))
            self._unread_line.setVisible(bool(words))

    @staticmethod
    def opened_in(window: QWidget) -> Dialog | None:
        """Return the dialog that is open in this window, or None."""
        found = window.findChildren(Dialog, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return next((dialog for dialog in found if dialog.isVisibleTo(window)), None)

    def open(self) -> None:
        """Show the dialog, as Qt calls it."""
        self.open_dialog()

    def open_dialog(self) -> bool:
        """Show the dialog and focus its first field; False, changing nothing, while another one is open."""
        window = self._window
        if Dialog.opened_in(window) not in {None, self}:
            return False
        self._focus_before = QApplication.focusWidget()
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.first_focus().setFocus(Qt.FocusReason.PopupFocusReason)
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # a window has an application
        return True

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening: the first field, else the safest button. Override to choose."""
        widget = self._card.nextInFocusChain()
        buttons: list[QWidget] = []
        while widget is not self._card and widget is not None:
            if self._card.isAncestorOf(widget) and self._takes_focus(widget):
                if not isinstance(widget, Button):
                    return widget
                if self.foot.isAncestorOf(widget):
                    buttons.append(widget)
            widget = widget.nextInFocusChain()
        return buttons[0] if buttons else self.close_button

    @staticmethod
    def _takes_focus(widget: QWidget) -> bool:
        policy = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        return policy and widget.isEnabled() and not widget.isHidden() and widget.focusProxy() is None

    def _tell_window(self) -> None:
        if isValid(self._window):
            QApplication.sendEvent(self._window, QEvent(DIALOG_TURNED))

    def showEvent(self, event: QShowEvent) -> None:
        """Tell the window."""
        super().showEvent(event)
        self._tell_window()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell the window."""
        super().hideEvent(event)
        self._tell_window()

    def done(self, result: int) -> None:
        """Close, and give the focus back to where it was."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        super().done(result)
        before, self._focus_before = self._focus_before, None
        # the page below may have been drawn anew meanwhile, or the dialog before this one deleted
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab inside the dialog."""
        here = QApplication.focusWidget()
        widget: QWidget = here if here is not None and self.isAncestorOf(here) else self._card
        for _ in range(10_000):
            step = widget.nextInFocusChain() if forward else widget.previousInFocusChain()
            widget = step or self._card
            if self.isAncestorOf(widget) and self._takes_focus(widget):  # a message over the dialog, too
                widget.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run the dialog's own keys, Esc cancels; Enter does not press a button by surprise."""
        act = self._keys.get(_key_name(event))
        if act is not None and _key_name(event) in _SAVING_KEYS and (self.barred or not self.all_read()):
            return
        if act is not None:
            act()
        elif event.key() == Qt.Key.Key_Escape:
            self.reject()
        else:
            event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, and keep shortcuts of the page below asleep."""
        kind = event.type()
        if watched is self._window and kind == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        elif watched is self._card and kind in {QEvent.Type.Resize, QEvent.Type.Move}:
            self._tell_window()
        elif self.isVisible() and kind == QEvent.Type.Shortcut:
            owner = watched.parent() if not isinstance(watched, QWidget) else watched
            return isinstance(owner, QWidget) and self._below(owner)
        elif kind == QEvent.Type.Show and isinstance(watched, IconText | Notice) and self.isAncestorOf(watched):
            _into_sight(watched)
        elif kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.isVisible():
            inside = isinstance(watched, QWidget) and self.isAncestorOf(watched)
            if inside and (_key_name(event) in self._keys or event.key() == Qt.Key.Key_Escape):
                event.accept()
                return True
        return False

    def _below(self, owner: QWidget) -> bool:
        return owner is not self and not self.isAncestorOf(owner) and owner.window() is self.window()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim the window and paint the card's shadow."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("scrim"))
        box = QRectF(self._card.geometry()).translated(0, _SHADOW_DROP)
        shade = look.colour("shadow")
        shade.setAlphaF(shade.alphaF() / _SHADOW_STEPS)
        for step in range(_SHADOW_STEPS):
            reach = _SHADOW_REACH * (step / _SHADOW_STEPS - 0.5)
            fill_box(painter, box.adjusted(-reach, -reach, reach, reach), max(1, 12 + reach), shade)


def _into_sight(words: IconText | Notice) -> None:
    """Scroll to what a dialog says is amiss, where it stands in a part that scrolls."""
    if isinstance(words, IconText) and words.words.property("tone") != "bad":
        return
    above = words.parentWidget()
    while above is not None and not isinstance(above, FormScroll):
        above = above.parentWidget()
    if above is not None:
        above.reveal(words)


def _key_name(event: QKeyEvent) -> str:
    key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else Qt.Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(modifiers, key)).toString()


class _DialogCard(QWidget):
    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme()
        rect = QRectF(self.rect())
        fill_box(QPainter(self), rect, look.tokens.radii["dialog"], look.colour("raised"), look.colour("border"))


class _DialogFoot(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(20, 12, 20, 12)
        self.row.setSpacing(8)
        self.row.addStretch(1)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(0, theme().px(56)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        radius = look.tokens.radii["dialog"] - 1
        rect = QRectF(self.rect())
        painter.setClipRect(rect)
        fill_box(painter, rect.adjusted(0, -radius, 0, 0), radius, look.colour("sunken"))
        painter.fillRect(QRectF(0, 0, rect.width(), 1), look.colour("line"))
