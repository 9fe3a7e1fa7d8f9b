"""What reviewers write before something is done: a message, an interview, a decision, each with what is sent."""

from __future__ import annotations

from datetime import time, timedelta

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.admissions.decision_mails import DecisionMails
from desktop.admissions.store import ApplicationLine
from desktop.core.desk import Desk
from desktop.timetable.session_form import side_by_side
from desktop.timetable.time_field import TimeField
from desktop.timetable.times import day_words, instant_of, local_now, zone_of
from desktop.widgets.buttons import Button, Kind, primary
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import IconText
from desktop.widgets.text_field import NoteField
from shared.admissions.letter_words import usual_words
from shared.admissions.vocabulary import EVENT_OF, LONGEST_WORDS, ApplicationState, EventKind
from shared.people.vocabulary import ORGANISATION, Permission


def _tr(words: str) -> str:
    return QCoreApplication.translate("ReviewDialogs", words)


def institute_of(desk: Desk) -> str:
    """Return the institute's name."""
    return str((desk.store.get(ORGANISATION, desk.actor.organisation_id) or {}).get("name") or "")


def goes_to(line: ApplicationLine) -> IconText:
    """Return the sentence that says whom a message reaches."""
    if line.body["email"]:
        return IconText("mail", _tr("Goes to {mail}").format(mail=line.body["email"]), "text2", step="small")
    words = _tr("There is no mail address. Tell {name} by phone.").format(name=line.name)
    return IconText("circle-alert", words, "warn", step="small")


def _too_long(words: str) -> str:
    """Return the sentence for words that wouldn't be kept whole, an empty one for others."""
    return (
        _tr("This is longer than {most} letters. Shorten it.").format(most=LONGEST_WORDS)
        if len(words) > LONGEST_WORDS
        else ""
    )


class WriteDialog(Dialog):
    """``written`` gives the words and the document that is asked for once more, or an empty text."""

    needs = (Permission.ADMISSIONS_DECIDE,)

    written = Signal(str, str)

    def __init__(self, window: QWidget, line: ApplicationLine, document: str = "") -> None:
        super().__init__(window, _tr("Write to {name}").format(name=line.name), icon="mail", width=560)
        wanted = line.body["content"]["documents"]
        choices = [("", _tr("No document")), *((one["key"], str(one["title"])) for one in wanted)]
        self.document = Combo(choices, name=_tr("Ask for a new document"))
        self.document.choose(document)
        self.words = NoteField(lines=6, name=_tr("Message to the applicant"))
        self._titles = dict(choices)
        self._suggested = ""
        if wanted:
            self.add(Field(_tr("Ask for a new document"), self.document))
        self.words_field = Field(_tr("Message to the applicant"), self.words)
        self.add(self.words_field)
        self.add(goes_to(line))
        self.add_cancel()
        self.send_button = self.add_button(primary(_tr("Send message"), "mail", self.send))
        self.on_key("Ctrl+Return", self.send)
        self.document.currentIndexChanged.connect(lambda _at: self._suggest())
        self._suggest()

    def _suggest(self) -> None:
        """Begin with what is usually written, unless somebody wrote something else."""
        key = self.document.chosen or ""
        words = _tr("We could not read this document: {title}. Send a clear photo or bring it to the office.")
        wanted = words.format(title=self._titles[key]) if key else ""
        if self.words.toPlainText().strip() == self._suggested:
            self.words.setPlainText(wanted)
            self._suggested = wanted

    def send(self) -> None:
        """Send it."""
        words = self.words.toPlainText().strip()
        fault = _too_long(words) if words else _tr("Write what the applicant shall read.")
        self.words_field.set_error(fault)
        if not fault:
            self.accept()
            self.written.emit(words, self.document.chosen or "")


class InterviewDialog(Dialog):
    """``planned`` gives the instant (empty: no interview) and the message."""

    needs = (Permission.ADMISSIONS_DECIDE,)

    planned = Signal(str, str)

    def __init__(self, window: QWidget, desk: Desk, line: ApplicationLine) -> None:
        super().__init__(window, _tr("Interview with {name}").format(name=line.name), icon="calendar", width=520)
        self._desk, self._zone, self._line = desk, zone_of(desk), line
        today = local_now(desk, self._zone).date()
        self.day = DateField(today + timedelta(days=3), today=lambda: local_now(desk, self._zone).date())
        self.time = TimeField(time(10, 0))
        self.day_field, self.time_field = Field(_tr("Day"), self.day), Field(_tr("At"), self.time)
        self.add(side_by_side((self.day_field, 2), (self.time_field, 1)))
        self.words = NoteField(lines=4, name=_tr("Message to the applicant"))
        self.words_field = Field(_tr("Message to the applicant"), self.words)
        self.add(self.words_field)
        self.add(goes_to(line))
        if line.body["interview_at"]:
            self.foot_words(Button(_tr("No interview"), kind=Kind.QUIET, on_click=self._none))
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Plan interview"), on_click=self.save))
        self.on_key("Ctrl+Return", self.save)
        self._suggested = ""
        self.day.changed.connect(lambda _day: self._suggest())
        self.time.textChanged.connect(lambda _words: self._suggest())
        self._suggest()

    def _suggest(self) -> None:
        day, at = self.day.value, self.time.value
        when = f"{day_words(day)}, {at:%H:%M}" if day and at else ""
        course, institute = self._line.course, institute_of(self._desk)
        words = usual_words(EventKind.INTERVIEW, self._line.name, course, institute, when) if when else ""
        if self.words.toPlainText().strip() == self._suggested:
            self.words.setPlainText(words)
            self._suggested = words

    def _none(self) -> None:
        self.accept()
        self.planned.emit("", "")

    def save(self) -> None:
        """Plan it."""
        day, at = self.day.value, self.time.value
        self.day_field.set_error("" if day else _tr("Enter a day, like +3."))
        self.time_field.set_error("" if at else _tr("Enter a time, like 16:00."))
        words = self.words.toPlainText().strip()
        fault = _too_long(words)
        self.words_field.set_error(fault)
        if day is None or at is None or fault:
            return
        self.accept()
        self.planned.emit(instant_of(day, at, self._zone), words)


class DecisionDialog(Dialog):
    """Shows the mail of a decision before it is made; declining asks why. ``decided`` gives message and reason."""

    needs = (Permission.ADMISSIONS_DECIDE,)

    decided = Signal(str, str)

    def __init__(self, window: QWidget, desk: Desk, lines: list[ApplicationLine], decision: ApplicationState) -> None:
        super().__init__(window, _title(lines, decision), icon=_ICONS[decision], width=560 if len(lines) == 1 else 820)
        first = lines[0]
        self.decision, self._lines = decision, lines
        declines = decision is ApplicationState.REJECTED
        self.reason = NoteField(lines=2, name=_tr("Why"))
        self.reason_field = Field(_tr("Why, for staff only"), self.reason, optional=not declines)
        self.add(self.reason_field)
        self.words = NoteField(lines=4, name=_tr("Message to the applicant"))
        same = len({one.course for one in lines}) == 1
        if same:
            self.words.setPlainText(usual_words(EVENT_OF[decision], first.name, first.course, institute_of(desk)))
        several = _tr("Left empty, everybody gets the usual words about the own course.")
        self.words_field = Field(_tr("Message to the applicant"), self.words, hint="" if same else several)
        self.add(self.words_field)
        if len(lines) > 1:
            self.add(_reach(lines))
        self.mails = DecisionMails(desk, lines, decision)
        self.mails.write(self.words.toPlainText())
        self.mails.ask()
        self.words.textChanged.connect(lambda: self.mails.write(self.words.toPlainText()))
        self.add(self.mails)
        self.add_cancel()
        kind = Kind.DANGER_FILLED if declines else Kind.PRIMARY
        self.decide_button = self.add_button(Button(_verb(lines, decision), kind=kind, on_click=self.decide))
        self.on_key("Ctrl+Return", self.decide)

    def decide(self) -> None:
        """Decide."""
        reason, words = self.reason.toPlainText().strip(), self.words.toPlainText().strip()
        missing = self.decision is ApplicationState.REJECTED and not reason
        self.reason_field.set_error(
            _tr("Enter why it is declined. Only staff read this.") if missing else _too_long(reason)
        )
        self.words_field.set_error(_too_long(words))
        if not self.reason_field.error and not self.words_field.error:
            self.accept()
            self.decided.emit(words, reason)


_ICONS = {
    ApplicationState.APPROVED: "circle-check",
    ApplicationState.REJECTED: "circle-x",
    ApplicationState.WAITING_LIST: "hourglass",
}


def _title(lines: list[ApplicationLine], decision: ApplicationState) -> str:
    who = lines[0].name if len(lines) == 1 else _tr("{n} applicants").format(n=len(lines))
    words = {
        ApplicationState.APPROVED: _tr("Offer {who} a place"),
        ApplicationState.REJECTED: _tr("Decline {who}"),
        ApplicationState.WAITING_LIST: _tr("Put {who} on the waiting list"),
    }
    return words[decision].format(who=who)


def _verb(lines: list[ApplicationLine], decision: ApplicationState) -> str:
    n = len(lines)
    words = {
        ApplicationState.APPROVED: _tr("Offer a place") if n == 1 else _tr("Offer {n} places"),
        ApplicationState.REJECTED: _tr("Decline") if n == 1 else _tr("Decline {n} applicants"),
        ApplicationState.WAITING_LIST: _tr("Waiting list") if n == 1 else _tr("Put {n} on the waiting list"),
    }
    return words[decision].format(n=n)


def _reach(lines: list[ApplicationLine]) -> IconText:
    without = [one.name for one in lines if not one.body["email"]]
    if not without:
        return IconText("mail", _tr("Goes to {n} mail addresses").format(n=len(lines)), "text2", step="small")
    words = _tr("{n} have no mail address. Tell them by phone.").format(n=len(without))
    return IconText("circle-alert", words, "warn", step="small")
