"""Receipts by mail and SMS, from the desk to a real mail server and a provider on loopback; also offline."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from PySide6.QtCore import QCoreApplication, QEvent

from desktop.finance import shift_actions
from desktop.finance.cash_desk_page import CashDeskPage
from desktop.finance.take_payment_dialog import TakePaymentDialog
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from server.core.isolation import acting_for
from server.finance.receipt_letters import post_receipts
from server.finance.till_kinds import CONFIRMED
from server.messaging import courier
from shared.finance import receipt_code as code
from shared.finance.vocabulary import Method
from tests.attendance.classes import person_id
from tests.finance import test_desk_payment_routes as routes
from tests.finance.cash_desks import HANA, OMAR, open_cash_desk
from tests.finance.test_receipt_paper import words_of
from tests.providers import mail_server as mails
from tests.providers import sms_provider as texts
from tests.timetable.planned_server import PlannedServer, planned

__all__ = ["planned"]


@pytest.fixture
def desk(planned: PlannedServer, tmp_path: Path) -> Any:
    """A till whose server sends letters for real; esi has a mail address and a phone."""
    with mails.mail_server(tmp_path) as mail, texts.sms_provider() as sms:
        settings = {
            "mail_host": mail.host,
            "mail_port": mail.port,
            "mail_username": mails.USERNAME,
            "mail_sender": mails.USERNAME,
            "mail_ca_file": mail.ca_file,
            "sms_base_url": sms.base,
            "sms_username": texts.USERNAME,
            "sms_sender": texts.SENDER,
        }
        _configure(planned, settings)
        made = routes.Desk(planned)
        made.mail, made.sms = mail, sms  # type: ignore[attr-defined] # what goes out
        yield made


def _configure(served: PlannedServer, settings: dict[str, Any]) -> None:
    settings["mail_password"], settings["sms_api_key"] = SecretStr(mails.PASSWORD), SecretStr(texts.KEY)
    served.server.settings.__dict__.update(settings)
    person = served.ask("GET", f"users/{served.people['esi']}").data
    changes = {"email": "esi@example.com", "phone": "+233241234567"}
    headers = {"if-match": person["revision"]}
    told = served.ask("PATCH", f"users/{served.people['esi']}", changes, **headers)
    assert told.status == 200, told.json


def test_a_confirmed_card_payment_is_told_with_the_tills_own_receipt(desk: Any) -> None:
    body = desk.body()
    said = code.Facts(desk.till["code"], 1, 500, "GHS", "Esi", routes.AT, frozenset({Method.CARD}), True)
    words = code.receipt_words(said, desk.till["certificate"])
    body["receipt"] |= {"words": words, "signature": code.signed(words, routes.KEY.sign)}
    told = desk.take({**body, "tenders": [{"method": "card", "amount": 500, "reference": "V-1"}]})
    assert told.status == 201, told.json
    _work(desk)
    assert desk.mail.received == []
    confirm = desk.server.command("ConfirmPayment", told.data["id"], {"came": True}, base=told.data["revision"])
    assert desk.server.do(confirm).verdict == "applied"
    _work(desk)
    (mail,) = desk.mail.received
    (paper,) = mail.message.iter_attachments()
    assert paper.get_filename() == "receipt-R-A1-000001.pdf"
    shown, _ = words_of(paper.get_content())
    assert ("R-A1-000001" in shown, "Not confirmed yet" in shown) == (True, False)
    titles = [one["title"] for one in desk.served.ask("GET", "notices", by="esi").data]
    assert titles == ["Your payment of GHS 5.00 is confirmed"]


def _take(desk: Any, **ways: bool) -> None:
    body = desk.body()
    body["receipt"]["printed"] |= ways
    told = desk.take(body)
    assert told.status == 201, told.json


def _work(desk: Any) -> None:
    context = desk.server.context
    for _ in range(2):
        post_receipts(context)
        courier.deliver(context)


def test_a_receipt_goes_by_mail_and_sms_once(desk: Any) -> None:
    _take(desk, mail=True, sms=True)
    _work(desk)
    (mail,) = desk.mail.received
    assert mail.message["Subject"].startswith("Receipt R-A1-000001 from ")
    assert mail.encrypted
    body = mail.message.get_body(("plain",)).get_content()
    assert "GHS 5.00" in body
    assert "Code: " in body
    (paper,) = mail.message.iter_attachments()
    assert (paper.get_content_type(), paper.get_filename()) == ("application/pdf", "receipt-R-A1-000001.pdf")
    (sms,) = desk.sms.sent
    assert "Receipt R-A1-000001" in str(sms)
    assert "+233241234567" in str(sms)


@pytest.mark.parametrize(("ways", "sent"), [({"sms": True}, (0, 1)), ({"mail": True}, (1, 0)), ({}, (0, 0))])
def test_only_what_was_asked_for_goes(desk: Any, ways: dict[str, bool], sent: tuple[int, int]) -> None:
    _take(desk, **ways)
    _work(desk)
    assert (len(desk.mail.received), len(desk.sms.sent)) == sent


def _several(desk: Any, **ways: bool) -> dict[str, Any]:
    """A sponsor's payment for esi (mail and phone), kojo (mail) and yaw (neither), 5.00 in all."""
    kojo = desk.server.add_person("kojo", ("student",))
    person = desk.served.ask("GET", f"users/{kojo}").data
    headers = {"if-match": person["revision"]}
    told = desk.served.ask("PATCH", f"users/{kojo}", {"email": "kojo@example.com"}, **headers)
    assert told.status == 200, told.json
    people = {desk.served.people["esi"]: 250, kojo: 150, desk.served.people["yaw"]: 100}
    body: dict[str, Any] = desk.body()
    body["receipt"]["printed"] |= {"received_from": "Rotary Club", **ways}
    return {**body, "paid_for": [{"person_id": one, "amount": amount} for one, amount in people.items()]}


def _notices(desk: Any) -> list[tuple[str, ...]]:
    with desk.server.context.database.read() as db:
        rows = db.rows("SELECT title, body FROM notice WHERE organisation_id = :o", o=desk.server.organisation_id)
        return sorted(tuple(row) for row in rows)


def test_each_of_several_at_the_desk_is_told_of_the_own_part_once(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    body = _several(desk, mail=True, sms=True)
    told = [desk.take(body, idempotency_key="rotary") for _ in range(2)]
    assert [one.status for one in told] == [201, 201], told[0].json
    posted: list[Any] = []
    post = desk.server.context.post

    def dies(db: Any, letter: Any) -> None:
        posted.append(letter)
        post(db, letter)
        if len(posted) == 2:
            raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(type(desk.server.context), "post", lambda _self, db, letter: dies(db, letter))
        with pytest.raises(RuntimeError):
            post_receipts(desk.server.context)
    assert _notices(desk) == []
    _work(desk)
    _work(desk)
    mails_sent = {str(one.message["To"]): one.message for one in desk.mail.received}
    assert (len(desk.mail.received), sorted(mails_sent)) == (2, ["esi@example.com", "kojo@example.com"])
    for mail, own in ((mails_sent["esi@example.com"], "GHS 2.50"), (mails_sent["kojo@example.com"], "GHS 1.50")):
        words = mail.get_body(("plain",)).get_content()
        assert (own in words, "5.00" in words, list(mail.iter_attachments())) == (True, False, [])
    (sms,) = desk.sms.sent
    assert ("GHS 2.50" in str(sms), "+233241234567" in str(sms)) == (True, True)
    about = "It is your part of receipt R-A1-000001, and stands under My fees."
    booked = [f"Your payment of GHS {one} is booked" for one in ("1.00", "1.50", "2.50")]
    assert _notices(desk) == [(one, about) for one in booked]


def _to_payer(desk: Any, send_to: str, **more: Any) -> Any:
    """Take a sponsor's payment whose receipt goes to an address; kojo and esi are sent nothing."""
    return desk.take({**_several(desk), "send_to": send_to, **more}, idempotency_key="rotary")


def _deliveries(desk: Any) -> list[tuple[Any, ...]]:
    sql = "SELECT channel, address, person_id, state, code FROM delivery WHERE organisation_id = :o"
    with desk.server.context.database.read() as db:
        return [tuple(row) for row in db.rows(sql, o=desk.server.organisation_id)]


def test_who_pays_for_several_has_the_receipt_by_mail_once_and_the_address_goes(desk: Any) -> None:
    told = _to_payer(desk, "fees@rotary.example")
    assert told.status == 201, told.json
    _work(desk)
    _work(desk)
    (mail,) = desk.mail.received
    assert mail.message["To"] == "fees@rotary.example"
    words = mail.message.get_body(("plain",)).get_content()
    assert [one in words for one in ("Hello Rotary Club,", "GHS 5.00", "R-A1-000001")] == [True, True, True]
    (paper,) = mail.message.iter_attachments()
    assert paper.get_filename() == "receipt-R-A1-000001.pdf"
    assert "Rotary Club" in words_of(paper.get_content())[0]
    assert _deliveries(desk) == [("mail", "fees@rotary.example", None, "sent", "")]
    with desk.server.context.database.read() as db:
        kept = db.rows("SELECT printed FROM receipt_text WHERE organisation_id = :o", o=desk.server.organisation_id)
    assert [("send_to" in one[0], "Rotary Club" in one[0]) for one in kept] == [(False, True)]
    assert len(_notices(desk)) == 3


def test_who_pays_for_several_has_an_sms_though_the_payment_is_confirmed_before_it_goes(desk: Any) -> None:
    assert _to_payer(desk, "024 123 4568").status == 201
    confirmed = "UPDATE receipt_text SET mail_due = :due WHERE organisation_id = :o"
    o = desk.server.organisation_id
    with acting_for(o):
        desk.server.context.database.write(lambda db: db.run(confirmed, due=CONFIRMED, o=o))
    _work(desk)
    (sms,) = desk.sms.sent
    assert [one in str(sms) for one in ("+233241234568", "GHS 5.00", "R-A1-000001")] == [True, True, True]


@pytest.mark.parametrize("send_to", ["Rotary", "a@b", "12", "a@rotary.example, b@rotary.example"])
def test_an_address_that_is_none_is_refused_over_rest_and_no_money_is_booked(desk: Any, send_to: str) -> None:
    told = _to_payer(desk, send_to)
    assert (told.status, told.code, told.json["details"]["fields"]) == (422, "send_to_faulty", ["send_to"])
    assert desk.take(desk.body(send_to="fees@rotary.example")).code == "send_to_single"
    assert desk.count() == 0


def test_what_nobody_vouches_for_yet_says_so_to_each_of_several(desk: Any) -> None:
    body = _several(desk, mail=True, unconfirmed=True)
    assert desk.take(body).status == 201
    _work(desk)
    paid_by = {line for one in desk.mail.received for line in str(one.message.get_body(("plain",))).splitlines()}
    assert "Paid by: Cash, not confirmed yet" in paid_by
    assert (len(desk.mail.received), desk.sms.sent) == (2, [])


def test_without_a_tick_several_have_their_notices_alone_and_of_a_void_none(desk: Any) -> None:
    body = _several(desk)
    told = desk.take({**body, "send_to": "fees@rotary.example"})
    receipt = told.data["receipt_id"]
    request = desk.server.new_id()
    asked = desk.server.command("AskVoid", request, {"receipt_id": receipt, "reason": "Wrong students"})
    assert desk.server.do(asked).verdict == "applied"
    decided = desk.server.command("DecideRequest", request, {"approved": True})
    assert desk.server.do(decided).verdict == "applied"
    _work(desk)
    assert _notices(desk) == []
    again = {**body, "receipt": desk.body(2)["receipt"]}
    assert desk.take(again).status == 201
    _work(desk)
    assert (len(_notices(desk)), desk.mail.received, desk.sms.sent) == (3, [], [])


@pytest.mark.parametrize("name", [HANA, OMAR])
def test_what_is_asked_for_without_a_network_waits_in_the_payment(qtbot: Any, tmp_path: Path, name: str) -> None:
    here = open_cash_desk(tmp_path)
    page = CashDeskPage(here.desk, person_id(name))
    qtbot.addWidget(page)
    page.show()
    shift_actions.open_drawer(here.desk, 200_00)
    assert here.desk.client is None
    page.take_payment()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, TakePaymentDialog)
    known = name == HANA
    assert (dialog.paper.mails.isEnabled(), dialog.paper.texts.isEnabled()) == (known, known)
    dialog.paper.texts.setChecked(known)
    dialog.paper.prints.setChecked(False)
    dialog.receive()
    assert here.store.pending().waiting == 2, "the drawer and the payment wait for the network"
    printed = here.store.page("receipt_text", limit=-1)[0]["printed"]
    assert (printed["mail"], printed["sms"]) == (known, known)
    here.close()


def test_a_cashier_enters_where_the_receipt_of_several_goes(qtbot: Any, tmp_path: Path) -> None:
    here = open_cash_desk(tmp_path)
    shift_actions.open_drawer(here.desk, 200_00)
    page = CashDeskPage(here.desk)
    page.show()
    alone = TakePaymentDialog(page, here.desk, [person_id(HANA)])
    assert alone.words.send_field.isHidden(), "the receipt of one student goes to the student"
    alone.reject()
    dialog = TakePaymentDialog(page, here.desk, [person_id(one) for one in (HANA, OMAR)])
    dialog.words.send_to.setText("Rotary Club")
    dialog.receive()
    assert "Enter a mail address" in dialog.words.send_field.error
    assert here.store.page("receipt_text", limit=-1) == []
    qtbot.keyClicks(dialog.words.send_to, "x")
    assert dialog.words.send_field.error == ""
    dialog.words.send_to.setText(" fees@rotary.example ")
    dialog.receive()
    assert [one["printed"]["send_to"] for one in here.store.page("receipt_text", limit=-1)] == ["fees@rotary.example"]
    wait_for_background()
    page.close()
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    here.close()
