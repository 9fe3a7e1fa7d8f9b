"""Setting an institute up from its first desktop, against a real server: guided, left and gone on with, once."""

from datetime import date

import pytest
from PySide6.QtWidgets import QWidget

from desktop.core.api_client import ApiClient
from desktop.core.http_transport import HttpTransport
from desktop.core.set_up_calls import SetUpCalls, SetUpDraft
from desktop.shell.institute_dialog import InstituteDialog
from desktop.shell.institute_lines import branch_lines, room_lines, term_of
from desktop.shell.server_contact import waits_for_set_up
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from server.people import set_up_codes
from tests.people.pictures import encoded, image
from tests.serving import running_server

PASSWORD = "three boats on the Volta"


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def waiting(sqlite_server):
    """A real server whose institute waits; `code` is what it showed."""
    context, now = sqlite_server.context, sqlite_server.clock.now()
    place = sqlite_server.organisation_id
    sqlite_server.code = context.database.write(lambda db: set_up_codes.make_code(db, context.keys, place, now))
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        sqlite_server.transport = HttpTransport(url)
        yield sqlite_server
        wait_for_background()
        sqlite_server.transport.close()


@pytest.fixture
def open_dialog(qtbot, waiting, tmp_path):
    """`open_dialog()` opens the page in a window; the draft is that of this computer."""

    def make():
        window = QWidget()
        window.resize(1200, 760)
        qtbot.addWidget(window)
        window.show()
        client = ApiClient(waiting.transport, waiting.clock, lambda _seconds: True)
        calls = SetUpCalls(client, waiting.slug)
        dialog = InstituteDialog(window, calls, SetUpDraft(tmp_path, waiting.slug), lambda: date(2026, 9, 1))
        dialog.window_of_test = window
        assert dialog.open_dialog()
        return dialog

    return make


def type_in(dialog, **fields):
    for name, value in fields.items():
        dialog.steps[dialog.at].fields[name].control.setText(value)


def go_to_administrator(qtbot, dialog, code):
    type_in(dialog, code=code)
    dialog.go_on()
    qtbot.waitUntil(lambda: not dialog.button.busy)


def test_an_institute_is_set_up_step_by_step(qtbot, waiting, open_dialog, tmp_path):
    assert waits_for_set_up(waiting.transport, waiting.slug)
    dialog = open_dialog()
    go_to_administrator(qtbot, dialog, waiting.code.replace("-", " ").upper())
    assert dialog.at == 1
    type_in(dialog, given_name="Akua", username="Akua", password=PASSWORD, again=PASSWORD)
    dialog.go_on()
    assert dialog.steps[2].text("name") == "KM Media Training Institute"
    type_in(dialog, short_name="KM Media", accent="#146C3F")
    logo = tmp_path / "logo.png"
    logo.write_bytes(encoded(image(600, 300), "PNG"))
    dialog.steps[2].take_file(logo)
    qtbot.waitUntil(lambda: bool(dialog.steps[2].logo))
    dialog.go_on()
    dialog.steps[3].fields["currency"].control.choose("NGN")
    dialog.go_on()
    name, first, last = dialog.steps[4].terms[0]
    name.setText("Term 1")
    first.set_value(date(2026, 9, 1))
    last.set_value(date(2026, 12, 18))
    dialog.steps[4].branches.setPlainText("Kumasi\n\n Accra ")
    dialog.steps[4].rooms.setPlainText("Studio A, Kumasi, 24\nLab 1")
    dialog.go_on()
    dialog.steps[5].factor.setChecked(False)
    with qtbot.waitSignal(dialog.done_with, timeout=10_000) as told:
        dialog.go_on()
    assert told.args == ["akua", PASSWORD]
    assert not waits_for_set_up(waiting.transport, waiting.slug)
    assert SetUpDraft(tmp_path, waiting.slug).load() == {}
    token = waiting.sign_in("akua", password=PASSWORD).data["access_token"]
    settings = waiting.get("/api/v1/organisation", token).data
    assert [settings[one] for one in ("short_name", "accent", "currency")] == ["KM Media", "#146c3f", "NGN"]
    assert settings["logo"]
    assert [one["name"] for one in waiting.get("/api/v1/branches", token).data] == ["Accra", "Kumasi"]


def test_it_can_be_left_and_gone_on_with_but_for_code_and_password(qtbot, waiting, open_dialog, tmp_path):
    dialog = open_dialog()
    go_to_administrator(qtbot, dialog, waiting.code)
    type_in(dialog, given_name="Akua", username="akua", password=PASSWORD, again=PASSWORD)
    dialog.go_on()
    dialog.reject()
    kept = (tmp_path / "set-up-draft.json").read_text()
    assert PASSWORD not in kept
    assert waiting.code not in kept
    again = open_dialog()
    assert again.at == 0
    assert [again.steps[1].text(one) for one in ("given_name", "username", "password")] == ["Akua", "akua", ""]
    assert SetUpDraft(tmp_path, "another").load() == {}
    (tmp_path / "set-up-draft.json").write_text("[broken")
    assert SetUpDraft(tmp_path, waiting.slug).load() == {}


def test_a_wrong_code_stays_at_its_step_with_its_sentence(qtbot, waiting, open_dialog):
    dialog = open_dialog()
    dialog.go_on()
    assert dialog.steps[0].fields["code"].error == "Enter the code."
    go_to_administrator(qtbot, dialog, "aaaa-bbbb-cccc-dddd")
    assert dialog.at == 0
    assert "letter by letter" in dialog.steps[0].fields["code"].error


def test_what_cant_be_kept_stops_at_its_step(qtbot, waiting, open_dialog):
    dialog = open_dialog()
    go_to_administrator(qtbot, dialog, waiting.code)
    type_in(dialog, email="nobody", password="short", again="short")
    dialog.go_on()
    step = dialog.steps[1]
    assert dialog.at == 1
    assert set(step.faults()) == {"given_name", "email", "username", "password"}
    type_in(dialog, given_name="Akua", username="akua", email="", password=PASSWORD, again="three boats")
    dialog.go_on()
    assert "differ" in step.fields["again"].error
    type_in(dialog, again=PASSWORD)
    dialog.go_on()
    type_in(dialog, accent="#ffee00")
    dialog.go_on()
    assert (dialog.at, "nearest" in dialog.steps[2].fields["accent"].error) == (2, True)
    type_in(dialog, accent="#146c3f")
    dialog.go_on()
    type_in(dialog, calling_code="+233")
    dialog.go_on()
    assert dialog.at == 3
    dialog.steps[3].fields["country"].control.choose("NG")
    type_in(dialog, calling_code="234")
    dialog.go_on()
    dialog.steps[4].rooms.setPlainText("Studio A, Kumasi, many")
    dialog.steps[4].terms[1][0].setText("Term 2")
    dialog.go_on()
    assert dialog.at == 4
    assert "Studio A" in dialog.steps[4].fields["rooms"].error
    assert "first day" in dialog.steps[4].fields["term_1_0"].error
    dialog.back()
    assert dialog.at == 3


def test_what_the_server_refuses_leads_back_to_its_step(qtbot, waiting, open_dialog):
    dialog = open_dialog()
    go_to_administrator(qtbot, dialog, waiting.code)
    type_in(dialog, given_name="Akua", username="akua", password="password1234", again="password1234")
    for at in range(2, 6):
        dialog.go_on()
        assert dialog.at == at
    dialog.go_on()
    qtbot.waitUntil(lambda: not dialog.button.busy)
    assert dialog.at == 1
    assert "Many people use this password" in dialog.steps[1].fields["password"].error


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_every_step_fits_the_smallest_sign_in_window(qtbot, waiting, open_dialog, scheme):
    theme().apply(scheme, scale=100, high_contrast=False, reduced_motion=True)
    dialog = open_dialog()
    dialog.window_of_test.resize(960, 680)
    for at in range(len(dialog.steps)):
        dialog.show_step(at)
        dialog.window_of_test.grab()
        assert dialog.button.mapTo(dialog, dialog.button.rect().bottomRight()).y() < 680, at


@pytest.mark.parametrize("typed", ["a\x00b", "x" * 201, "Kumasi\nkumasi"])
def test_branches_that_cant_be_read_are_told(typed):
    with pytest.raises(ValueError, match=r"unseen|characters|twice"):
        branch_lines(typed)


@pytest.mark.parametrize("typed", [",Kumasi", "A, B, C, D", "Lab, , 0", "Lab, , -3", "Lab, , ٣", "Lab\nLAB"])
def test_rooms_that_cant_be_read_are_told(typed):
    with pytest.raises(ValueError, match=r"can't be read|twice"):
        room_lines(typed)


def test_lines_are_read_as_they_are_meant():
    assert branch_lines("\n Kumasi \n") == [{"name": "Kumasi"}]
    assert room_lines("Lab 1\nHall, , 300") == [
        {"name": "Lab 1", "branch": "", "capacity": None},
        {"name": "Hall", "branch": "", "capacity": 300},
    ]
    assert term_of(" ", None, None) is None
    for name, first, last in (
        ("T", None, None),
        ("", date(2026, 1, 1), None),
        ("T", date(2026, 2, 1), date(2026, 1, 1)),
    ):
        with pytest.raises(ValueError, match="last day"):
            term_of(name, first, last)
