"""One's own second factor: what one holds, adding and removing, and recovery codes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core import meta
from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.factor_api import FRESH_NEEDED, FactorApi, NewApp, OwnFactors
from desktop.core.server_asking import client_of
from desktop.people.door_card import DoorCard
from desktop.people.door_line import DoorLine
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.factor_dialog import FactorDialog, app_dialog, codes_dialog, sent_dialog
from desktop.shell.factor_words import ICONS, way_choice, way_name
from desktop.shell.page import tell, tell_problem
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.buttons import Button, secondary
from shared.core.errors import CampusError
from shared.core.text import plural, text

ResultT = TypeVar("ResultT")
_FEW_CODES = 3


def _line(desk: Desk) -> ApiClient:
    return client_of(desk, text("Your second factor is kept by the server, and it can't be reached."))


class FactorCard(DoorCard):
    """What the server keeps is read when the card is shown; every change asks for a fresh sign-in first."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, lambda: FactorApi(_line(desk)).own(), self.show_factors, parent)
        words = self.tr("Besides the password: something you have, such as your phone. A stolen password alone then"
                        " opens nothing.")  # fmt: skip
        self.name(self.tr("Second factor"), words)
        self._institute = str((desk.store.recall(meta.ORGANISATION) or {}).get("name", ""))
        self._adding = QHBoxLayout()
        self._adding.setSpacing(8)
        self.add(self._adding)
        self.add_buttons: dict[str, Button] = {}
        self.dialog: FactorDialog | None = None

    def show_factors(self, own: OwnFactors) -> None:
        """Show what one holds, and what could be added."""
        for one in own.held:
            line = DoorLine(way_name(one.kind), self._detail(one.to, one.used_at), icon=ICONS[one.kind])
            remove = Button(self.tr("Remove"), small=True, on_click=partial(self.remove, one.kind))
            if own.required and len(own.held) == 1:
                remove.setEnabled(False)
                remove.setToolTip(self.tr("Your role needs a second factor. Add another one first."))
            line.add_button(remove)
            self.lines.addWidget(line)
        if own.held:
            self.lines.addWidget(self._codes_line(own.recovery_left))
        else:
            nothing = self.tr("None yet. Your role asks for one at the next sign-in.") if own.required else self.tr(
                "None yet. Your password alone opens your account."
            )  # fmt: skip
            self.state.setText(nothing)
            self.state.show()
        self._show_adding(own)

    def _detail(self, to: str, used_at: str | None) -> str:
        now, zone = self._desk.clock.now(), zone_of(self._desk)
        used = (
            self.tr("last used {time}").format(time=instant_words(used_at, zone, now))
            if used_at
            else self.tr("not used yet")
        )
        return f"{to} · {used}" if to else used

    def _codes_line(self, left: int) -> DoorLine:
        words = plural("{n} of 10 is left", "{n} of 10 are left", left)
        badge = (self.tr("Few left"), "warn") if left <= _FEW_CODES else None
        line = DoorLine(self.tr("Recovery codes"), words, badge, icon=ICONS["recovery"])
        line.add_button(Button(self.tr("Make new ones"), small=True, on_click=self.new_codes))
        return line

    def _show_adding(self, own: OwnFactors) -> None:
        while (item := self._adding.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        held = {one.kind for one in own.held}
        app = self.tr("Change the app") if "app" in held else self.tr("Add an app")
        self.add_buttons = {"app": secondary(app, ICONS["app"], self.add_app)}
        for way in own.can_send:
            if way.kind not in held:
                act = partial(self.add_address, way.kind)
                self.add_buttons[way.kind] = secondary(way_choice(way.kind, way.to), ICONS[way.kind], act)
        for button in self.add_buttons.values():
            self._adding.addWidget(button)
        self._adding.addStretch(1)

    # ----------------------------------------------------------------------------------------------------------- acts

    def add_app(self) -> None:
        """Begin to add an app."""
        self._fresh(lambda api: api.begin_app(), self._open_app)

    def _open_app(self, app: NewApp) -> None:
        api = FactorApi(_line(self._desk))
        self._open(app_dialog(self.window(), api, app, self._institute), self.tr("The app was added"))

    def add_address(self, kind: str) -> None:
        """Let a code be sent to one's own address, to add it."""
        self._fresh(lambda api: api.send(kind), partial(self._open_sent, kind))

    def _open_sent(self, kind: str, to: str) -> None:
        api = FactorApi(_line(self._desk))
        told = self.tr("{way} was added").format(way=way_name(kind))
        self._open(sent_dialog(self.window(), api, kind, to, self._institute), told)

    def new_codes(self) -> None:
        """Make ten new recovery codes."""
        self._fresh(lambda api: api.new_codes(), self._open_codes)

    def _open_codes(self, codes: list[str]) -> None:
        api, title = FactorApi(_line(self._desk)), self.tr("New recovery codes")
        self._open(codes_dialog(self.window(), api, title, codes, self._institute), self.tr("The old codes are void"))

    def remove(self, kind: str) -> None:
        """Remove a factor."""
        told = self.tr("{way} was removed").format(way=way_name(kind))

        def done(_nothing: Any) -> None:
            tell(self, told)
            self.refresh()

        self._fresh(lambda api: api.remove(kind), done)

    def _open(self, dialog: FactorDialog, told: str) -> None:
        self.dialog = dialog
        dialog.accepted.connect(lambda: tell(self, told))
        dialog.finished.connect(lambda _result: self.refresh())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _fresh(self, work: Callable[[FactorApi], ResultT], on_ok: Callable[[ResultT], object]) -> None:
        try:
            client = _line(self._desk)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        run_fresh(self, client, lambda: work(FactorApi(client)), on_ok, self._refused)

    def _refused(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        if problem.code != FRESH_NEEDED:  # who gave the asking up needn't be told so
            tell_problem(self, problem)
