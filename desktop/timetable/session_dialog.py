"""The form of one class session: plan it, change it, cancel it, plan it again; what is in the way is named first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.timetable import actions, series_actions
from desktop.timetable.actions import Plan
from desktop.timetable.cancel_dialog import CancelDialog
from desktop.timetable.clash_notice import ClashNotice
from desktop.timetable.clash_store import Met, clashes_of, removed_room
from desktop.timetable.lines import session_words
from desktop.timetable.series_change_dialog import SeriesChangeDialog
from desktop.timetable.session_form import SessionForm
from desktop.timetable.session_people import SessionPeople, is_online
from desktop.timetable.times import local, zone_of
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.card import Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission
from shared.timetable.vocabulary import SESSION_SERIES, ClassSessionState

_MOST_NAMED = 3


def _tr(words: str) -> str:
    return QCoreApplication.translate("SessionDialog", words)


class SessionDialog(Dialog):
    """Plans a new class session, or changes the one that is shown; ``saved`` gives its id and what was done."""

    needs = (Permission.SESSIONS_PLAN,)

    saved = Signal(str, str)

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        shown: Mapping[str, Any] | None = None,
        cohort_id: str = "",
        *,
        day: date | None = None,
    ) -> None:
        title = _tr("Plan a class") if shown is None else _tr("Change a class")
        online = shown is not None and is_online(shown)
        super().__init__(window, title, icon="calendar", width=960 if online else 600)
        self._desk, self._shown = desk, shown
        self.met: Sequence[Met] = ()
        self.form = SessionForm(desk, shown, cohort_id, day)
        self.cohort, self.day, self.start, self.end = (
            self.form.cohort,
            self.form.day,
            self.form.start,
            self.form.end,
        )
        self.room, self.instructor, self.title_text = self.form.room, self.form.instructor, self.form.title_text
        self.cohort_field, self.day_field = self.form.cohort_field, self.form.day_field
        self.start_field, self.end_field = self.form.start_field, self.form.end_field
        self.series_well: Well | None = None
        reason = str((shown or {}).get("cancel_reason") or "")
        if reason:
            self.add(Label(_tr("Cancelled: {reason}").format(reason=reason), "body", "bad", wrap=True))
        self._add_series()
        self._add_form(online=online)
        self._add_clashes()
        self.form.on_change(self._forget_clashes)
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)
        self._make_buttons()

    def _add_series(self) -> None:
        shown = self._shown or {}
        if self._desk.store.get(SESSION_SERIES, shown.get("series_id") or "") is None:
            return
        words = _tr("One class of a series. What you change here holds for this class alone.")
        well = Well("refresh-cw", words)
        if shown.get("state") != ClassSessionState.CANCELLED:
            self.end_button = secondary(_tr("Cancel it and the later ones"), on_click=self.end_series)
            self.change_button = secondary(_tr("Change it and the later ones"), on_click=self.change_series)
            buttons = QVBoxLayout()
            buttons.addWidget(self.change_button)
            buttons.addWidget(self.end_button)
            well.body.addLayout(buttons)
        self.series_well = well
        self.add(well)

    def _add_form(self, *, online: bool) -> None:
        if not online or self._shown is None:
            self.add(self.form)
            return
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addWidget(self.form, 11)
        both.addWidget(SessionPeople(self._desk, self._shown), 7, Qt.AlignmentFlag.AlignTop)
        self.add(both)

    def _add_clashes(self) -> None:
        self.clashes = ClashNotice(_MOST_NAMED)
        self.add(self.clashes)

    def _make_buttons(self) -> None:
        shown = self._shown
        if shown is not None and shown.get("state") == ClassSessionState.CANCELLED:
            self.foot_words(secondary(_tr("Plan it again"), "refresh-cw", self._plan_again))
        elif shown is not None:
            self.foot_words(danger(_tr("Cancel this class"), "x", self._cancel))
        self.add_cancel(_tr("Close") if shown is not None else "")
        self._save_words = _tr("Plan class") if shown is None else _tr("Save changes")
        self.save_button = self.add_button(primary(self._save_words, on_click=self.save))

    def _forget_clashes(self) -> None:
        if self.met:
            self._show_clashes(())

    def _show_clashes(self, met: Sequence[Met]) -> None:
        self.met = tuple(met)
        if self.series_well is not None:
            self.series_well.setVisible(not met)  # so that the form has room in a small window
        self.clashes.show_met(met, self.save_button, self._save_words, _tr("Save nevertheless"))

    def save(self) -> None:
        """Save what the form says; the first time it names what is in the way instead, the second time it saves."""
        plan = self.form.plan()
        if plan is None:
            return
        despite = bool(self.met)
        if not despite and self._meets(plan):
            return
        shown = self._shown
        if shown is None:
            self._run(lambda: actions.plan_session(self._desk, plan, despite_clash=despite), _tr("Class planned"))
            return
        self._run(
            lambda: actions.edit_session(self._desk, shown, plan.fields(shown), despite_clash=despite),
            _tr("Class changed"),
        )

    def _meets(self, plan: Plan) -> bool:
        shown = self._shown or {}
        names = ("starts_at", "ends_at", "room", "instructor_id", "stand_in_id")
        wanted = plan.fields(shown) if shown else {name: getattr(plan, name) for name in names}
        if shown and all((wanted[name] or None) == (shown.get(name) or None) for name in names):
            return False
        gone = removed_room(self._desk, plan.room)
        self.form.room_field.set_error(gone)
        if gone:
            return True
        body = {**shown, **{name: wanted[name] for name in names}, "id": shown.get("id", "")}
        try:
            met = clashes_of(self._desk, [{**body, "cohort_id": plan.cohort_id}])
        except ValueError:
            return False  # the saving says what is wrong with the times
        self._show_clashes(met)
        return bool(met)

    def _ask_why(self, title: str, cancel: Callable[[str], object]) -> None:
        shown = self._shown or {}
        self._open_instead(CancelDialog(self._window, title, session_words(shown, self._desk.store.get), cancel))

    def _open_instead(self, dialog: Dialog) -> None:
        self.hide()  # one dialog at a time; this one comes back with what was typed in it
        dialog.rejected.connect(self.open_dialog)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _cancel(self) -> None:
        shown = self._shown or {}
        self._ask_why(
            _tr("Cancel this class"),
            lambda reason: self._run(lambda: actions.cancel_session(self._desk, shown, reason), _tr("Class cancelled")),
        )

    def _plan_again(self) -> None:
        shown = self._shown or {}
        met = [] if self.met else clashes_of(self._desk, [{**shown, "state": str(ClassSessionState.SCHEDULED)}])
        if met:
            self._show_clashes(met)
            return
        despite = bool(self.met)
        self._run(lambda: actions.plan_again(self._desk, shown, despite_clash=despite), _tr("Class planned again"))

    def change_series(self) -> None:
        """Change time, room or instructor of this class and those of its series after it."""
        shown = self._shown or {}
        dialog = SeriesChangeDialog(self._window, self._desk, shown)
        dialog.saved.connect(self._series_changed)
        self._open_instead(dialog)

    def _series_changed(self, count: int) -> None:
        words = _tr("1 class changed") if count == 1 else _tr("{count} classes changed").format(count=count)
        self.saved.emit((self._shown or {})["id"], words)
        self.accept()

    def end_series(self) -> None:
        """Cancel this class and those of its series after it."""
        shown = self._shown or {}
        day = local(shown["starts_at"], zone_of(self._desk)).date()
        self._ask_why(
            _tr("Cancel it and the later ones"),
            lambda reason: self._run(
                lambda: series_actions.end_series(self._desk, shown["series_id"], day, reason), _tr("Classes cancelled")
            ),
        )

    def _run(self, act: Callable[[], str | bool], words: str) -> None:
        try:
            made = act()
        except CampusError as problem:
            field = self.form.link_field if problem.code == "link_invalid" else self.end_field
            field.setVisible(True)
            field.set_error(problem.message)
            return
        if made:
            self.saved.emit(made if isinstance(made, str) else (self._shown or {})["id"], words)
        self.accept()
