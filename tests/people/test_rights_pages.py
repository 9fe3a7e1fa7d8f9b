"""My data, the data officer's card and retention on screen, at a real server."""

import zipfile

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.people.erase_card import EraseCard, EraseDialog, HoldDialog, erase_section
from desktop.people.my_data_card import MyDataCard
from desktop.people.retention_card import RetentionCard
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from server.people.export_service import ExportService
from shared.people.vocabulary import PERSON, Role
from tests.desks import make_actor
from tests.people.desks import ADMINISTRATOR, INSTRUCTOR, person
from tests.serving import running_server


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def shown(qtbot, desks, sqlite_server):
    """`shown(make, ...)` shows a card of Esi, an administrator, at a running server; Ama is a student there."""
    esi = sqlite_server.add_person("esi")
    ama = sqlite_server.add_person("ama", ("student",), family_name="Mensah", phone="024 555 0137")
    device = sqlite_server.device()
    tokens = sqlite_server.sign_in("esi", device).data
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        transport = HttpTransport(url)
        client = ApiClient(transport, sqlite_server.clock, lambda _seconds: True)
        client.use(Tokens.model_validate(tokens), device.id, DeviceKey())

        def make(card, *more, online=True):
            body = {**person("ama")[1], "id": ama}
            made = desks([(PERSON, body)], make_actor(esi, "Esi", Role.ADMINISTRATOR))
            object.__setattr__(made.desk, "client", client if online else None)
            widget = card(made.desk, *(ama if one == "ama" else one for one in more))
            qtbot.addWidget(widget)
            widget.resize(640, 480)
            widget.show()
            return widget

        yield make
        wait_for_background()
        transport.close()


def _toasts(widget):
    return [toast.words for toast in toasts_of(widget).toasts]


def test_my_data_is_asked_for_made_and_saved_once(qtbot, shown, sqlite_server, tmp_path):
    card, organisation_id = shown(MyDataCard), sqlite_server.organisation_id
    qtbot.waitUntil(card.ask_button.isVisible)
    card.ask_button.click()
    qtbot.waitUntil(card.bar.isVisible)
    assert "being made" in card.words.text()
    ExportService(sqlite_server.context).run()
    card.look()
    qtbot.waitUntil(card.save_button.isVisible)
    assert "ready" in card.words.text()
    card.save(tmp_path / "my-data.zip")
    qtbot.waitUntil(lambda: _toasts(card) == ["Saved as my-data.zip"])
    assert {"data.json", "data.pdf"} <= set(zipfile.ZipFile(tmp_path / "my-data.zip").namelist())
    card.save(tmp_path / "nowhere" / "my-data.zip")
    qtbot.waitUntil(lambda: any("another folder" in one for one in _toasts(card)))
    sqlite_server.context.database.write(
        lambda db: db.run("UPDATE data_export SET expires_at = taken_at WHERE organisation_id = :o", o=organisation_id)
    )
    card.look()
    qtbot.waitUntil(card.ask_button.isVisible)


def test_without_a_server_my_data_says_what_it_needs(shown):
    card = shown(MyDataCard, online=False)
    assert card.words.text() == "This needs the server. Sign in with a network."
    assert not card.ask_button.isEnabled()


def test_a_person_is_held_released_and_anonymised(qtbot, shown, sqlite_server):
    card = shown(EraseCard, "ama")
    qtbot.waitUntil(card.erase_button.isEnabled)
    card.hold_button.click()
    assert isinstance(card.dialog, HoldDialog)
    card.dialog.give()
    assert card.dialog.field.error == "Enter a reason."
    card.dialog.reason.setPlainText("x" * 501)
    card.dialog.button.click()
    assert Dialog.opened_in(card.window()) is card.dialog, "the server would refuse it, and the words would be gone"
    card.dialog.reason.setPlainText("A dispute about fees")
    card.dialog.give()
    qtbot.waitUntil(lambda: "A dispute about fees" in card.words.text())
    assert not card.erase_button.isEnabled()
    card.hold_button.click()
    qtbot.waitUntil(card.erase_button.isEnabled)
    card.erase_button.click()
    assert isinstance(card.dialog, EraseDialog)
    assert "Password (1)" in card.dialog.parts["goes"]
    card.dialog.reason.setPlainText("Asked for in writing")
    card.dialog.give()
    qtbot.waitUntil(lambda: "From now on this is Former student 0001" in _toasts(card))
    qtbot.waitUntil(lambda: card.words.text() == "This person was anonymised.")
    assert not card.erase_button.isVisibleTo(card)


def test_an_old_sign_in_is_asked_to_confirm(qtbot, shown, sqlite_server):
    card = shown(EraseCard, "ama")
    qtbot.waitUntil(card.erase_button.isEnabled)
    sqlite_server.clock.advance(11 * 60)
    card.erase("Asked for in writing")
    window = card.window()
    qtbot.waitUntil(lambda: any(type(one).__name__ == "ConfirmDialog" for one in window.children()))


def test_who_gets_the_card(desks, shown):
    made = desks([person("ama")], INSTRUCTOR)
    assert erase_section().make(made.desk, "x") is None
    officer = desks([person("ama")], ADMINISTRATOR)
    assert erase_section().make(officer.desk, "x") is None, "without a server"
    assert shown(lambda desk: erase_section().make(desk, desk.actor.person_id) or EraseCard(desk, "x")) is not None


def test_periods_are_tried_out_and_set(qtbot, shown, sqlite_server):
    card = shown(RetentionCard)
    qtbot.waitUntil(card.save_button.isEnabled)
    assert card.fields["notices"].value == 365
    assert card.fields["left_students"].value is None
    assert card.report.text() == "No night has removed anything yet."
    card.save_button.click()
    assert _toasts(card)[-1] == "These periods are set already."
    card.fields["notices"].setText("7")
    card.save_button.click()
    assert any("At least 30 days" in one for one in _toasts(card))
    card.fields["notices"].setText("90")
    card.trial_button.click()
    qtbot.waitUntil(lambda: "would be removed now" in card.report.text())
    card.save_button.click()
    qtbot.waitUntil(lambda: "Periods set. The next night goes by them." in _toasts(card))
    card.look()
    qtbot.waitUntil(lambda: card.fields["notices"].value == 90)
