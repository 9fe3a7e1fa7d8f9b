"""Keeps how a bank writes its statements: marks, how days and amounts look, and which column holds what."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import bank_actions
from desktop.finance.bank_actions import Layout
from desktop.finance.statement_preview import StatementPreview
from desktop.timetable.session_form import side_by_side
from desktop.widgets.buttons import primary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.notice import Notice
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.finance.statement_layouts import COLUMNS, DATE_FORMATS, ENCODINGS, column_words
from shared.people.vocabulary import Permission

_ACROSS = 4
_PREVIEW = 104


def _tr(words: str) -> str:
    return QCoreApplication.translate("LayoutDialog", words)


class LayoutDialog(Dialog):
    """``saved`` gives the layout's id and the words of what was done. Fields hold names of heads, or `#3`."""

    needs = (Permission.FINANCE_APPROVE,)

    saved = Signal(str, str)

    def __init__(self, window: QWidget, desk: Desk, shown: Layout | None = None, content: str = "") -> None:
        hint = _tr("Name the heads of the columns as the file has them, or their numbers like #3.")
        super().__init__(window, _tr("Layout of a statement"), subtitle=hint, icon="table-2", width=940)
        self._desk, self._content = desk, content
        self._known = {one.key: one for one in bank_actions.layouts(desk)}
        self.which = Combo([(one.key, one.name) for one in self._known.values()], name=_tr("Begin with"))
        self.name = TextField()
        self.name.setMaxLength(200)
        self.add(side_by_side((Field(_tr("Begin with"), self.which), 1), (Field(_tr("Name"), self.name), 1)))
        self._make_marks()
        self._make_columns()
        self.preview = StatementPreview(_PREVIEW)
        show_part(self.preview, bool(content))
        self.add(self.preview)
        self.refusal = Notice()
        self.add(self.refusal)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save layout"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)
        if shown is not None:
            self.which.choose(shown.key)
        self.which.currentIndexChanged.connect(lambda _at: self.begin())
        self.begin()

    def _make_marks(self) -> None:
        separators = ((",", _tr("Comma")), (";", _tr("Semicolon")), ("\t", _tr("Tab")), ("|", _tr("Bar")))
        self.delimiter = Combo(list(separators), name=_tr("Between columns"))
        self.encoding = Combo([(one, one.upper()) for one in ENCODINGS], name=_tr("Letters"))
        self.dates = Combo([(one, one) for one in DATE_FORMATS], name=_tr("Days like"))
        self.decimal = Combo([(".", "1.50"), (",", "1,50")], name=_tr("Decimals like"))
        groups = ((",", "1,000"), (".", "1.000"), (" ", "1 000"), ("'", "1'000"), ("none", _tr("None")))
        self.thousands = Combo(list(groups), name=_tr("Thousands like"))
        self.head_row = NumberField(0, most=50, name=_tr("Row of the heads"))
        fields = (
            (_tr("Between columns"), self.delimiter),
            (_tr("Letters"), self.encoding),
            (_tr("Days like"), self.dates),
            (_tr("Decimals like"), self.decimal),
            (_tr("Thousands like"), self.thousands),
            (_tr("Row of the heads"), self.head_row),
        )
        self.add(side_by_side(*((Field(words, widget), 1) for words, widget in fields)))
        self.delimiter.currentIndexChanged.connect(lambda _at: self._show_preview())

    def _make_columns(self) -> None:
        self.add(Label(_tr("Columns; several names with a comma between them"), "small-medium", "text2"))
        self.columns = {name: TextField() for name in COLUMNS}
        self.credit_marks, self.debit_marks = TextField(), TextField()
        self.opening_words, self.closing_words = TextField(), TextField()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for at, (name, field) in enumerate(self._lists().items()):
            grid.addWidget(Field(column_words(name), field), at // _ACROSS, at % _ACROSS)
        self.add(grid)

    def begin(self) -> None:
        """Fill the fields from the chosen layout."""
        layout = self._known[self.which.chosen or next(iter(self._known))]
        rules = layout.rules
        self.name.setText(layout.name)
        self.delimiter.choose(str(rules["delimiter"]))
        self.encoding.choose(str(rules["encoding"]))
        self.dates.choose(str(rules["date_format"]))
        self.decimal.choose(str(rules["decimal"]))
        self.thousands.choose(str(rules["thousands"]) or "none")
        self.head_row.set_value(int(rules["header_row"]))
        for name, field in self._lists().items():
            field.setText(", ".join(rules[name]))
            field.setCursorPosition(0)
        self._show_preview()

    def _lists(self) -> dict[str, TextField]:
        return {
            **self.columns,
            "credit_marks": self.credit_marks,
            "debit_marks": self.debit_marks,
            "opening_words": self.opening_words,
            "closing_words": self.closing_words,
        }

    @property
    def rules(self) -> dict[str, Any]:
        """The layout as the fields say it."""
        thousands = self.thousands.chosen or ""
        found: dict[str, Any] = {
            "delimiter": self.delimiter.chosen or ",",
            "encoding": self.encoding.chosen,
            "header_row": self.head_row.value or 0,
            "date_format": self.dates.chosen,
            "decimal": self.decimal.chosen,
            "thousands": "" if thousands == "none" else thousands,
        }
        for name, field in self._lists().items():
            found[name] = [part.strip() for part in field.text().split(",") if part.strip()]
        return found

    def _show_preview(self) -> None:
        if self._content:
            self.preview.show_file(self._content, self.rules)

    def save(self) -> None:
        """Keep the layout, or say why it can't be used."""
        shown = self._known[self.which.chosen or next(iter(self._known))]
        try:
            key = bank_actions.save_layout(self._desk, self.name.text(), self.rules, shown.body)
        except CampusError as problem:
            self.refusal.say(problem.message)
            return
        self.accept()
        self.saved.emit(key, _tr("Layout {name} kept").format(name=self.name.text().strip()))
