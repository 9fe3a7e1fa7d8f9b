"""The office lets people in at a real server: registrations, invitations, letters and slips, providers."""

import pytest

from desktop.core import meta
from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.people.coming_in_page import ComingInPage
from desktop.people.entry_policy_card import ProvidersCard, RegistrationPolicyCard
from desktop.people.invite_dialog import InviteDialog, RefuseDialog
from desktop.people.passwords_page import PasswordsPage
from desktop.people.slip_sheet import PER_SHEET, Slip, make_slips, sheets
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.buttons import Button
from desktop.widgets.theme import Scheme, theme
from shared.people.vocabulary import PERSON
from tests.people.desks import ADMINISTRATOR, open_desk, person
from tests.people.letter_box import box_for
from tests.providers.openid import CLIENT_ID, SECRET, open_id_provider
from tests.serving import TestServer, running_server, server_settings

NEW = "three boats on the Volta"
SOON = 20_000
LIST = "/api/v1/users/registrations"


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A server with an administrator and a provider: (server, box, client, provider)."""
    server = TestServer(server_settings(tmp_path_factory.mktemp("server"), identity_hosts=("127.0.0.1",)))
    box = box_for(server)
    server.add_person("boss")
    device = server.device()
    with open_id_provider(server.clock.now) as provider, running_server(server.settings, server.app) as url:
        transport = HttpTransport(url)
        client = ApiClient(transport, server.clock, lambda _seconds: True)
        client.use(Tokens.model_validate(server.sign_in("boss", device).data), device.id, DeviceKey())
        yield server, box, client, provider
        transport.close()
    server.close()


@pytest.fixture
def desk_of(tmp_path, place):
    """`desk_of(rows)` opens an administrator's desk with these people, at the server."""
    opened = []

    def make(rows=()):
        made = open_desk(tmp_path / str(len(opened)), rows, ADMINISTRATOR)
        opened.append(made)
        object.__setattr__(made.desk, "client", place[2])
        made.desk.store.remember(meta.ORGANISATION, {"slug": "km-media", "name": "KM Media Training Institute"})
        return made.desk

    yield make
    wait_for_background()
    for one in opened:
        one.close()


def show(qtbot, widget, size=(1200, 760)):
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.show()
    return widget


def press(widget, words):
    """Press the button of a card that says so."""
    next(one for one in widget.findChildren(Button) if one.text() == words).click()


def lines_of(card):
    return [card.lines.itemAt(at).widget().accessibleName() for at in range(card.lines.count())]


def wait_registered(server, box, username, **changed):
    body = {"organisation": "km-media", "email": f"{username}@km.example", "username": username, "password": NEW,
            "given_name": username.title(), "family_name": "Addo", **changed}  # fmt: skip
    made = server.post("/api/v1/auth/register", body).data["registration_id"]
    code = {"organisation": "km-media", "registration_id": made, "code": box.code("verify_email")}
    assert server.post("/api/v1/auth/verify-email", code).data["state"] == "waiting"
    return made


def test_the_institute_says_who_registers_and_the_office_decides(qtbot, place, desk_of):
    server, box, _, _ = place
    desk = desk_of()
    card = show(qtbot, RegistrationPolicyCard(desk))
    qtbot.waitUntil(card.policy.isEnabled, timeout=SOON)
    assert card.policy.chosen == "off"
    card.policy.choose("approval")
    card.policy.activated.emit(card.policy.currentIndex())
    qtbot.waitUntil(lambda: bool(toasts_of(card).toasts), timeout=SOON)
    here = server.new_id()
    server.do(server.command("AddPerson", here, {"given_name": "Kofi", "family_name": "Addo", "number": "S-0007"}))
    wait_registered(server, box, "efua", experience="beginner", interests=["sound"])
    wait_registered(server, box, "kofi")
    page = show(qtbot, ComingInPage(desk))
    found = page.registrations
    qtbot.waitUntil(lambda: len(lines_of(found)) == 3, timeout=SOON)
    told = " | ".join(lines_of(found))
    assert "Likely the same: Kofi Addo S-0007" in told
    assert "beginner, sound" in told
    press(found, "Join")
    qtbot.waitUntil(lambda: len(lines_of(found)) == 1, timeout=SOON)
    assert server.sign_in("S-0007", password=NEW).data["person"]["id"] == here
    press(found, "Refuse")
    dialog = page.window().findChild(RefuseDialog)
    dialog.reason.setText("The course is full.")
    dialog.refuse_button.click()
    qtbot.waitUntil(lambda: "Addo" not in "".join(lines_of(found)), timeout=SOON)
    assert "The course is full." in box.last("general").values["message"]


def test_somebody_is_invited_again_and_no_more(qtbot, place, desk_of):
    box = place[1]
    page = show(qtbot, ComingInPage(desk_of()))
    page.invite_button.click()
    dialog = page.window().findChild(InviteDialog)
    assert dialog.role.chosen == "instructor"
    assert dialog.role.findData("platform_administrator") < 0
    dialog.send()
    assert all(field.error for field in dialog.fields.values())
    for name, value in {"given_name": "Esi", "family_name": "Owusu", "email": "boss"}.items():
        dialog.line(name).setText(value)
    dialog.send()
    assert dialog.fields["email"].error
    dialog.line("email").setText("esi@km.example")
    dialog.send()
    card = page.invitations
    qtbot.waitUntil(lambda: "Esi Owusu" in "".join(lines_of(card)), timeout=SOON)
    first = box.code("invitation")
    press(card, "Send again")
    qtbot.waitUntil(lambda: box.code("invitation") != first, timeout=SOON)
    press(card, "Withdraw")
    qtbot.waitUntil(lambda: not [one for one in card.findChildren(Button) if one.text() == "Withdraw"], timeout=SOON)


def test_slips_are_made_for_a_class_and_let_it_in(qtbot, place, desk_of, tmp_path):
    server = place[0]
    rows = []
    for name in ("abena", "yaa", "adwoa"):
        known = server.add_person(name, ("student",), family_name="Mensah")
        rows.append((PERSON, {**person(name, name.title())[1], "id": known, "username": name}))
    page = show(qtbot, PasswordsPage(desk_of(rows), {"ids": [body["id"] for _, body in rows]}))
    assert len(page.people) == 3
    page.slips.click()
    qtbot.waitUntil(page.save_button.isVisible, timeout=SOON)
    assert page.preview.pages == 1
    page.save_to(tmp_path / "slips.pdf")
    wait_for_background()
    said = text_of((tmp_path / "slips.pdf").read_bytes())
    assert "KM Media Training Institute" in said
    for name in ("abena", "yaa", "adwoa"):
        after = said.split(f"Name to sign in with: {name}")[1]
        password = after.split("Temporary password:")[1].split()[0]
        assert server.sign_in(name, password=password).data["must_change_password"] is True


def test_letters_say_who_cannot_be_reached(qtbot, place, desk_of):
    server, box, *_ = place
    known = server.add_person("kwesi", ("student",))
    row = (PERSON, {**person("kwesi", "Kwesi")[1], "id": known, "username": "kwesi"})
    page = show(qtbot, PasswordsPage(desk_of([row]), {"ids": [known]}))
    page.letters.click()
    qtbot.waitUntil(lambda: bool(toasts_of(page).toasts), timeout=SOON)
    assert "neither a mail address nor a phone" in toasts_of(page).toasts[-1].words
    assert not box.of("temporary_password")


def test_a_provider_is_set_up_changed_and_removed(qtbot, place, desk_of):
    server, _, _, provider = place
    card = show(qtbot, ProvidersCard(desk_of()))
    qtbot.waitUntil(lambda: card.lines.count() == 1, timeout=SOON)
    card.add_button.click()
    dialog = card.dialog
    dialog.save()
    assert dialog.fields["issuer"].error
    dialog.kind.choose("google")
    dialog.kind.activated.emit(1)
    assert dialog.line("issuer").text() == "https://accounts.google.com"
    values = {"issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SECRET, "domains": "km.example, "}
    for name, value in values.items():
        dialog.line(name).setText(value)
    dialog.checks["link_by_email"].setChecked(True)
    dialog.save()
    qtbot.waitUntil(lambda: "links by mail address" in "".join(lines_of(card)), timeout=SOON)
    press(card, "Edit")
    assert card.dialog.line("client_secret").text() == ""
    assert card.dialog.line("domains").text() == "km.example"
    card.dialog.checks["on"].setChecked(False)
    card.dialog.save()
    qtbot.waitUntil(lambda: not server.get("/api/v1/auth/providers?organisation=km-media").data, timeout=SOON)
    press(card, "Remove")
    qtbot.waitUntil(lambda: not [one for one in card.findChildren(Button) if one.text() == "Remove"], timeout=SOON)


# ------------------------------------------------------------------------------------------------------------ the slips


def text_of(content):
    """The words of a PDF, page after page."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtPdf import QPdfDocument

    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument(None)
    document.load(buffer)
    return "\n".join(document.getAllText(at).text() for at in range(document.pageCount()))


@pytest.mark.parametrize(("count", "pages"), [(0, 0), (1, 1), (PER_SHEET, 1), (PER_SHEET + 1, 2), (31, 4)])
def test_slips_fill_sheets_of_ten(count, pages):
    assert sheets(count) == pages


def test_every_slip_is_on_its_sheet_whatever_the_name_is(qapp):
    names = [
        "Ama",
        "=HYPERLINK(1)",
        "<b>Esi</b>",
        "'; DROP TABLE",
        "Nana Akosua " * 12,
        "ɔkɔtɔ Ŋmaa",
        "\u202eamA",
        "🦊 Fox",
    ]
    slips = [Slip(name, f"user{at}", f"k7mq-2rvx-{at:04d}", "4 Dec 2026") for at, name in enumerate(names * 2)]
    said = text_of(make_slips(slips, "Institute " * 20))
    for at in range(len(slips)):
        assert f"k7mq-2rvx-{at:04d}" in said
    assert "=HYPERLINK(1)" in said
