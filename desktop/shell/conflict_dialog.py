"""The conflict dialog: what is to decide at the left, one line for each clashing field at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.shell.conflict_views import ConflictView, Version, is_stacked, open_views, options
from desktop.shell.page import tell, tell_problem
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import Line, Panel, Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import IconLabel, IconText, Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.theme import theme
from desktop.widgets.tiles import ChoiceTile
from shared.core.errors import CampusError

WIDTH, LIST_WIDTH = 960, 208
_LABEL, _PLACE = 128, 340


class ConflictDialog(Dialog):
    """Settles open conflicts one after the other; each decision is a command, so it works without a network."""

    settled = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, first: str | None = None) -> None:
        super().__init__(window, self.tr("Two versions of the same record"), subtitle=" ", icon="git-compare-arrows",
                         width=min(WIDTH, window.width() - 48), padded=False)  # fmt: skip
        self._desk = desk
        self.views = open_views(desk)
        self.choices: dict[str, dict[str, str]] = {}
        self._tiles: list[QButtonGroup] = []
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._make_list())
        row.addWidget(Line(upright=True))
        self._place = QScrollArea()
        self._place.setWidgetResizable(True)
        self._place.setFrameShape(QScrollArea.Shape.NoFrame)
        self._place.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._place.setMinimumHeight(theme().px(_PLACE))
        row.addLayout(self._make_right(), 1)
        self.add(row, 1)
        self._kept = IconText("history", "", "text2")
        self.foot_words(self._kept)
        self.add_cancel(self.tr("Decide later"))
        self.save = self.add_button(
            Button(self.tr("Save and next"), kind=Kind.PRIMARY, trailing_icon="arrow-right", on_click=self.save_choice)
        )
        self.on_key("Ctrl+Return", self.save_choice)
        self.on_key("Ctrl+S", self.save_choice)
        known = {view.id for view in self.views}
        self.show_conflict(first if first in known else next(iter(view.id for view in self.views), ""))

    # ------------------------------------------------------------------------------------------------------ building

    def _make_list(self) -> QWidget:
        panel = Panel("surface")
        panel.setFixedWidth(theme().px(LIST_WIDTH))
        panel.body.setContentsMargins(0, 14, 0, 14)
        panel.body.setSpacing(8)
        self._count = Label("", "small-strong", "text2")
        self._count.setContentsMargins(14, 0, 14, 0)
        panel.body.addWidget(self._count)
        self.list = RowList(selectable=True, name=self.tr("What is to decide"))
        self.list.pressed.connect(self.show_conflict)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        holder.setProperty("plain", True)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        column.addStretch(1)
        scroll.setWidget(holder)
        panel.body.addWidget(scroll, 1)
        panel.body.addWidget(self._make_settled())
        return panel

    def _make_settled(self) -> QWidget:
        """How much needed nobody, under the list of what does."""
        box = QWidget()
        box.setProperty("plain", True)
        column = QVBoxLayout(box)
        column.setContentsMargins(14, 0, 14, 0)
        column.setSpacing(6)
        column.addWidget(Line())
        column.addWidget(Label(self.tr("Settled without you"), "small-strong", "text2"))
        counts = self._desk.store.receipt_counts()
        count = counts.applied + counts.agreed
        words = self.tr("1 change") if count == 1 else self.tr("{count} changes").format(count=f"{count:,}")
        self.quiet = IconText("check", words, "ok", step="small", text_tone="text2")
        column.addWidget(self.quiet)
        return box

    def _make_right(self) -> QVBoxLayout:
        """The lines, which scroll, and below them what the choices come to, which doesn't."""
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._place, 1)
        column.addWidget(Line())
        self._shortcuts = QHBoxLayout()
        self._shortcuts.setContentsMargins(20, 12, 20, 14)
        self._shortcuts.setSpacing(8)
        self.outcome = Label("", "small-medium", "text2", wrap=True)
        self.outcome.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._shortcuts.addWidget(self.outcome, 1)
        column.addLayout(self._shortcuts)
        return column

    @property
    def view(self) -> ConflictView | None:
        """The conflict on show."""
        return next((one for one in self.views if one.id == self._shown), None)

    def show_conflict(self, identity: str) -> None:
        """Show one of the conflicts."""
        self._shown = identity
        view = self.view
        self._show_list()
        if view is None:
            return
        self.title.setText(view.heading)
        self.setAccessibleName(view.heading)
        self._kept.words.setText(self._kept_words(view))
        self.subtitle.setText(view.subtitle)
        self.subtitle.show()
        self.choices.setdefault(identity, dict(view.preselected))
        self._place.setWidget(self._make_lines(view))
        self._set_shortcuts(view)
        self._show_result()

    def _show_list(self) -> None:
        count = len(self.views)
        self._count.setText(self.tr("1 to decide") if count == 1 else self.tr("{n} to decide").format(n=count))
        self.list.set_rows([RowContent(one.id, one.title, one.summary, person=one.number) for one in self.views])
        self.list.choose(self._shown)
        last = count <= 1
        self.save.setText(self.tr("Save") if last else self.tr("Save and next"))
        self.save.updateGeometry()

    def _make_lines(self, view: ConflictView) -> QWidget:
        page = QWidget()
        page.setProperty("plain", True)
        column = QVBoxLayout(page)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(Well("info", view.explanation))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(14)
        grid.setColumnMinimumWidth(0, theme().px(_LABEL))
        stacked = is_stacked(view)
        if not view.held and not stacked:
            for place, version in enumerate(view.versions, 1):
                grid.addLayout(self._version_head(version), 0, place)
        self._tiles = []
        for row, line in enumerate(view.lines, 1):
            label = Label(line.label, "body-strong", wrap=True)
            label.setContentsMargins(0, 8 if stacked else 0, 0, 0)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop if stacked else Qt.AlignmentFlag(0))
            self._add_tiles(grid, row, self._make_tiles(page, view, line.name), stacked=stacked)
        column.addLayout(grid)
        if view.merged:
            column.addWidget(Line())
            column.addLayout(self._make_merged(view.merged))
        column.addStretch(1)
        return page

    def _make_tiles(self, page: QWidget, view: ConflictView, name: str) -> list[ChoiceTile]:
        group = QButtonGroup(page)
        self._tiles.append(group)
        tiles = []
        for choice, words, detail in options(view, name):
            tile = ChoiceTile(words, detail)
            tile.setAutoExclusive(False)  # the group of the line keeps them apart, not the page
            tile.setProperty("choice", (name, choice))
            tile.setChecked(self.choices[view.id].get(name) == choice)
            tile.clicked.connect(lambda _=False, choice=choice: self._choose(name, choice))
            group.addButton(tile)
            tiles.append(tile)
        return tiles

    @staticmethod
    def _add_tiles(grid: QGridLayout, row: int, tiles: Sequence[ChoiceTile], *, stacked: bool) -> None:
        """Put two tiles beside each other under their heads; more of them below each other, where they have room."""
        if stacked:
            column = QVBoxLayout()
            column.setSpacing(8)
            for tile in tiles:
                column.addWidget(tile)
            grid.addLayout(column, row, 1)
            grid.setColumnStretch(1, 1)
            return
        for place, tile in enumerate(tiles, 1):
            grid.addWidget(tile, row, place)
            grid.setColumnStretch(place, 1)

    def _make_merged(self, words: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        label = Label(self.tr("Merged for you"), "body-strong", wrap=True)
        label.setFixedWidth(theme().px(_LABEL) + 2)
        row.addWidget(label)
        row.addWidget(IconLabel("circle-check", "ok"))
        row.addWidget(Label(words, "small", "text2", wrap=True), 1)
        return row

    def _kept_words(self, view: ConflictView) -> str:
        if view.held:
            return self.tr("History keeps it either way")
        return self.tr("History keeps all of them") if is_stacked(view) else self.tr("History keeps both")

    def _version_head(self, version: Version) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel("hard-drive" if version.mine else "cloud", "text2"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(self.tr("Your version") if version.mine else version.who, "body-strong", wrap=True))
        place = version.device or self.tr("Device not known")
        if version.flagged:
            place = self.tr("{device}, its clock is off").format(device=place)
        words.addWidget(Label(place, "small", "warn" if version.flagged else "text2", wrap=True))
        row.addLayout(words, 1)
        return row

    def _set_shortcuts(self, view: ConflictView) -> None:
        """Offer whole versions where there is more than one line; with more than two versions the tiles say whose."""
        while self._shortcuts.count() > 1:
            taken = self._shortcuts.takeAt(0)
            button = taken.widget() if taken is not None else None
            if button is not None:
                button.hide()
                button.deleteLater()
        if view.held or len(view.lines) < 2:  # one line is chosen by its own tile
            return
        for at, (words, version) in enumerate(self._whole_sides(view.versions)):
            button = Button(words, small=True, on_click=self._whole_chooser(view, version))
            self._shortcuts.insertWidget(at, button)

    def _whole_sides(self, versions: Sequence[Version]) -> list[tuple[str, str]]:
        own = [one for one in versions if one.mine]
        others = [one for one in versions if not one.mine]
        if len(own) == 1 and len(others) == 1:
            return [(self.tr("Keep all of mine"), own[0].id), (self.tr("Keep all of theirs"), others[0].id)]
        return [(self.tr("Keep all of mine"), own[0].id)] if len(own) == 1 else []

    def _whole_chooser(self, view: ConflictView, version: str) -> Callable[[], None]:
        def choose() -> None:
            self.choices[view.id] = {line.name: version for line in view.lines}
            self._check_tiles()

        return choose

    # ------------------------------------------------------------------------------------------------------ choosing

    def _choose(self, name: str, choice: str) -> None:
        self.choices[self._shown][name] = choice
        self._check_tiles()

    def _check_tiles(self) -> None:
        chosen = self.choices[self._shown]
        for group in self._tiles:
            for tile in group.buttons():
                name, choice = tile.property("choice")
                tile.setChecked(chosen.get(name) == choice)
        self._show_result()

    def _show_result(self) -> None:
        view = self.view
        if view is not None:
            chosen = self.choices[view.id]
            self.outcome.setText(view.result(chosen))
            self.save.setEnabled(all(line.name in chosen for line in view.lines))

    def save_choice(self) -> None:
        """Save the decision, then show the next; the last one closes the dialog."""
        view = self.view
        if view is None or not self.save.isEnabled():
            return
        try:
            self._desk.commit([view.ask(self.choices[view.id])])
        except CampusError as problem:
            tell_problem(self, problem)
            return
        self.settled.emit(view.id)
        at = self.views.index(view)
        self.views = [one for one in self.views if one.id != view.id]
        if not self.views:
            self.accept()
            tell(self.parentWidget() or self, self.tr("Decided. Both versions stay in the history."))
            return
        self.show_conflict(self.views[min(at, len(self.views) - 1)].id)
