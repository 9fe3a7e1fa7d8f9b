"""A cash desk, desktop to desktop: a till is made, money taken while the server is away, checked elsewhere, voided."""

import pytest

from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.finance import receipt_actions, shift_actions
from desktop.finance.receipt_actions import Part, Share, Taking
from desktop.finance.till_store import account_of, own_till, waiting_requests
from shared.core.errors import CampusError
from shared.finance.receipt_code import Standing
from shared.finance.vocabulary import Method
from tests.walks.office import SLUG, Office
from tests.walks.test_office_roll import PLAIN, first_sign_in, person

pytestmark = pytest.mark.slow


def _prepare(place):
    sam, esi = place.desk.ids(), place.desk.ids()
    charge = {"person_id": esi, "what": "Tuition", "amount": 100_000, "currency": "GHS"}
    place.desk.commit([
        Ask("AddPerson", sam, person("Sam", "Njoroge", username="sam", roles=["cashier"])),
        Ask("AddPerson", esi, person("Esi", "Quaye", number="S-0001")),
        Ask("ChargeStudent", place.desk.ids(), charge),
    ])  # fmt: skip
    assert place.sync().waiting == 0
    return sam, esi


def _taking(student, amount):
    return Taking((Share(student, "Esi Quaye, S-0001", amount),), (Part(Method.CASH, amount, amount),))


def _become_a_till(sam, efua):
    sam.sync()
    asked = shift_actions.make_till(sam.desk, "Front desk 2")
    assert asked["state"] == "waiting"
    sam.sync()
    with pytest.raises(CampusError, match="waits for approval"):
        shift_actions.open_drawer(sam.desk, 0)
    efua.sync()
    shift_actions.approve_till(efua.desk, asked["id"])
    sam.sync()
    assert own_till(sam.desk)["state"] == "active"


def _count_and_close(sam, shift, counted):
    shift_actions.close_drawer(sam.desk, shift, counted)
    assert sam.sync().waiting == 0
    report = sam.desk.client.get(f"/api/v1/shifts/{shift}/report")["data"]
    assert (report["kind"], report["lines"][-1]) == ("Z", ["Difference", "GHS 0.00"])
    assert sam.desk.client.get(f"/api/v1/tills/{own_till(sam.desk)['id']}/gaps")["data"] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_money_taken_while_the_server_is_away_is_checked_and_voided(tmp_path, database_url, computers):
    office = Office(tmp_path / "office", database_url)
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told
        efua = computers["Office"].sign_in(server, "efua")
        efua.sync()
        sam_id, esi = _prepare(efua)
        sam = first_sign_in(computers["Front desk"], server, efua, sam_id, "sam")
        _become_a_till(sam, efua)
    shift = shift_actions.open_drawer(sam.desk, 20_000)
    taken = receipt_actions.take_payment(sam.desk, _taking(esi, 60_000))
    receipt_actions.take_payment(sam.desk, _taking(esi, 40_000))
    assert account_of(sam.desk, esi).balance == 0
    qr = receipt_actions.receipt_content(sam.desk, taken.receipt_id).qr
    checked = receipt_actions.check_receipt(efua.desk, qr)
    assert (checked.standing, "no copy" in checked.known) == (Standing.UNKNOWN_KEY, False)
    with office.serving(*PLAIN) as serving:
        assert serving.told
        assert sam.sync().waiting == 0
        efua.sync()
        assert account_of(efua.desk, esi).balance == 0
        checked = receipt_actions.check_receipt(efua.desk, qr)
        assert (checked.standing, checked.voided) == (Standing.GENUINE, False)
        receipt_actions.ask_void(sam.desk, taken.receipt_id, "Wrong student")
        sam.sync()
        efua.sync()
        (request,) = waiting_requests(efua.desk)
        shift_actions.decide(efua.desk, request["id"], approved=True)
        efua.sync()
        efua.desk.client.write("POST", "/api/v1/tills/keys", {}, efua.desk.ids())
        sam.sync()
        efua.sync()
        assert account_of(sam.desk, esi).balance == 60_000
        _count_and_close(sam, shift, 60_000)
    for place in (sam, efua):
        checked = receipt_actions.check_receipt(place.desk, qr)
        assert (checked.standing, checked.voided, checked.known) == (Standing.EARLIER_KEY, True, "It was voided.")
