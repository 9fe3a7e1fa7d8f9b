"""The code of whoever sent somebody on screen: typed where students are enrolled, looked at, kept, and told of."""

import dataclasses

import pytest
from PySide6.QtWidgets import QWidget

from desktop.core.queries import Where
from desktop.learning.enrol_dialog import EnrolDialog
from desktop.people.code_notice import CodeNotice
from desktop.widgets.background import wait_for_background
from shared.core.errors import CampusError
from shared.people.typed_codes import TYPED_CODE, CodePlace, payload_of, typed_body, typed_code_id
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.learning.desks import open_desk, row_id
from tests.people.desks import person_id

SOON = 5_000
LATE = "This person has paid before. A code is given before the first payment."


class Answering:
    """A server that says of one code that it is good, and of each other one why not."""

    def __init__(self, away: bool = False) -> None:
        self.away, self.asked = away, []

    def act(self, path, body):
        self.asked.append((path, body))
        if self.away:
            raise CampusError("server_unreachable", "No network.")
        good = body["code"] == "RADIO"
        return {"good": good, "sentence": "" if good else "There is no such code. Check its letters."}


@pytest.fixture
def here(tmp_path, qapp):
    made = open_desk(tmp_path)
    yield made
    wait_for_background()
    made.close()


def dialog(qtbot, here, client=None):
    desk = dataclasses.replace(here.desk, client=client)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return EnrolDialog(window, desk, row_id("SND-1B"))


def typed(reason="referral_late", code="RADIO", who="ama", place="application"):
    said = payload_of(person_id(who), code, place, row_id("one"))
    key = typed_code_id(place, row_id("one"), person_id(who))
    return TYPED_CODE, typed_body(key, key, said, "2026-11-20", reason)


def test_a_code_is_looked_at_and_stops_nobody(qtbot, here):
    client = Answering()
    made = dialog(qtbot, here, client)
    made.code.setText("nobody")
    made.code.editingFinished.emit()
    qtbot.waitUntil(lambda: made.code_field.error == "There is no such code. Check its letters.", timeout=SOON)
    made.code.setText("radio")
    assert made.code_field.error == ""
    made.code.editingFinished.emit()
    qtbot.waitUntil(lambda: made.code_field.hint == "This code is good.", timeout=SOON)
    assert client.asked[-1] == ("/typed-codes/check", {"code": "RADIO"})
    made.code.setText("")
    made.code.editingFinished.emit()
    assert "earns" in made.code_field.hint


def test_without_a_network_it_is_kept_for_each_student(qtbot, here):
    made = dialog(qtbot, here, Answering(away=True))
    made.code.setText(" ra dio")
    made.code.editingFinished.emit()
    qtbot.waitUntil(lambda: "as soon as there is a network" in made.code_field.hint, timeout=SOON)
    made.picker.choose([person_id("abena"), person_id("esi")])
    with qtbot.waitSignal(made.enrolled) as done:
        made.save()
    assert len(done.args[0].undo) == 2, "a code isn't undone with the enrolment"
    rows = here.desk.store.page(TYPED_CODE, [Where("person_id", "=", person_id("abena"))], limit=-1)
    assert [(one["code"], one["place"], one["state"]) for one in rows] == [("RADIO", CodePlace.ENROLMENT, "waiting")]


def test_what_wasnt_taken_is_told_until_another_one_is(qtbot, here):
    notice = CodeNotice(here.desk, person_id("ama"))
    qtbot.addWidget(notice)
    assert notice.sentences == []
    here.feed.bring([typed()])
    qtbot.waitUntil(lambda: bool(notice.sentences), timeout=SOON)
    assert notice.sentences == [f"The code RADIO that was typed in the application wasn't taken. {LATE}"]
    here.feed.bring([typed("", "TV", place="enrolment")])
    qtbot.waitUntil(lambda: not notice.sentences, timeout=SOON)


def test_who_sees_codes():
    from desktop.people.code_notice import codes_section

    bare = make_actor(person_id("teacher"), "Efua Nkrumah", Role.INSTRUCTOR)
    assert codes_section().make(type("Desk", (), {"actor": bare})(), person_id("ama")) is None
