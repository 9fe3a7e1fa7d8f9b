"""What leaves a laptop at its next contact: everything where it was stolen, a name where somebody was anonymised."""

import pytest

from desktop.core.outbox import Ask
from desktop.finance.account_card import AccountCard
from desktop.people.erase_card import EraseCard, EraseDialog
from desktop.people.person_doors_card import PersonDoorsCard
from desktop.shell.lost_ask_dialog import LostAskDialog
from desktop.shell.lost_dialog import LostDialog
from desktop.widgets.dialog import Dialog
from shared.people.vocabulary import PERSON
from tests.people.test_door_pages import keep_picture
from tests.walks.windows import dialog, house_of

pytestmark = pytest.mark.slow


@pytest.fixture
def house(server, tmp_path, qtbot):
    server.add_person("grace", ("administrator",), family_name="Ofori-Atta-Mensah of the Long Name")
    with house_of(server, tmp_path, qtbot) as made:
        yield made


def test_a_stolen_laptop_secures_its_work_and_wipes_itself(house):
    ama = house.server.add_person("ama", ("registrar",), family_name="Owusu")
    laptop = house.enter("ama")
    house.unplug(laptop)
    desk = laptop.workplace.desk
    desk.commit([Ask("AddPerson", desk.ids(), {"given_name": "Kojo", "family_name": "Asare"})])
    grace = house.enter("grace")
    grace.main_window.open_page("people.person", ama)
    card = grace.main_window.page.findChild(PersonDoorsCard)
    house.wait(lambda: card.lines.count() == 3)
    device = laptop.workplace.signed_in.profile.device_id
    card.ask_lost(next(one for one in card.read()[1] if one["id"] == device))
    asking = dialog(grace, LostAskDialog)
    asking.reason.setText("Left in a taxi")
    asking.mark()
    house.wait(lambda: not Dialog.opened_in(grace.main_window))
    house.wait(lambda: any(one["loss"] for one in card.read()[1]))
    assert laptop.main_window is not None, "it knows of nothing without a network"
    house.plug_in(laptop)
    laptop.workplace.link.sync_now()
    house.wait(lambda: laptop.main_window is None and Dialog.opened_in(laptop.sign_in_window))
    assert isinstance(Dialog.opened_in(laptop.sign_in_window), LostDialog)
    keep_picture(laptop.sign_in_window, "lost-said")
    assert laptop.gate.known(None) == []
    assert not list(laptop.gate.folder.rglob("campusdesk.store*"))
    (kept,) = grace.workplace.desk.client.get("/api/v1/sync/quarantine")["data"]
    office = grace.workplace.desk
    released = office.client.write("POST", f"/api/v1/sync/quarantine/{kept['id']}/release", {}, office.ids())
    assert released["data"]["held"] == 1, "what Ama wrote without a network is the office's to let through"


def test_an_anonymised_student_is_a_number_at_other_windows_and_the_money_stays(house):
    server = house.server
    server.add_person("efua", ("bursar",))
    esi = server.add_person("esi", ("student",), family_name="Zqasante", number="S-0001")
    charge = {"person_id": esi, "what": "Tuition", "amount": 100_000, "currency": "GHS"}
    charged = server.do(server.command("ChargeStudent", server.new_id(), charge)).target_id
    laptop = house.enter("efua")
    store = laptop.workplace.desk.store
    house.unplug(laptop)
    grace = house.enter("grace")
    grace.main_window.open_page("people.person", esi)
    card = grace.main_window.page.findChild(EraseCard)
    house.wait(lambda: "still owed" in card.words.text())
    assert not card.erase_button.isEnabled()
    server.do(server.command("ReverseEntry", charged, {"reason": "Left"}))
    card.refresh()
    house.wait(card.erase_button.isEnabled)
    card.erase_button.click()
    asking = dialog(grace, EraseDialog)
    keep_picture(grace.main_window, "anonymise")
    asking.reason.setPlainText("Asked for in writing")
    asking.give()
    house.wait(lambda: card.words.text() == "This person was anonymised.")
    assert store.get(PERSON, esi)["family_name"] == "Zqasante", "a laptop that is away has the name still"
    house.plug_in(laptop)
    house.meets(laptop, lambda: store.get(PERSON, esi)["given_name"] == "Former student 0001")
    assert not store.search("zqasante", [PERSON])
    laptop.main_window.open_page("finance.account", esi)
    lines = laptop.main_window.page.findChild(AccountCard).ledger.lines
    assert sorted((one.entry["kind"], one.entry["amount"]) for one in lines) == [
        ("charge", 100_000),
        ("reversal", -100_000),
    ]
    keep_picture(laptop.main_window, "anonymised-account")
