"""The second step of an import: what each column holds, how the file is read, and how it is taken."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.learning.imports import Choices, FileColumn, Upload
from desktop.people.words import role_word
from desktop.widgets.badge import Badge
from desktop.widgets.card import Card, Line, Well
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import ElidedLabel, IconText, Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.theme import theme
from shared.people.vocabulary import Role

_ENCODINGS = ("UTF-8", "Windows-1252", "UTF-16", "ISO-8859-1", "Windows-1250", "Windows-1251", "Windows-1256")
_SURE, _LIKELY = 0.85, 0.5
_MOST_SAMPLES = 4


class MappingStep(QWidget):
    """``look_again`` asks for the columns anew, with what ``reading`` says; ``choices`` is what was decided."""

    look_again = Signal()
    changed = Signal()

    def __init__(self, cohorts: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._upload: Upload | None = None
        self._combos: dict[str, Combo] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self._columns_box = ScrollColumn(padding=0)
        row.addWidget(self._columns_box, 1)
        side = ScrollColumn(padding=0)
        side.setFixedWidth(theme().px(320))
        side.body.addWidget(self._make_reading())
        side.body.addWidget(self._make_options(cohorts))
        side.body.addStretch(1)
        row.addWidget(side)

    def _make_reading(self) -> Card:
        self.reading_card = Card(self.tr("How the file is read"))
        self.encoding = Combo(name=self.tr("Encoding"))
        self.separator = Combo(name=self.tr("Separator"))
        self.sheet = Combo(name=self.tr("Sheet"))
        self._reading = [
            Field(self.tr("Encoding"), self.encoding, hint=self.tr("Change it when letters look wrong")),
            Field(self.tr("Separator"), self.separator),
            Field(self.tr("Sheet"), self.sheet),
        ]
        for field in self._reading:
            self.reading_card.add(field)
        for combo in (self.encoding, self.separator, self.sheet):
            combo.activated.connect(lambda _index: self.look_again.emit())
        return self.reading_card

    def _make_options(self, cohorts: list[tuple[str, str]]) -> Card:
        card = Card(self.tr("How it is taken"))
        roles = [(str(role), role_word(str(role))) for role in (Role.STUDENT, Role.INSTRUCTOR)]
        self.role = Combo([("", self.tr("As the file says")), *roles], name=self.tr("Everyone in it is"))
        self._role_field = Field(self.tr("Everyone in it is"), self.role)
        card.add(self._role_field)
        self.cohort = Combo([("", self.tr("No cohort, or as the file says")), *cohorts], name=self.tr("Enrol in"))
        # As wide as the others, however long the name of a class is.
        self.cohort.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._cohort_field = Field(self.tr("Enrol everyone in"), self.cohort)
        card.add(self._cohort_field)
        self.missing = Check(self.tr("The file lists everybody"))
        card.add(self.missing)
        self.missing_words = Label("", "small", "muted", wrap=True)
        card.add(self.missing_words)
        return card

    def show_upload(self, upload: Upload) -> None:
        """Show a file; choices already made for columns of the same name stay."""
        before = {name: combo.chosen for name, combo in self._combos.items()} if self._same_file(upload) else {}
        self._upload = upload
        table = upload.kind == "table"
        self._fill_reading(upload)
        for field in (self._role_field, self._cohort_field):
            field.setVisible(table)
        if not before:
            self.missing.setChecked(not table and "bulk" in upload.files.values())
            self.role.choose("")
            self.cohort.choose("")
        self.missing_words.setText(
            self.tr("People of earlier imports who aren't in it become inactive. You are asked before many do.")
        )
        self._fill_columns(upload)
        for name, chosen in before.items():
            if name in self._combos and chosen is not None:
                self._combos[name].choose(chosen)

    def _same_file(self, upload: Upload) -> bool:
        return self._upload is not None and self._upload.id == upload.id

    def _fill_reading(self, upload: Upload) -> None:
        found = upload.encoding or ""
        encodings = [found, *(one for one in _ENCODINGS if one.lower() != found.lower())] if found else []
        self.encoding.set_choices([(one, one) for one in encodings])
        separators = {",": self.tr("Comma"), ";": self.tr("Semicolon"), "\t": self.tr("Tab"), "|": self.tr("Bar")}
        self.separator.set_choices(list(separators.items()) if upload.separator else [])
        self.separator.choose(upload.separator)
        self.sheet.set_choices([(one, one) for one in upload.sheets])
        for field, combo in zip(self._reading, (self.encoding, self.separator, self.sheet), strict=True):
            field.setVisible(combo.count() > 0)
        self.reading_card.setVisible(any(combo.count() for combo in (self.encoding, self.separator, self.sheet)))

    def _fill_columns(self, upload: Upload) -> None:
        body = self._columns_box.body
        while body.count():
            item = body.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self._combos = {}
        for note in upload.notes:
            body.addWidget(Well("info", note.sentence))
        body.addWidget(self._files_card(upload) if upload.kind == "oneroster" else self._columns_card(upload))
        body.addStretch(1)

    def _files_card(self, upload: Upload) -> Card:
        card = Card(self.tr("Files of the OneRoster zip"))
        words = {
            "bulk": self.tr("lists everything"),
            "delta": self.tr("lists changes"),
            "absent": self.tr("not in the zip"),
        }
        for name, mode in upload.files.items():
            sign, tone = ("circle-dashed", "muted") if mode == "absent" else ("circle-check", "ok")
            said = self.tr("{file}: {mode}").format(file=name, mode=words.get(mode, mode))
            card.add(IconText(sign, said, tone, step="body", text_tone="muted" if mode == "absent" else "text"))
        return card

    def _columns_card(self, upload: Upload) -> Card:
        card = Card(padded=False)
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(16, 10, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        heads = (self.tr("Column of the file"), self.tr("Holds"), self.tr("How sure"))
        for place, words in enumerate(heads):
            grid.addWidget(Label(words, "small-medium", "text2"), 0, place)
        choices = [("", self.tr("Leave out")), *((field.name, field.label) for field in upload.fields)]
        for place, column in enumerate(upload.columns):
            line = 1 + 2 * place
            grid.addWidget(Line(), line, 0, 1, 3)
            grid.addWidget(self._column_words(column), line + 1, 0)
            combo = Combo(choices, name=self.tr("What {column} holds").format(column=column.name))
            combo.setFixedWidth(theme().px(190))
            combo.choose(column.field or "")
            combo.currentIndexChanged.connect(lambda _index: self.changed.emit())
            grid.addWidget(combo, line + 1, 1)
            grid.addWidget(self._sureness(column), line + 1, 2)
            self._combos[column.name] = combo
        card.add(holder)
        return card

    def _column_words(self, column: FileColumn) -> QWidget:
        box = QWidget()
        words = QVBoxLayout(box)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(ElidedLabel(column.name, "body-medium"))
        samples = ", ".join(one for one in column.samples[:_MOST_SAMPLES] if one)
        words.addWidget(ElidedLabel(samples or self.tr("empty"), "small", "muted"))
        return box

    def _sureness(self, column: FileColumn) -> Badge:
        if column.field is None:
            return Badge(self.tr("Not known"), "neu")
        if column.confidence >= _SURE:
            return Badge(self.tr("Sure"), "ok", "check")
        return Badge(self.tr("Likely"), "info") if column.confidence >= _LIKELY else Badge(self.tr("A guess"), "warn")

    def problem(self) -> str:
        """Return why the file can't be checked yet, or an empty text: the same field chosen for two columns."""
        if self._upload is None:
            return self.tr("Choose a file first")
        labels = {field.name: field.label for field in self._upload.fields}
        seen: set[str] = set()
        for combo in self._combos.values():
            chosen = combo.chosen or ""
            if chosen and chosen in seen:
                return self.tr("{field} is chosen for two columns. Leave one of them out.").format(
                    field=labels.get(chosen, chosen)
                )
            seen.add(chosen)
        if self._combos and seen == {""}:
            return self.tr("Say of at least one column what it holds.")
        return ""

    def choices(self) -> Choices:
        """Return what was decided."""
        return Choices(
            mapping={name: combo.chosen or None for name, combo in self._combos.items()},
            encoding=self.encoding.chosen,
            separator=self.separator.chosen,
            sheet=self.sheet.chosen,
            role=self.role.chosen or None,
            cohort_id=self.cohort.chosen or None,
            deactivate_missing=self.missing.isChecked(),
        )
