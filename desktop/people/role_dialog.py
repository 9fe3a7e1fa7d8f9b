"""Makes or changes a role: its name, the roles that it takes over, and permissions by area, inherited ones marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done
from desktop.people.role_actions import remove_role, save_role, why_not_removed
from desktop.people.role_store import area_words, inherited, role_names, role_rows
from desktop.widgets.buttons import danger, primary
from desktop.widgets.card import Well
from desktop.widgets.check import Check
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import IconText, Label
from desktop.widgets.layouts import FlowLayout, ScrollColumn
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.people.permission_catalogue import CatalogueLine, catalogue, why_not
from shared.people.permissions import holds_all_of
from shared.people.role_rules import LONGEST_NAME, grants_of
from shared.people.vocabulary import PLATFORM_ONLY, Permission, Role

_HEIGHT = 520


class RoleDialog(Dialog):
    """``saved`` gives what was done, None where nothing differed. What one doesn't hold oneself is out of reach."""

    needs = (Permission.ROLES_EDIT,)

    saved = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None, people: int = 0) -> None:
        title = self.tr("Change the role") if shown else self.tr("Make a role")
        super().__init__(window, title, icon="lock", width=640, padded=False)
        self._desk, self._shown, self._people = desk, shown, people
        self._names = role_names(desk.store, desk.actor.organisation_id)
        built_in = bool(shown and shown["built_in"])
        column = ScrollColumn(padding=20)
        column.body.setSpacing(12)
        self.name = TextField(name=self.tr("Name"))
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setText(self._names[shown["key"]] if shown else "")
        column.body.addWidget(Field(self.tr("Name"), self.name))
        if built_in:
            words = self.tr("What a built-in role allows stays. Make a role that takes it over, to allow more.")
            column.body.addWidget(Well("info", words))
        self.factor = Check(self.tr("Needs a second factor at sign-in"), checked=bool(shown and shown["needs_factor"]))
        column.body.addWidget(self.factor)
        self.over = self._make_over(column, built_in=built_in)
        self.words = self._make_words(column, built_in=built_in)
        self.refusal = IconText("circle-alert", "", "bad")
        self.refusal.hide()
        column.body.addWidget(self.refusal)
        column.body.addStretch(1)
        column.setMinimumHeight(theme().px(_HEIGHT))
        self.add(column)
        self._make_foot()
        self._mark_inherited()

    def _make_foot(self) -> None:
        if self._shown is not None:
            self.remove_button = danger(self.tr("Remove role"), on_click=self.remove)
            reason = why_not_removed(self._desk, self._shown, self._people)
            self.remove_button.setEnabled(reason is None)
            self.remove_button.setToolTip(reason or "")
            self.foot_words(self.remove_button)
        self.add_cancel()
        act = self.tr("Save role") if self._shown else self.tr("Make role")
        self.save_button = self.add_button(primary(act, on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)

    def _make_over(self, column: ScrollColumn, *, built_in: bool) -> dict[str, Check]:
        rows = role_rows(self._desk.store, self._desk.actor.organisation_id)
        grants = grants_of(rows.values())
        taken = set(self._shown["inherits"]) if self._shown else set()
        own_key = self._shown["key"] if self._shown else ""
        checks: dict[str, Check] = {}
        if built_in:
            return checks
        holder = QWidget()
        flow = FlowLayout(holder, space=14)
        for key in rows:
            if key in {own_key, str(Role.PLATFORM_ADMINISTRATOR)}:
                continue
            check = checks[key] = Check(self._names[key], checked=key in taken)
            holds = holds_all_of(self._desk.actor, [key], grants)
            check.setEnabled(holds)
            check.setToolTip("" if holds else self.tr("It allows what you may not do yourself."))
            check.toggled.connect(lambda _on: self._mark_inherited())
            flow.addWidget(check)
        column.body.addWidget(Label(self.tr("Takes over all of"), "section"))
        column.body.addWidget(holder)
        return checks

    def _make_words(self, column: ScrollColumn, *, built_in: bool) -> dict[str, Check]:
        own = set(self._shown["own"]) if self._shown else set()
        checks: dict[str, Check] = {}
        for area, title in area_words().items():
            lines = [line for line in catalogue() if line.area == area]
            column.body.addWidget(Label(title, "section"))
            group = QVBoxLayout()
            group.setSpacing(6)
            column.body.addLayout(group)
            for line in lines:
                check = checks[str(line.word)] = Check(line.lets, checked=line.word in own)
                check.setEnabled(not built_in and self._reach(line) is None)
                group.addWidget(check)
        return checks

    def _reach(self, line: CatalogueLine) -> str | None:
        """Say why a permission can't be given here, or None."""
        if line.word in PLATFORM_ONLY:
            return self.tr("This reaches beyond one institute: for platform administrators only.")
        return why_not(self._desk.actor, line.word)

    def _mark_inherited(self) -> None:
        if not hasattr(self, "words"):
            return
        built_in = bool(self._shown and self._shown["built_in"])
        own_key = self._shown["key"] if self._shown else ""
        found = inherited(self._desk, own_key, [key for key, check in self.over.items() if check.isChecked()])
        for line in catalogue():
            check = self.words[str(line.word)]
            by = found.get(line.word)
            reason = self._reach(line)
            check.setText(self.tr("{lets} (by way of {role})").format(lets=line.lets, role=by) if by else line.lets)
            if by and not check.property("inherited"):
                check.setProperty("inherited", True)
                check.setProperty("own", check.isChecked())
                check.setChecked(True)
            elif not by and check.property("inherited"):
                check.setProperty("inherited", False)
                check.setChecked(bool(check.property("own")))
            check.setEnabled(not built_in and not by and reason is None)
            check.setToolTip(self.tr("It comes with {role}.").format(role=by) if by else reason or "")
            check.updateGeometry()

    def wanted(self) -> dict[str, Any]:
        """Return the role as it is in the dialog; of what it inherits only what was its own before stays its own."""
        own = {
            word
            for word, check in self.words.items()
            if (check.property("own") if check.property("inherited") else check.isChecked())
        }
        over = sorted(key for key, check in self.over.items() if check.isChecked())
        name = self.name.text().strip()
        if self._shown is not None and name == self._names[self._shown["key"]]:
            name = self._shown["name"]
        return {"name": name, "own": sorted(own), "inherits": over, "needs_factor": self.factor.isChecked()}

    def first_focus(self) -> QWidget:
        """Begin with the name."""
        return self.name

    def save(self) -> None:
        """Save and close, or say what can't be kept."""
        self._end(lambda: save_role(self._desk, self._shown, self.wanted()))

    def remove(self) -> None:
        """Remove the role and close."""
        if self._shown is not None:
            shown = self._shown
            self._end(lambda: remove_role(self._desk, shown, self._people))

    def _end(self, act: Any) -> None:
        try:
            done: Done | None = act()
        except CampusError as problem:
            self.refusal.set_state("circle-alert", problem.message, "bad")
            self.refusal.show()
            return
        self.accept()
        self.saved.emit(done)
