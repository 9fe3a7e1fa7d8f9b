"""Opens a form, fills it, presses its button, and judges what a person sees and what is saved."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import isValid

from desktop.people.save_bar import SaveFoot
from desktop.shell.watch import Watch
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import SearchField
from desktop.widgets.toast import Toast
from server.areas import AREAS
from shared.core.command import Command
from shared.core.hidden_letters import seen
from shared.core.strict import StrictModel
from tests.forms.fields import READ, Input, fill, inputs, kept_of, label_of, parents, put, text_of, unreadable
from tests.forms.rights import unfit
from tests.forms.sample import Opener, Room, Sent, settle
from tests.forms.values import Bad

PROGRAMMERS = (
    "Traceback", "Error(", "KeyError", "ValueError", "TypeError", "IndexError", "NoneType", "pydantic", "Input should",
    "String should", "Value error", "object at 0x", "sqlite", "psycopg", "OverflowError", " <class", "HTTP 500",
)  # fmt: skip
"""What no sentence for people says."""
_SOON_MS, _MOST_WAIT = 500, 60
"""Milliseconds after which a form has looked at what was typed, and the seconds after which it never will."""
_MOST_DIALOGS, _MOST_REPEATED = 3, 100
_NUMBER = re.compile(r"[\d.,]+")
_MAIN = (Kind.PRIMARY, Kind.DANGER_FILLED, Kind.DANGER)


@dataclass(frozen=True)
class Form:
    """A dialog or a part of a page: how it is opened, what its fields are meant for by label, what is pressed.

    `press` names the attribute that holds the button, where the form has several. `part` names the class of the part of
    a page that is the form. `refuses` says that the good values can't be taken here, and why. `aside` names fields that
    only help to fill in others. `{n}` in a good value is another number in each try, as what is sent at once can't be
    taken back.
    """

    name: str
    role: str
    open: Opener
    good: Mapping[str, str] = field(default_factory=dict)
    press: str = ""
    part: str = ""
    refuses: str = ""
    aside: tuple[str, ...] = ()


@dataclass
class Try:
    """What came of one value in one field."""

    form: str
    field: str
    value: str
    verdict: str = ""
    sentence: str = ""
    seconds: float = 0.0
    cut: bool = False
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        came = "; ".join(self.faults) or self.sentence
        return f"{self.form} [{self.field}] {self.value} ({self.seconds:.1f} s): {self.verdict}: {came}"


@cache
def payloads() -> dict[str, type[StrictModel]]:
    """What the server reads out of each command."""
    return {known.name: known.payload for area in AREAS for known in area.commands}


def opened(form: Form, room: Room) -> QWidget:
    """Open a form as its page does."""
    widget = form.open(room)
    assert widget is not None, f"{form.name} isn't there"
    if isinstance(widget, Dialog) and not widget.isVisible():
        widget.finished.connect(widget.deleteLater)
        assert widget.open_dialog(), f"{form.name} doesn't open"
    settle()
    return widget


def part_of(form: Form, page: QWidget) -> QWidget:
    """The part of a page that is the form; the whole where none is named."""
    if not form.part:
        return page
    return next(one for one in page.findChildren(QWidget) if type(one).__name__ == form.part and one.isVisible())


def closed(widget: QWidget, room: Room) -> None:
    """Take away the form and whatever came after it; a page is made anew for the next try."""
    if isValid(widget) and isinstance(widget, Dialog):
        widget.reject()
    if isValid(widget) and not isinstance(widget, Dialog):
        for foot in widget.findChildren(SaveFoot):
            foot.discard_button.click()
    for _ in range(_MOST_DIALOGS):
        other = Dialog.opened_in(room.window)
        if other is not None:
            other.reject()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for toast in room.window.toasts.toasts:
        toast.close_toast()
    room.rest()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def button_of(form: Form, widget: QWidget, one: Input | None) -> Button | None:
    """The form's main button: the one it names, else the one that is meant by its look and stands nearest."""
    if form.press:
        found: Any = widget
        for part in form.press.split("."):
            found = getattr(found, part)
        return found if isinstance(found, Button) else None
    if isinstance(widget, Dialog):
        return _main_button(widget)
    for above in parents(one) if one is not None else ():
        found = _main_button(above)
        if found is not None or above is widget:
            return found
    return _main_button(widget)


def _main_button(widget: QWidget) -> Button | None:
    buttons = [one for one in widget.findChildren(Button) if one.isVisible()]
    for kind in _MAIN:
        fitting = [one for one in buttons if one.kind is kind]
        if fitting:
            return fitting[-1]
    return None


def words_of(room: Room) -> list[tuple[str, str]]:
    """What can be read in the window now, each with its tone."""
    labels = [one for one in room.window.findChildren(Label) if one.isVisible()]
    toasts = [one for one in room.window.findChildren(Toast) if one.isVisible()]
    return [(one.text(), _tone_of(one)) for one in labels] + [(one.words, one.tone) for one in toasts]


def _tone_of(label: Label) -> str:
    return "bad" if isinstance(label.parentWidget(), Notice) else str(label.property("tone"))


def attempt(form: Form, room: Room, at: int | None, bad: Bad | None, watch: Watch) -> Try:
    """Put one value into one field, good ones into the others, and press; None fills in good ones only."""
    done = Try(form.name, "", bad.name if bad else "good")
    watch.where = f"{form.name} {done.value}"
    begun = time.monotonic()
    heard = len(watch.problems)
    widget = opened(form, room)
    try:
        _go(form, room, part_of(form, widget), at, bad, done)
    finally:
        closed(widget, room)
        settle()
        room.take_back()
    done.seconds = time.monotonic() - begun
    done.faults += [words.partition(": ")[2][-600:] for words in watch.problems[heard:]]
    return done


def looked_at(widget: QWidget) -> None:
    """Wait until the form has looked at what was typed, as some do a moment after the last key."""
    until = time.monotonic() + _MOST_WAIT
    soon = [one for one in widget.findChildren(QTimer) if one.isSingleShot() and one.interval() <= _SOON_MS]
    while any(isValid(one) and one.isActive() for one in soon) and time.monotonic() < until:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, _SOON_MS)
    settle()


def _search(one: SearchField, room: Room, done: Try) -> None:
    one.jump.emit(one.text().strip())  # at once, as Enter does
    settle()
    done.verdict = "searched"
    _judge_labels(room, done)


def _go(form: Form, room: Room, widget: QWidget, at: int | None, bad: Bad | None, done: Try) -> None:
    number = room.desk.ids()[-8:]
    fill(widget, {label: words.replace("{n}", number) for label, words in form.good.items()})
    settle()
    found = inputs(widget)
    one = found[at] if at is not None and at < len(found) else None
    if at is not None and one is None:
        done.verdict = "gone"
        return
    if one is not None and bad is not None:
        done.field = label_of(one)
        put(one, bad.typed)
        settle()
        if one not in inputs(widget):  # the value opened another form of this
            done.verdict = "turned"
            return
    if isinstance(one, SearchField):
        _search(one, room, done)
        return
    looked_at(widget)
    before, sent = [words for words, _tone in words_of(room)], len(room.sent)
    stood = text_of(one) if one is not None else ""
    unread = one is not None and unreadable(one)
    done.cut = any("letters fit here" in words for words in before)
    button = button_of(form, widget, one)
    if button is None or not button.isEnabled():
        _judge_greyed(form, room, button, bad, done)
        return
    needs = widget.needs if isinstance(widget, Dialog) else None
    button.click()
    settle()
    commands = room.take_back()
    writes = room.sent[sent:]
    if bad is None:
        asked = [f"COMMAND {one.type}" for one in commands] + [f"{one.method} {one.path}" for one in writes]
        done.faults += unfit(needs, asked)
    if unread and done.field not in form.aside and (commands or [write for write in writes if write.status < 400]):
        done.faults.append(f"taken, though {stood[:40]!r} is nothing that this field reads")
    _judge(form, widget, room, one, bad, done, (before, stood, commands, writes))


def _judge_greyed(form: Form, room: Room, button: Button | None, bad: Bad | None, done: Try) -> None:
    done.verdict = "no button" if button is None else "greyed"
    done.sentence = " | ".join(words for words, tone in words_of(room) if tone in {"bad", "warn"})
    _judge_words(done, done.sentence)
    if bad is not None and bad.typed.strip() and button is not None and not form.refuses and not done.sentence:
        done.faults.append(f"the button is greyed and nothing says why, tip {button.toolTip()!r}")


def _judge(
    form: Form,
    widget: QWidget,
    room: Room,
    one: Input | None,
    bad: Bad | None,
    done: Try,
    seen_before: tuple[list[str], str, Sequence[Command], Sequence[Sent]],
) -> None:
    before, stood, commands, writes = seen_before
    took = [write for write in writes if write.status < 400]
    gone = isinstance(widget, Dialog) and (not isValid(widget) or not widget.isVisible())
    gone = gone and type(Dialog.opened_in(room.window)) is not type(widget)  # a page may have made it anew
    done.faults += [f"{write.path} answered {write.status} {write.said}" for write in writes if write.status >= 500]
    if commands or took or gone:
        done.verdict = "taken" if commands or took else "closed"
        _judge_saved(form, one, bad, stood, done, commands, took)
        said = [words for words, tone in words_of(room) if tone == "bad" and words not in before]
        if not commands and not took and said:
            done.faults.append(f"closed, then refused, and what was typed is gone: {said[0]}")
    else:
        done.verdict = "refused"
        done.sentence = _bad_words(room, before)
        _judge_words(done, done.sentence)
        if not done.sentence:
            done.faults.append("refused without a sentence")
        if stood[:_MOST_REPEATED] in done.sentence and len(stood) > _MOST_REPEATED:
            done.faults.append(f"repeats what is long: {done.sentence[-80:]}")
        if (
            one is not None
            and isValid(one)
            and one in inputs(widget)
            and text_of(one) != stood
            and not isinstance(one, READ)
        ):
            done.faults.append(f"what was typed became {text_of(one)[:60]!r}")
    _judge_labels(room, done)


def _bad_words(room: Room, before: Sequence[str]) -> str:
    left = list(before)
    fresh = []
    for words, tone in words_of(room):
        if words in left:
            left.remove(words)
            if tone != "bad":
                continue
        if words.strip():
            fresh.append(words)
    return " | ".join(fresh)[:500]


def _judge_words(done: Try, words: str) -> None:
    done.faults += [f"says {word}: {words[:200]}" for word in PROGRAMMERS if word in words]


def _judge_saved(
    form: Form,
    one: Input | None,
    bad: Bad | None,
    stood: str,
    done: Try,
    commands: Sequence[Command],
    took: Sequence[Sent],
) -> None:
    for command in commands:
        model = payloads().get(command.type)
        if model is None:
            continue
        try:
            model.model_validate_json(to_json(command.payload))
        except ValidationError as failure:
            told = [f"{'.'.join(map(str, fault['loc']))} {fault['msg']}" for fault in failure.errors()[:3]]
            done.faults.append(f"taken, but the server refuses {command.type}: {', '.join(told)}")
    if one is None or bad is None or isinstance(one, READ):
        return
    kept, typed = kept_of(one, stood), kept_of(one, bad.typed)
    if typed != kept and not _NUMBER.fullmatch(typed) and not done.cut:
        done.faults.append(f"what was typed was cut to {kept[:40]!r} without a word")
    said = [words for command in commands for words in _texts(command.payload)]
    said += [words for write in took for words in _texts(write.body)]
    if (
        kept
        and not _NUMBER.fullmatch(kept)  # how digits and commas are read is the field's own
        and said
        and done.field not in form.aside
        and not any(_plain(kept) in _plain(seen(words, lines=True)) for words in said)
    ):
        done.faults.append("taken, but what was typed isn't in what is saved")


def _plain(words: str) -> str:
    return "".join(words.replace("\\", "").replace('"', "").split()).casefold()


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [words for inner in value.values() for words in _texts(inner)]
    if isinstance(value, Sequence):
        return [words for inner in value for words in _texts(inner)]
    return [] if value is None else [str(value)]


def _judge_labels(room: Room, done: Try) -> None:
    plain = {Qt.TextFormat.PlainText, Qt.TextFormat.MarkdownText}
    for label in room.window.findChildren(QLabel):
        if label.isVisible() and label.textFormat() not in plain and "onclick" in label.text():
            done.faults.append(f"a {type(label).__name__} takes it for HTML")
