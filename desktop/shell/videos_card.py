"""The card of settings that says when smaller copies of videos are fetched instead of the videos themselves."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.film_copies import SmallerFilms, choice, choose, is_made
from desktop.widgets.card import Card
from desktop.widgets.combo import Combo
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part


class VideosCard(Card):
    """Kept for whoever is signed in, at once."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Videos"), parent=parent)
        self._desk = desk
        label = self.tr("Save data: smaller videos")
        self.smaller = Combo(
            [
                (str(SmallerFilms.PACKS), self.tr("For what I take along")),
                (str(SmallerFilms.ALWAYS), self.tr("Always")),
                (str(SmallerFilms.NEVER), self.tr("Never")),
            ],
            name=label,
        )
        self.smaller.choose(str(choice(desk.store)))
        self.smaller.keeps = False
        self.smaller.activated.connect(self._choose)
        words = Label(label, "small-medium", "text2")
        words.setBuddy(self.smaller)
        row = QHBoxLayout()
        row.addWidget(self.smaller)
        row.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(words)
        column.addLayout(row)
        self.add(column)
        told = self.tr(
            "A smaller video has fewer dots and takes about 3 MB a minute. It is fetched where the server has made one;"
            " what is on this computer already stays."
        )
        self.add(Label(told, "small", "muted", wrap=True))
        self.none_made = Label(self.tr("At present this server makes no smaller videos."), "small", "muted", wrap=True)
        show_part(self.none_made, not is_made(desk.store))
        self.add(self.none_made)

    def _choose(self, _index: int) -> None:
        choose(self._desk.store, SmallerFilms(self.smaller.chosen or SmallerFilms.PACKS))
