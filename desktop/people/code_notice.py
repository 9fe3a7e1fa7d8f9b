"""Says which codes that somebody typed on coming weren't taken, and why: to that person, and to the office."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.core.queries import Where
from desktop.people.person_page import PersonSection
from desktop.shell.page import follow
from desktop.widgets.card import Well
from shared.people.typed_codes import TYPED_CODE, CodePlace, CodeState, may_see_codes, why_words


def _tr(words: str) -> str:
    return QCoreApplication.translate("CodeNotice", words)


def place_words(place: str) -> str:
    """Return where a code was typed."""
    words = {
        CodePlace.REGISTRATION: _tr("with the registration"),
        CodePlace.APPLICATION: _tr("in the application"),
        CodePlace.ENQUIRY: _tr("with the enquiry"),
        CodePlace.ENROLMENT: _tr("with the enrolment"),
    }
    return words.get(CodePlace(place), "")


class CodeNotice(QWidget):
    """A line for each code of one person that wasn't taken; nothing is shown where there is none."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._person_id = desk, person_id
        self.sentences: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.refresh()
        follow(desk.store, self, self._changed)

    def _changed(self, changed: Changed) -> None:
        if TYPED_CODE in changed.kinds or not changed.keys:
            self.refresh()

    def refresh(self) -> None:
        """Read anew which weren't taken; who has given another code since needn't hear of the old one."""
        rows = self._desk.store.page(TYPED_CODE, [Where("person_id", "=", self._person_id)], limit=-1)
        taken = any(one["state"] == CodeState.TAKEN for one in rows)
        refused = [] if taken else [one for one in rows if one["state"] == CodeState.REFUSED]
        words = _tr("The code {code} that was typed {where} wasn't taken. {why}")
        self.sentences = [
            words.format(code=one["code"], where=place_words(one["place"]), why=why_words(one["reason"]))
            for one in refused
        ]
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for sentence in self.sentences:
            self._column.addWidget(Well("circle-alert", sentence, "warn"))
        self.setVisible(bool(self.sentences))


def codes_section() -> PersonSection:
    """Return the notice for the page of a person; None for those whom codes are no business of."""

    def make(desk: Desk, person_id: str) -> QWidget | None:
        return CodeNotice(desk, person_id) if may_see_codes(desk.actor) else None

    return PersonSection(make)
