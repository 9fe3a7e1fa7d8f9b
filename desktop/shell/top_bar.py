"""The bar above every page: path, search, the state of syncing, and who is signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from desktop.core.area import BarEntry
from desktop.core.sync_state import Phase
from desktop.core.sync_state import SyncState as SyncFacts
from desktop.shell.bell_button import BellButton
from desktop.widgets.announce import announce
from desktop.widgets.avatar import draw_initials
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import ElidedLabel, IconLabel
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.sync_pill import SyncPill, SyncState
from desktop.widgets.theme import theme

_SEARCH_WIDTH = 330


class SearchButton(QAbstractButton):
    """Looks like a search field and opens the command palette."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Find a person, course or command"))
        self.setAccessibleName(self.tr("Find a person, course or command (Ctrl K)"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(140)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def sizeHint(self) -> QSize:
        """Return a field 330 px wide."""
        return QSize(theme().px(_SEARCH_WIDTH), theme().size("control"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint field, words and key."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        radius = look.tokens.radii["control"]
        fill_box(painter, rect, radius, look.colour("sunken"), look.colour("field"))
        draw_icon(painter, "search", 10, (rect.height() - 16) / 2, 16, look.colour("text2"))
        key = "Ctrl K"
        wide = look.metrics("tiny-strong").horizontalAdvance(key) + 12
        cap = QRectF(rect.width() - wide - 11, (rect.height() - 18) / 2, wide, 18)
        fill_box(painter, cap, look.tokens.radii["key"], look.colour("raised"), look.colour("border"))
        draw_text(painter, cap, key, "tiny-strong", look.colour("text2"), Qt.AlignmentFlag.AlignHCenter)
        words = QRectF(34, 0, cap.x() - 40, rect.height())
        draw_text(painter, words, self.text(), "body", look.colour("muted"))
        if self.hasFocus():
            focus_ring(painter, rect, radius)


_PHASES = {
    Phase.OFFLINE: SyncState.OFFLINE,
    Phase.SIGNED_OUT: SyncState.OFFLINE,
    Phase.UPDATE_NEEDED: SyncState.DECISION,
    Phase.CERTIFICATE_CHANGED: SyncState.DECISION,
}


class StatePill(SyncPill):
    """The sync pill with the words of the sync engine, some of which only it knows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._label = ""
        super().__init__(parent)
        self.facts = SyncFacts()
        self.show_facts(self.facts)

    def show_facts(self, facts: SyncFacts) -> None:
        """Show another state."""
        self.facts = facts
        state = _PHASES.get(facts.phase)
        if state is None:
            busy = facts.waiting or facts.phase is Phase.SENDING
            state = SyncState.SENDING if busy else SyncState.UP_TO_DATE
            state = SyncState.DECISION if facts.decisions else state
        changed = facts.label != self._label
        moved = state is not self._state
        self._state, self._label = state, facts.label
        if changed or moved:
            self.setText(self._label)
            self.setToolTip(facts.sentence or self.tr("Open the list of changes"))
            self.updateGeometry()
            self.update()
        if moved and self.isVisible():
            announce(self, self._label)

    def _words(self) -> str:
        return self._label or super()._words()


class PersonButton(QAbstractButton):
    """Initials, name and role; opens the person's menu."""

    def __init__(self, name: str, number: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._slim = False
        self.set_person(name, role)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_person(self, name: str, role: str) -> None:
        """Show another name or role of the person."""
        self._role = role
        self.setText(name)
        self.setAccessibleName(self.tr("{name}, {role}").format(name=name, role=role))
        self.setToolTip(self.accessibleName() if self._slim else "")
        self.updateGeometry()
        self.update()

    def set_slim(self, slim: bool) -> None:
        """Show the initials alone where there is little room."""
        if slim != self._slim:
            self._slim = slim
            self.setToolTip(self.accessibleName() if slim else "")
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return initials with two lines of words."""
        look = theme()
        if self._slim:
            return QSize(38, 40)
        words = max(
            look.metrics("small-strong").horizontalAdvance(self.text()),
            look.metrics("tiny").horizontalAdvance(self._role),
        )
        return QSize(round(min(words, look.px(200))) + 46, look.px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint initials, name and role."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.underMouse():
            fill_box(painter, rect, look.tokens.radii["control"], look.colour("hover"))
        draw_initials(painter, QRectF(4, (rect.height() - 30) / 2, 30, 30), self.text(), self._number)
        if not self._slim:
            line = look.px(16)
            box = QRectF(42, rect.height() / 2 - line, rect.width() - 44, line)
            draw_text(painter, box, self.text(), "small-strong", look.colour("text"))
            draw_text(painter, box.translated(0, line), self._role, "tiny", look.colour("muted"))
        if self.hasFocus():
            focus_ring(painter, rect, look.tokens.radii["control"])


class TopBar(QFrame):
    """Path, search, sync pill, notices and person; signals say what was pressed."""

    searched = Signal()
    sync_asked = Signal()
    crumb_pressed = Signal()
    bell_pressed = Signal(str)

    def __init__(self, name: str, number: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "surface")
        self.setFixedHeight(theme().px(56))
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 20, 0)
        row.setSpacing(20)
        path = QHBoxLayout()
        path.setSpacing(8)
        self._parent = _Crumb(self)
        self._parent.clicked.connect(self.crumb_pressed)
        self._sign = IconLabel("chevron-right", "muted")
        self._title = ElidedLabel("", "crumb")
        path.addWidget(self._parent)
        path.addWidget(self._sign)
        path.addWidget(self._title, 1)
        row.addLayout(path, 1)
        self.search = SearchButton()
        self.search.clicked.connect(self.searched)
        row.addWidget(self.search)
        self.pill = StatePill()
        self.pill.clicked.connect(self.sync_asked)
        row.addWidget(self.pill)
        self._row = row
        self.bells: dict[str, BellButton] = {}
        self.person = PersonButton(name, number, role)
        row.addWidget(self.person)
        self.set_path(("",))

    def set_path(self, parts: Sequence[str]) -> None:
        """Show where the person is: the list, and what is open of it."""
        self._title.setText(parts[-1])
        above = parts[-2] if len(parts) > 1 else ""
        self._parent.setText(above)
        self._parent.setVisible(bool(above))
        self._parent.setAccessibleName(self.tr("Back to {page}").format(page=above))
        self._sign.setVisible(bool(above))

    def set_bells(self, entries: Sequence[BarEntry]) -> None:
        """Put signs before the person; pressed, each gives the name of its page."""
        for entry in entries:
            bell = BellButton(entry.title, entry.icon, self)
            bell.clicked.connect(lambda _=False, page=entry.page: self.bell_pressed.emit(page))
            self._row.insertWidget(self._row.indexOf(self.person), bell)
            self.bells[entry.page] = bell

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show how much is new behind each sign."""
        for page, bell in self.bells.items():
            bell.set_count(counts.get(page, 0))

    @property
    def path(self) -> tuple[str, ...]:
        """The path on show."""
        return tuple(part for part in (self._parent.text(), self._title.text()) if part)

    def set_menu(self, menu: QMenu) -> None:
        """Set what the person's button opens."""

        def show() -> None:
            corner = self.person.mapToGlobal(self.person.rect().bottomRight())
            menu.popup(QPoint(corner.x() - menu.sizeHint().width(), corner.y() + 4))

        self.person.clicked.connect(show)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the hairline below."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme().colour("line"))


class _Crumb(QAbstractButton):
    """The first part of the path, which goes back to the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the words."""
        look = theme()
        return QSize(round(look.metrics("crumb").horizontalAdvance(self.text())) + 4, look.px(28))

    def setText(self, text: str) -> None:
        """Change the words and the room they take."""
        super().setText(text)
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the words."""
        look = theme()
        painter = QPainter(self)
        colour = look.colour("accent" if self.underMouse() else "text2")
        draw_text(painter, QRectF(self.rect()).adjusted(1, 0, 0, 0), self.text(), "crumb", colour)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), look.tokens.radii["key"])
