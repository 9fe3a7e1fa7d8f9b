"""The forms of kit: a piece or a studio, the limits of loans, and why a block is lifted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.timetable import kit_actions
from desktop.timetable.kit_store import categories_of, course_choices, policy_of
from desktop.timetable.session_form import side_by_side
from desktop.timetable.week_store import room_bodies
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.check import Check
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.number_field import NumberField
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission
from shared.timetable.kit_rules import LIMITS
from shared.timetable.kit_vocabulary import KitKind, KitState

_MOST_SHOWN = 168


def _tr(words: str) -> str:
    return QCoreApplication.translate("KitForms", words)


def _field(words: str, most: int) -> TextField:
    field = TextField()
    field.setMaxLength(most)
    field.setText(words)
    return field


class ItemDialog(Dialog):
    """``saved`` gives the piece's id and the words; ``state_asked`` the id and the state wanted."""

    needs = (Permission.KIT_MANAGE,)

    saved = Signal(str, str)
    state_asked = Signal(str, str)

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None) -> None:
        title = _tr("Add kit") if shown is None else _tr("Change {item}").format(item=shown["name"])
        super().__init__(window, title, icon="camera", width=560)
        self._desk, self._shown = desk, shown
        body = shown or {}
        segments = (
            Segment(KitKind.ITEM, _tr("To lend"), "arrow-up-right"),
            Segment(KitKind.STUDIO, _tr("Studio"), "landmark"),
        )
        self.kind = Segmented(segments, name=_tr("What it is"))
        self.kind.choose(str(body.get("kit_kind") or KitKind.ITEM))
        show_part(self.kind, shown is None)
        self.add(self.kind)
        self.name, self.number = _field(body.get("name") or "", 200), _field(body.get("number") or "", 60)
        self.name_field, self.number_field = Field(_tr("Name"), self.name), Field(_tr("Number"), self.number)
        self.add(side_by_side((self.name_field, 2), (self.number_field, 1)))
        known = ", ".join(categories_of(desk)[:3])
        self.category = _field(body.get("category") or "", 100)
        self.room = _field(body.get("room") or "", 100)
        rooms = ", ".join(one["name"] for one in room_bodies(desk)[:3])
        self.room_field = Field(_tr("Room as classes name it"), self.room, hint=rooms)
        self.category_field = Field(_tr("Category"), self.category, optional=True, hint=known)
        self.add(side_by_side((self.category_field, 1), (self.room_field, 1)))
        self.condition = _field(body.get("condition") or "", 500)
        self.add(Field(_tr("Condition"), self.condition, optional=True))
        self._make_courses(set(body.get("course_ids") or ()))
        if shown is not None:
            self._make_states(shown)
        self.add_cancel()
        self.save_button = self.add_button(
            primary(_tr("Add") if shown is None else _tr("Save changes"), on_click=self.save)
        )
        self.on_key("Ctrl+S", self.save)
        self.kind.chosen_changed.connect(lambda _kind: self._show_kind())
        self._show_kind()

    def _make_courses(self, chosen: set[str]) -> None:
        self.add(Label(_tr("For students of; with no course for everybody"), "small-medium", "text2"))
        self.courses = {key: Check(title) for key, title in course_choices(self._desk)}
        content = QWidget()
        content.setProperty("plain", True)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for key, check in self.courses.items():
            check.setChecked(key in chosen)
            column.addWidget(check)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(content)
        area.setMaximumHeight(theme().px(_MOST_SHOWN))
        show_part(area, bool(self.courses))
        self.add(area)

    def _make_states(self, shown: Mapping[str, Any]) -> None:
        if shown["state"] != KitState.IN_USE:
            self.foot_words(secondary(_tr("Use it again"), "refresh-cw", lambda: self._ask(KitState.IN_USE)))
            return
        if shown.get("kit_kind") == KitKind.ITEM:
            self.foot_words(secondary(_tr("Send to repair"), "settings", lambda: self._ask(KitState.REPAIR)))
        self.foot_words(danger(_tr("Remove"), "x", lambda: self._ask(KitState.REMOVED)))

    def _ask(self, state: KitState) -> None:
        self.accept()
        self.state_asked.emit((self._shown or {})["id"], str(state))

    def _show_kind(self) -> None:
        self.room_field.setVisible(self.kind.chosen == KitKind.STUDIO)

    def save(self) -> None:
        """Add the piece, or save its changes."""
        studio = self.kind.chosen == KitKind.STUDIO
        values: dict[str, Any] = {
            "name": self.name.text().strip(),
            "number": self.number.text().strip(),
            "category": self.category.text().strip(),
            "condition": self.condition.text().strip(),
            "course_ids": sorted(key for key, check in self.courses.items() if check.isChecked()),
        }
        if studio:
            values["room"] = self.room.text().strip() or values["name"][:100]
        for field in (self.name_field, self.number_field):
            field.set_error("")
        try:
            if self._shown is None:
                item_id = kit_actions.add_item(self._desk, {**values, "kit_kind": self.kind.chosen})
            else:
                item_id = self._shown["id"]
                kit_actions.edit_item(self._desk, self._shown, values)
        except CampusError as problem:
            at_number = problem.code in {"number_missing", "kit_number_taken"}
            (self.number_field if at_number else self.name_field).set_error(problem.message)
            return
        self.accept()
        self.saved.emit(item_id, _tr("{item} saved").format(item=values["name"]))


class PolicyDialog(Dialog):
    """Sets how long late returns block and how long loans last; ``saved`` says that something is different now."""

    needs = (Permission.KIT_MANAGE,)

    saved = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        hint = _tr("Counts for the whole institute.")
        super().__init__(window, _tr("Limits of loans"), subtitle=hint, icon="settings", width=420)
        self._desk = desk
        present = policy_of(desk)
        least, most = LIMITS["longest_days"]
        self.longest = NumberField(int(present["longest_days"]), least=least, most=most)
        self.longest_field = Field(_tr("A loan lasts at most, in days"), self.longest)
        least, most = LIMITS["block_days"]
        self.block = NumberField(int(present["block_days"]), least=least, most=most)
        words = _tr("Whoever manages kit can lift a block. With 0 nobody is blocked.")
        self.block_field = Field(_tr("A late return blocks for, in days"), self.block, hint=words)
        self.add(self.longest_field)
        self.add(self.block_field)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)

    def save(self) -> None:
        """Save what differs."""
        longest, block = self.longest.value, self.block.value
        self.longest_field.set_error("" if longest is not None else _tr("Enter a number from 1 to 365."))
        self.block_field.set_error("" if block is not None else _tr("Enter a number from 0 to 365."))
        if longest is None or block is None:
            return
        try:
            changed = kit_actions.set_policy(self._desk, {"longest_days": longest, "block_days": block})
        except CampusError as problem:
            self.block_field.set_error(problem.message)
            return
        self.accept()
        if changed:
            self.saved.emit()


class LiftDialog(Dialog):
    """Asks why a block is lifted; ``lifted`` says that it is."""

    needs = (Permission.KIT_MANAGE,)

    lifted = Signal()

    def __init__(self, window: QWidget, desk: Desk, loan: Mapping[str, Any]) -> None:
        title = _tr("Lift the block of {name}").format(name=loan["person_name"])
        super().__init__(window, title, icon="lock", width=480)
        self._desk, self._loan = desk, loan
        self.reason = _field("", 300)
        self.reason_field = Field(_tr("Why"), self.reason, hint=_tr("Kept with the loan."))
        self.add(self.reason_field)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Lift the block"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Return", self.save)

    def save(self) -> None:
        """Lift it."""
        try:
            kit_actions.lift_block(self._desk, self._loan, self.reason.text())
        except CampusError as problem:
            self.reason_field.set_error(problem.message)
            return
        self.accept()
        self.lifted.emit()


class CancelDialog(Dialog):
    """Asks once whether a booking is given back; ``agreed`` says yes."""

    agreed = Signal()

    def __init__(self, window: QWidget, when: str) -> None:
        super().__init__(window, _tr("Give the booking back"), subtitle=when, icon="calendar", width=440)
        self.add(Label(_tr("Someone else can have this time then."), "body", "text2", wrap=True))
        self.add_cancel(_tr("Keep it"))
        self.give_button = self.add_button(danger(_tr("Give it back"), "x", self._agree))
        self.on_key("Ctrl+Return", self._agree)

    def _agree(self) -> None:
        self.accept()
        self.agreed.emit()
