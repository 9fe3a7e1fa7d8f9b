"""Finds the inputs of a form and fills them: with what is meant for them, or with what isn't."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from desktop.finance.take_payment_fields import AmountField
from desktop.timetable.time_field import TimeField
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import PasswordField, SearchField
from shared.core.hidden_letters import seen

Input = QLineEdit | QPlainTextEdit | QTextEdit
READ = (NumberField, DateField, TimeField, AmountField, PasswordField, SearchField)
"""Fields that rewrite what they can read, or keep it to themselves."""
_GOOD = (
    ("mail", "ama.mensah@example.org"),
    ("username", "ama.mensah7"),
    ("phone", "024 555 0137"),
    ("percent", "10"),
    ("amount", "120"),
    ("price", "120"),
    ("link", "https://example.org/pay"),
    ("minutes", "10"),
    ("seats", "12"),
    ("year", "2027"),
    ("points", "10"),
    ("marks", "10"),
    ("day", "+7"),
    ("date", "+7"),
    ("until", "+7"),
    ("from", "+7"),
    ("due", "+7"),
    ("start", "+7"),
    ("code", "AB12"),
)
"""What a field of such a name takes, unless its form says otherwise."""


def inputs(form: QWidget) -> list[Input]:
    """The inputs that a person could type into now."""
    found = [one for sort in (QLineEdit, QPlainTextEdit, QTextEdit) for one in form.findChildren(sort)]
    return [one for one in found if one.isVisible() and one.isEnabled() and not one.isReadOnly() and not _hosted(one)]


def _hosted(one: Input) -> bool:
    above: QWidget | None = one.parentWidget()
    while above is not None:
        if isinstance(above, QAbstractSpinBox) or (isinstance(above, QComboBox) and not above.isEditable()):
            return True
        above = above.parentWidget()
    return False


def label_of(one: Input) -> str:
    """What a field is called on the screen."""
    for above in parents(one):
        if isinstance(above, Field):
            return above.label.text()
    return one.accessibleName() or one.placeholderText() or type(one).__name__


def parents(widget: QWidget) -> Iterator[QWidget]:
    """The widgets that a widget lies in, innermost first."""
    above = widget.parentWidget()
    while above is not None:
        yield above
        above = above.parentWidget()


def text_of(one: Input) -> str:
    """What stands in a field."""
    return one.text() if isinstance(one, QLineEdit) else one.toPlainText()


def put(one: Input, words: str) -> None:
    """Replace what stands in a field, as a paste does."""
    one.setFocus()
    if isinstance(one, QLineEdit):
        one.selectAll()
        one.insert(words) if words else one.del_()
        one.editingFinished.emit()
    else:
        one.selectAll()
        pasted = QMimeData()
        pasted.setText(words)
        one.insertFromMimeData(pasted)


def fill(form: QWidget, good: Mapping[str, str]) -> None:
    """Put what is meant for them into all fields that are empty, and choose where nothing is chosen."""
    for combo in form.findChildren(Combo):
        if combo.isVisible() and combo.isEnabled() and not combo.chosen and combo.count():
            combo.setCurrentIndex(next((at for at in range(combo.count()) if combo.itemData(at)), 0))
    times = Counter[str]()
    for one in inputs(form):
        label = label_of(one)
        wanted = _nth(good.get(label), times[label])
        times[label] += 1
        if wanted is not None or not text_of(one).strip():
            put(one, good_for(one) if wanted is None else wanted)


def _nth(wanted: str | None, at: int) -> str | None:
    """Fields of one name take one after the other of `5|3`."""
    return None if wanted is None else (every := wanted.split("|"))[at % len(every)]


def good_for(one: Input) -> str:
    """Return what a field is meant for."""
    label = label_of(one).lower()
    if isinstance(one, SearchField):
        return ""
    if isinstance(one, NumberField):
        return str(max(one._least, min(10, one._most)))
    if isinstance(one, AmountField):
        return "120"
    if isinstance(one, DateField):
        return "+7"
    if isinstance(one, TimeField):
        return "11:30" if "until" in label or "end" in label else "10:00"
    if isinstance(one, PasswordField):
        return "correct horse battery staple"
    return next((value for word, value in _GOOD if word in label), "Words of Ama")


def unreadable(one: Input) -> bool:
    """Tell whether a field for numbers, days, times or amounts holds something that it can't read."""
    return isinstance(one, NumberField | DateField | TimeField | AmountField) and bool(
        one.text().strip() and one.value is None
    )


def kept_of(one: Input, typed: str) -> str:
    """Return what a text field keeps of what was typed: without letters that nobody sees, and trimmed."""
    return seen(typed, lines=not isinstance(one, QLineEdit)).strip()
