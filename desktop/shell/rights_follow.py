"""Follows the rights of whoever is signed in while the window is open: rail, pages and words show what counts now."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from desktop.core.desk import Desk
from desktop.shell import page_book
from desktop.shell.history import History, Place
from desktop.shell.kept_choices import choices_of, choose_again
from desktop.shell.page import offered
from desktop.shell.page_book import PageBook
from desktop.shell.page_parts import Key
from desktop.shell.sync_link import SyncLink
from desktop.widgets.announce import announce
from desktop.widgets.background import has_background
from desktop.widgets.dialog import Dialog
from desktop.widgets.text_field import SearchField
from desktop.widgets.toast import Toast, ToastHost
from shared.core.actor import Actor
from shared.people.permission_catalogue import why_not

_LOOK_AGAIN_MS = 250


class _Window(Protocol):
    """The part of the main window that follows."""

    book: PageBook
    desk: Desk
    history: History
    sync: SyncLink
    toasts: ToastHost

    @property
    def page_opened(self) -> SignalInstance: ...

    @property
    def page(self) -> QWidget | None: ...

    def kept_pages(self) -> list[QWidget]: ...

    def drop_page(self, widget: QWidget) -> None: ...

    def show_actor(self) -> None: ...

    def title_of(self, place: Place, widget: QWidget) -> str: ...

    def open_page(self, page: str, entity_id: str | None = None, /, **details: Any) -> None: ...


class RightsFollow(QObject):
    """Makes the pages anew once the server tells of other rights, and closes those that aren't open any more.

    What waits to be sent isn't touched: the server judges it when it arrives. A page with something typed in it stays
    as it is until it is left, and asks the new rights when something is saved; pages wait while a dialog is open, and
    what it does is greyed where the person may no longer do it.
    """

    def __init__(self, window: _Window, parent: QWidget) -> None:
        super().__init__(parent)
        self._window, self._widget = window, parent
        self._before: Actor | None = None
        self._closing: QWidget | None = None
        self._said: Toast | None = None
        self._choices: dict[tuple[str, str | None, str], dict[Key, str]] = {}
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_LOOK_AGAIN_MS)
        self._again.timeout.connect(self._renew)
        window.sync.rights_changed.connect(self.take)
        window.page_opened.connect(self._left)
        window.page_opened.connect(self._choose_again)

    def take(self, actor: Actor) -> None:
        """Go by these rights from now on."""
        window = self._window
        before = window.desk.actor
        window.desk.become(actor)
        if _shown(before) == _shown(actor):
            return
        window.show_actor()
        self._before = self._before or before
        if None in self._bar_dialogs() and _lost(before, actor):
            self._say(self._less(), "warn")
        self._renew()

    # ---------------------------------------------------------------------------------------------------- dialogs

    def _bar_dialogs(self) -> list[bool | None]:
        """Look at the dialog that is open and at those that are kept to be opened again; tell of the open one."""
        found = self._widget.findChildren(Dialog, options=Qt.FindChildOption.FindDirectChildrenOnly)
        looked = {one: self._bar(one) for one in found if one.isVisibleTo(self._widget) or one.barred or one.needs}
        return [may for one, may in looked.items() if one.isVisibleTo(self._widget)]

    def _bar(self, dialog: Dialog) -> bool | None:
        """Grey what a dialog may no longer do, and give it back; None where nothing tells whether it may."""
        before, actor = self._before or self._window.desk.actor, self._window.desk.actor
        may = dialog.still_may(actor)
        page = self._window.page
        if may is not False and page is not None and dialog.needs is None and not self._stays(page, before):
            may = False
        if may and _other_teaching(before, actor):
            may = None  # which course it is about, the dialog alone knows
        said = dialog.barred
        dialog.set_barred(self._reason(dialog, actor) if may is False else "")
        if dialog.barred and dialog.barred != said and dialog.isVisible():
            announce(dialog, dialog.barred, urgent=True)
        return may

    def _reason(self, dialog: Dialog, actor: Actor) -> str:
        why = why_not(actor, *dialog.needs) if dialog.needs else None
        why = why or self.tr("What you typed stays until you close it.")
        return self.tr("You may no longer save this. {why}").format(why=why)

    def _say(self, words: str, tone: str) -> None:
        """Say how it stands now in place of what was said before, unless that stays until it is closed."""
        self._hush()
        said = self._window.toasts.show_toast(words, tone)
        self._said = None if tone == "bad" else said

    def _hush(self) -> None:
        said, self._said = self._said, None
        if said is not None and isValid(said):
            said.close_toast()

    # ------------------------------------------------------------------------------------------------------ pages

    def _renew(self) -> None:
        if self._before is None:
            return
        if self._is_busy():
            self._bar_dialogs()  # one may have opened the next
            self._again.start()
            return
        self._hush()
        before, self._before = self._before, None
        window, now = self._window, self._window.desk.actor
        window.history.keep(lambda place: window.book.stays_open(place.page, before, now))
        for widget in window.kept_pages():
            _keep_drafts(widget)
            if widget is not window.page and not (has_typed(widget) and self._stays(widget, before)):
                self._make_anew(widget, stays=self._stays(widget, before))
        if window.page is not None:
            self._renew_shown(window.page, before)

    def _is_busy(self) -> bool:
        """Whether something is open over the page, or on its way to it, that would be lost with the page."""
        page, over = self._window.page, QApplication.activePopupWidget() or QApplication.activeModalWidget()
        opened = over is not None or Dialog.opened_in(self._widget) is not None
        if opened or not self._widget.isVisible():  # hidden, a kiosk of the page's stands in its place
            return True
        own = offered(page, "keeps_open")
        return page is not None and (has_background(page) or (own is not None and own()))

    def _renew_shown(self, page: QWidget, before: Actor) -> None:
        window = self._window
        stays = self._stays(page, before)
        if has_typed(page):
            self._closing = None if stays else page
            if _lost(before, window.desk.actor):
                self._warn(
                    before, self.tr("You may no longer save here. What you typed stays until you leave this page.")
                )
        elif stays:
            self._make_anew(page, stays=True)
            self._say(self.tr("What you may do has changed. The pages show it from now on."), "info")
        else:
            title = window.title_of(page.property("place"), page)
            window.open_page(page_book.TODAY)
            window.drop_page(page)
            words = self.tr("“{page}” isn't open to you any more. What you saved there is still sent.")
            self._say(words.format(page=title), "bad")

    def _make_anew(self, page: QWidget, *, stays: bool) -> None:
        """Let a page go; what was chosen on it is there again when it is opened again, at once where it is on show."""
        if stays:
            self._choices[page.property("place").at_rest().key] = choices_of(page)
        self._window.drop_page(page)

    def _choose_again(self, _page: str) -> None:
        page = self._window.page
        choices = self._choices.pop(page.property("place").key, None) if page is not None else None
        if page is not None and choices:
            choose_again(page, choices)

    def _left(self, _page: str) -> None:
        """Let the page go that stayed for what was typed in it alone."""
        left = self._closing
        if left is None or left is self._window.page:
            return
        self._closing = None
        if left in self._window.kept_pages():
            self._window.drop_page(left)

    def _stays(self, page: QWidget, before: Actor) -> bool:
        return self._window.book.stays_open(page.property("place").page, before, self._window.desk.actor)

    def _warn(self, before: Actor, closed: str) -> None:
        """Say that what is being typed can't be saved, where its page isn't open any more; else that it may be so."""
        page = self._window.page
        stays = page is None or self._stays(page, before)
        self._say(self._less() if stays else closed, "warn" if stays else "bad")

    def _less(self) -> str:
        return self.tr("What you may do has changed. What you typed stays; saving it may be refused.")


def has_typed(page: QWidget) -> bool:
    """Tell whether something was typed or chosen on a page that would be gone with it; a search doesn't count.

    A part with a Save button of its own tells by `has_unsaved`, a form that `keeps_drafts` shows them again.
    """
    parts = [page, *page.findChildren(QWidget)]
    if any(own() for one in parts if (own := offered(one, "has_unsaved"))):
        return True
    drafts = [one for one in parts if (own := offered(one, "keeps_drafts")) and own()]
    typed = [one for one in parts if _is_typed(one)]
    return any(not any(form.isAncestorOf(one) for form in drafts) for one in typed)


def _is_typed(one: QWidget) -> bool:
    if isinstance(one, QLineEdit):
        return one.isModified() and bool(one.text()) and not one.isReadOnly() and not isinstance(one, SearchField)
    return isinstance(one, QPlainTextEdit | QTextEdit) and one.document().isModified() and not one.isReadOnly()


def _keep_drafts(page: QWidget) -> None:
    """Let forms keep what was typed a moment ago, before others like them are made."""
    for one in page.findChildren(QWidget):
        own = offered(one, "keep_draft")
        if own is not None:
            own()


def _shown(actor: Actor) -> tuple[object, ...]:
    """Return what of a person the window shows by; which rows he or she gets comes with the rows."""
    return actor.name, sorted(actor.roles), actor.permissions, actor.teaches, actor.withheld


def _other_teaching(before: Actor, now: Actor) -> bool:
    """Tell whether someone may do less in a course than before."""
    return bool(before.teaches - now.teaches or now.withheld - before.withheld)


def _lost(before: Actor, now: Actor) -> bool:
    less = before.permissions - now.permissions or set(before.roles) - set(now.roles)
    return bool(less) or _other_teaching(before, now)
