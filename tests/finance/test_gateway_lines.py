"""Both gateways' interfaces against providers on loopback: begin, ask, list, send back, and what goes wrong."""

from types import SimpleNamespace

import pytest

from server.finance import paystack, razorpay
from server.finance.gateway import BadSignatureError, GatewayError, GatewayKeys, Stands, Start
from tests.providers.loopback import running
from tests.providers.paystack import SECRET as PAYSTACK_SECRET
from tests.providers.paystack import PaystackHere
from tests.providers.razorpay import KEY_ID, SECRET, WEBHOOK_SECRET, RazorpayHere

SINCE = "2026-11-01T00:00:00+00:00"
QUICK = (2.0, 0.3)
_PAYSTACK = GatewayKeys(secret=PAYSTACK_SECRET)
_RAZORPAY = GatewayKeys(KEY_ID, SECRET, WEBHOOK_SECRET)


def _paystack(here, keys=_PAYSTACK):
    return paystack.Paystack(keys, paystack.line_of(keys, here.base, seconds=QUICK))


def _razorpay(here, keys=_RAZORPAY):
    return razorpay.Razorpay(keys, razorpay.line_of(keys, here.base, seconds=QUICK), "http://127.0.0.1/checkout")


@pytest.fixture(params=["paystack", "razorpay"])
def at(request):
    """A gateway and its provider: `at.gateway`, `at.here`, `at.currency`."""
    make, here = (_paystack, PaystackHere) if request.param == "paystack" else (_razorpay, RazorpayHere)
    with running(here) as provider:
        gateway = make(provider)
        yield SimpleNamespace(
            gateway=gateway, here=provider, make=make, currency="GHS" if request.param == "paystack" else "INR"
        )
        gateway.close()


def _wanted(at, reference="PAY-20261120-A1", amount=25_050):
    return Start(reference, amount, at.currency, "ama@example.org", "http://127.0.0.1/back", "Tuition")


def _begun(at, reference="PAY-20261120-A1", amount=25_050):
    return at.gateway.start(_wanted(at, reference, amount))


def test_a_payment_is_begun_paid_and_asked_for(at):
    begun = _begun(at)
    assert begun.url.startswith("http://127.0.0.1")
    waiting = at.gateway.ask("PAY-20261120-A1", begun.gateway_id)
    assert (waiting.stands, waiting.amount, waiting.currency) == (Stands.PENDING, 25_050, at.currency)
    at.here.pay("PAY-20261120-A1")
    paid = at.gateway.ask("PAY-20261120-A1", begun.gateway_id)
    assert (paid.stands, paid.amount, paid.live) == (Stands.PAID, 25_050, False)
    assert paid.payment_id
    assert paid.paid_at
    assert paid.fees > 0


def test_what_the_gateway_does_not_know_is_none(at):
    assert at.gateway.ask("PAY-NEVER", "order_00000000000009") is None


def test_an_answer_that_got_lost_is_found_by_asking_and_never_begun_twice(at):
    at.here.faults.where, at.here.faults.drop = ("/transaction/init" if at.currency == "GHS" else "/orders"), True
    with pytest.raises(GatewayError) as lost:
        _begun(at)
    assert not lost.value.known
    at.here.faults.clear()
    if at.currency == "INR":
        _begun(at)
        again = _begun(at)
        assert again.gateway_id == "order_00000000000000"
        assert len(at.here.orders) == 1
    else:
        with pytest.raises(GatewayError) as known:
            _begun(at)
        assert known.value.code == "already_begun"
        assert at.gateway.ask("PAY-20261120-A1", "").stands is Stands.PENDING
        assert len(at.here.transactions) == 1


def test_everything_is_listed_page_by_page(at):
    for number in range(102):
        _begun(at, f"PAY-{number}", 10_000 + number)
    at.here.pay("PAY-3")
    told = {one.reference: one for one in at.gateway.listed(SINCE)}
    assert len(told) == 102
    assert {name for name, one in told.items() if one.stands is Stands.PAID} == {"PAY-3"}
    assert list(at.gateway.listed("2027-01-01T00:00:00+00:00")) == []


def test_money_goes_back_in_parts_and_never_more_than_came(at):
    begun = _begun(at)
    at.here.pay("PAY-20261120-A1")
    paid = at.gateway.ask("PAY-20261120-A1", begun.gateway_id)
    first = at.gateway.refund(paid, 10_000, at.currency, "refund-0001", "asked for")
    assert first.amount == 10_000
    with pytest.raises(GatewayError) as too_much:
        at.gateway.refund(paid, 20_000, at.currency, "refund-0002", "asked for")
    assert too_much.value.known
    assert [(one.amount, one.own_id) for one in at.gateway.refunds(paid)] == [(10_000, "refund-0001")]


def test_a_wrong_key_is_said_to_be_one(at):
    wrong = at.make(at.here, GatewayKeys("rzp_test_other", "sk_test_other", "x"))
    for call in (
        lambda: wrong.start(_wanted(at)),
        lambda: wrong.ask("PAY-1", "order_1"),
        lambda: list(wrong.listed(SINCE)),
    ):
        with pytest.raises(GatewayError) as refused:
            call()
        assert (refused.value.code, refused.value.known) == ("key_refused", True)
    wrong.close()


@pytest.mark.parametrize("amount", [0, -5])
def test_no_payment_of_nothing_is_begun(at, amount):
    with pytest.raises(GatewayError) as refused:
        _begun(at, amount=amount)
    assert refused.value.known


def test_an_unknown_currency_is_refused_there(at):
    with pytest.raises(GatewayError) as refused:
        at.gateway.start(Start("PAY-1", 5000, "XOF", "ama@example.org", "http://127.0.0.1/back"))
    assert refused.value.known


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"html": True}, "answer_unreadable"),
        ({"slow": 5.0}, "unreachable"),
        ({"drop": True}, "unreachable"),
        ({"status": 502}, "http_502"),
        ({"status": 302}, "http_302"),
        ({"status": 200}, "answer_unreadable"),
    ],
)
def test_no_usable_answer_leaves_open_what_happened(at, fault, code):
    for name, value in fault.items():
        setattr(at.here.faults, name, value)
    with pytest.raises(GatewayError) as told:
        _begun(at)
    # A gateway that says yes without the words that belong to it said nothing.
    assert told.value.code in {code, "refused"}
    assert told.value.known is (told.value.code == "refused")


def test_a_gateway_that_is_not_there_got_nothing(at):
    with running(type(at.here)) as gone:
        gateway = at.make(gone)
    with pytest.raises(GatewayError) as told:
        gateway.start(_wanted(at))
    assert (told.value.code, told.value.known) == ("unreachable", True)
    gateway.close()


def test_a_busy_gateway_took_nothing(at):
    at.here.faults.status = 429
    with pytest.raises(GatewayError) as told:
        _begun(at)
    assert (told.value.code, told.value.known) == ("gateway_busy", True)


def test_fees_that_the_payer_carries_are_no_credit():
    with running(PaystackHere) as here:
        gateway = _paystack(here)
        gateway.start(Start("PAY-1", 30_050, "GHS", "ama@example.org", "http://127.0.0.1/back"))
        here.pay("PAY-1", amount=40_333, fees=10_283)
        assert gateway.ask("PAY-1", "").amount == 30_050
        here.pay("PAY-1", amount=20_000)
        assert gateway.ask("PAY-1", "").amount == 20_000
        gateway.close()


@pytest.mark.parametrize("changed", [{"amount": 300.5}, {"amount": "x"}, {"amount": True}, {"amount": None}])
def test_an_amount_that_is_none_is_not_read(changed):
    with running(PaystackHere) as here:
        gateway = _paystack(here)
        gateway.start(Start("PAY-1", 30_050, "GHS", "ama@example.org", "http://127.0.0.1/back"))
        here.pay("PAY-1", **changed)
        with pytest.raises(GatewayError) as told:
            gateway.ask("PAY-1", "")
        assert told.value.code == "answer_unreadable"
        gateway.close()


def test_a_failed_try_is_no_failed_order():
    with running(RazorpayHere) as here:
        gateway = _razorpay(here)
        begun = gateway.start(Start("PAY-1", 30_000, "INR", "ama@example.org", "http://127.0.0.1/back"))
        here.pay("PAY-1", "failed")
        assert gateway.ask("PAY-1", begun.gateway_id).stands is Stands.PENDING
        payment = here.pay("PAY-1")
        assert gateway.ask("PAY-1", begun.gateway_id).stands is Stands.PAID
        assert gateway.is_checkout_signed(
            begun.gateway_id, payment["id"], here.signature(begun.gateway_id, payment["id"])
        )
        assert not gateway.is_checkout_signed("order_1", payment["id"], here.signature(begun.gateway_id, payment["id"]))
        gateway.close()


# ------------------------------------------------------------------------------------------------------------ webhooks


def _event(at):
    begun = _begun(at)
    payment = at.here.pay("PAY-20261120-A1")
    told = at.here.webhook("PAY-20261120-A1") if at.currency == "GHS" else at.here.webhook(payment)
    return begun, told


def test_a_signed_event_names_its_payment(at):
    begun, (headers, body) = _event(at)
    event = at.gateway.event(headers, body)
    assert event.reference == "PAY-20261120-A1" or event.gateway_id == begun.gateway_id
    assert event.key == at.gateway.event(headers, body).key
    assert not event.live


def test_forged_and_altered_events_are_refused(at):
    _, (headers, body) = _event(at)
    name = next(name for name in headers if name.endswith("signature"))
    forged = [
        ({**headers, name: ""}, body),
        ({**headers, name: "ä" * 128}, body),
        ({**headers, name: headers[name][::-1]}, body),
        ({key: value for key, value in headers.items() if key != name}, body),
        (headers, body + b" "),
        (headers, body.replace(b"25050", b"95050")),
        (headers, b""),
    ]
    for told, content in forged:
        with pytest.raises(BadSignatureError):
            at.gateway.event(told, content)


@pytest.mark.parametrize("content", [[], "text", {"event": "charge.success"}, {"data": 5, "payload": 5}])
def test_a_signed_event_that_says_nothing_is_refused(at, content):
    signed = at.here.signed(content) if at.currency == "GHS" else at.here.signed(content, "evt_1")
    with pytest.raises(BadSignatureError):
        at.gateway.event(*signed)


def test_the_published_vectors():
    keys = GatewayKeys(secret="sk_test_example")
    body = b'{"event":"charge.success","data":{"id":302961,"status":"success","reference":"qTPrJoy9Bx","amount":10000,"currency":"GHS"}}'  # noqa: E501 - one line, as it is signed
    signature = (
        "127a3f2383d0e4d40af2d3eccd2234ff479a6784de47885635464ee35a3f18a6"
        "805942e5fd283ef3b954af9cd330e389d65928f56a53e0d4919497c45985a95c"
    )
    event = paystack.Paystack(keys, paystack.line_of(keys, "http://127.0.0.1")).event(
        {"x-paystack-signature": signature}, body
    )
    assert (event.reference, event.payment_id) == ("qTPrJoy9Bx", "302961")
    keys = GatewayKeys("rzp_live_x", "test_secret", "whsec_new", "whsec_example")
    gateway = razorpay.Razorpay(keys, razorpay.line_of(keys, "http://127.0.0.1"), "")
    told = "a982c20f48234e966ccc8d903bff75730b34341007236ad8c8a9d7c0ae5848c5"
    assert gateway.is_checkout_signed("order_9A33XWu170gUtm", "pay_29QQoUBi66xm2f", told)
    assert gateway.live
