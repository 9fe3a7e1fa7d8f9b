"""Letters: what became of mail and SMS, and the texts that they are made of."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.messaging.letters_view import LettersView
from desktop.messaging.texts_view import TextsView
from desktop.widgets.layouts import PageHead
from desktop.widgets.tabs import Tabs
from shared.core.actor import Actor
from shared.messaging.letter_words import MANAGE

LETTERS_PAGE = "messaging.letters"
_LIST, _TEXTS = "list", "texts"


def may_see_letters(actor: Actor) -> bool:
    """Tell whether someone sees to letters."""
    return actor.may(MANAGE)


class LettersPage(QWidget):
    """Two tabs: the list of letters, and their texts."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(LETTERS_PAGE)
        self.setWindowTitle(self.tr("Letters"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        self.head = PageHead(self.tr("Letters"), self.tr("Asking the server"))
        column.addWidget(self.head)
        self.tabs = Tabs([(_LIST, self.tr("Letters")), (_TEXTS, self.tr("Texts"))], name=self.tr("Letters"))
        column.addWidget(self.tabs)
        self.list, self.texts = LettersView(desk), TextsView(desk)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        for view in (self.list, self.texts):
            self._stack.addWidget(view)
            view.told.connect(lambda words: self.head.set_words(self.tr("Letters"), words))
        column.addWidget(holder, 1)
        self.tabs.chosen_changed.connect(self._turn)

    def _turn(self, tab: str) -> None:
        self._stack.setCurrentWidget(self.texts if tab == _TEXTS else self.list)

    def first_focus(self) -> QWidget:
        """Begin with the search."""
        return self.list.filters.search
