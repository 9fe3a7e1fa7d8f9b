"""An institute's accounts at gateways over HTTP: keys sealed and never shown, and forged events."""

from collections.abc import Iterator

import pytest

from server.core.settings import Settings
from tests.finance.forging import forgeries
from tests.finance.online import ACCOUNTS, KEYS, Online, online
from tests.fixtures.noise import ExpectLog
from tests.serving import TestServer


@pytest.fixture(params=["paystack", "razorpay"])
def at(request: pytest.FixtureRequest, new_institute: TestServer) -> Iterator[Online]:
    with online(new_institute, request.param) as made:
        yield made


def test_keys_are_kept_sealed_and_never_shown(at: Online) -> None:
    (shown,) = [one for one in at.get(ACCOUNTS, "grace").data if one["gateway"] == at.name]
    assert (shown["is_set_up"], shown["live"], shown["has_webhook_path"]) == (True, False, True)
    token = at.path.split("/")[-2]
    for name in ("secret", "webhook_secret"):
        secret = KEYS[at.name].get(name, token)
        assert secret not in str(shown)
        assert secret not in str(at.rows("SELECT * FROM gateway_account WHERE organisation_id = :o"))
        notes = at.rows("SELECT note FROM audit_link WHERE organisation_id = :o AND note IS NOT NULL")
        assert secret not in str(notes)
        assert "gateway_set_up" in str(notes)


def test_only_administrators_set_them_up_after_a_fresh_sign_in(at: Online) -> None:
    path = f"{ACCOUNTS}/{at.name}"
    assert at.get(ACCOUNTS, "efua").status == at.send(path, KEYS[at.name], "efua", "PUT").status == 403
    token = at.token("grace")
    at.server.clock.advance(11 * 60)  # type: ignore[attr-defined] # a clock for tests
    for method, more in (("PUT", path), ("DELETE", path), ("POST", f"{path}/webhook-path")):
        assert at.server.ask(method, more, KEYS[at.name], token).code == "fresh_sign_in_needed"


def test_keys_that_are_none_are_refused(at: Online) -> None:
    path = f"{ACCOUNTS}/{at.name}"
    wrong = {"secret": "pk_live_1"} if at.name == "paystack" else {"key_id": "sk_live_1", "secret": "x"}
    assert at.send(path, wrong, "grace", "PUT").code == "gateway_key_faulty"
    other = "razorpay" if at.name == "paystack" else "paystack"
    assert at.send(f"{ACCOUNTS}/{other}", {"key_id": "x"}, "grace", "PUT").code == "secret_needed"
    assert at.send(f"{ACCOUNTS}/{other}/webhook-path", None, "grace").code == "gateway_missing"
    if at.name == "razorpay":
        assert at.send(path, {"key_id": "rzp_live_2"}, "grace", "PUT").code == "secret_needed"


def test_an_account_that_is_removed_takes_nothing_more(at: Online, expect_log: ExpectLog) -> None:
    charge = at.charge()
    event = at.here.signed({"event": "x", "data": {}}, *(("evt",) if at.name == "razorpay" else ()))
    assert at.get("/api/v1/online-payments/ways").data[0]["gateway"] == at.name
    assert at.send(f"{ACCOUNTS}/{at.name}", None, "grace", "DELETE").data["is_set_up"] is False
    assert at.get("/api/v1/online-payments/ways").data == []
    assert at.begin(25_050, (charge, 25_050)).code == "gateway_missing"
    assert at.tell(*event).code == "webhook_unknown"


def test_a_key_that_the_gateway_refuses_is_shown(at: Online) -> None:
    payment = at.begun()
    at.here.secret = "another"
    told = at.send(f"/api/v1/online-payments/{payment['id']}/ask")
    assert (told.status, told.code) == (503, "gateway_key_refused")
    (shown,) = [one for one in at.get(ACCOUNTS, "grace").data if one["gateway"] == at.name]
    assert "refuses the institute's key" in shown["problem"]


def test_forged_and_altered_events_are_refused_and_counted(at: Online, expect_log: ExpectLog) -> None:
    payment = at.begun()
    at.here.pay(payment["reference"])
    tries = list(forgeries(*at.event(payment), number=40))
    expect_log("isn't signed")
    for headers, body in tries:
        assert at.tell(headers, body).status == 400
    assert at.rows("SELECT count(*) FROM webhook_inbox WHERE organisation_id = :o") == [(0,)]
    (shown,) = [one for one in at.get(ACCOUNTS, "grace").data if one["gateway"] == at.name]
    assert (shown["refused"], at.state(payment)) == (len(tries), "pending")


def test_events_count_on_the_institutes_own_path_alone(at: Online) -> None:
    payment = at.begun()
    at.here.pay(payment["reference"])
    event = at.event(payment)
    _, organisation, token, name = at.path.rsplit("/", 3)
    start = "/api/v1/payments/webhooks"
    paths = [
        f"{start}/{organisation}/{token}x/{name}",
        f"{start}/{organisation}/{'x' * 101}/{name}",
        f"{start}/{at.server.new_id()}/{token}/{name}",
        f"{start}/nothing/{token}/{name}",
        f"{start}/{organisation}/{token}/stripe",
    ]
    for path in paths:
        assert at.tell(*event, path=path).code == "webhook_unknown"
    assert at.send(f"{ACCOUNTS}/{at.name}/webhook-path", None, "grace").status == 200
    assert at.tell(*event).code == "webhook_unknown"


def test_an_event_is_no_larger_than_a_quarter_of_a_mebibyte(at: Online) -> None:
    assert at.tell({}, b"x" * 262_145).status == 413


def test_the_webhook_secret_before_counts_for_a_day(new_institute: TestServer, expect_log: ExpectLog) -> None:
    expect_log("isn't signed")
    with online(new_institute, "razorpay") as at:
        payment = at.begun()
        at.here.pay(payment["reference"])
        event = at.event(payment)
        at.send(f"{ACCOUNTS}/razorpay", {"webhook_secret": "whsec_new"}, "grace", "PUT")
        assert at.tell(*event).status == 200
        at.later(25 * 3_600)
        assert at.tell(*event).status == 400


def test_the_page_opens_the_checkout_of_an_order_of_ours_alone(new_institute: TestServer) -> None:
    with online(new_institute, "razorpay") as at:
        payment = at.begun()
        path = payment["url"].removeprefix("http://localhost")
        told = at.server.wire.ask("GET", path)
        assert told.status == 200
        assert KEYS["razorpay"]["key_id"].encode() in told.body
        assert KEYS["razorpay"]["secret"].encode() not in told.body
        assert "script-src 'nonce-" in told.headers["content-security-policy"]
        for wrong in (f"{path}x", path.partition("?")[0], path.replace("order_", "%22%3E%3Cscript%3E")):
            assert at.server.wire.ask("GET", wrong).status == 404
        assert at.server.wire.ask("GET", "/api/v1/payment-return").status == 200
        assert at.server.wire.ask("POST", "/api/v1/payment-return", b"razorpay_payment_id=x").status == 200
        at.here.pay(payment["reference"])
        assert at.state(payment) == "pending"


@pytest.mark.parametrize("address", ["http://evil.example", "https://a@b.example", "ftp://x", "https://x.example/?a"])
def test_the_gateways_addresses_are_encrypted(address: str) -> None:
    for name in ("paystack_base_url", "razorpay_base_url", "public_url"):
        with pytest.raises(ValueError, match="begins with https"):
            Settings(**{name: address})
    assert Settings(paystack_base_url="http://127.0.0.1:80/").paystack_base_url == "http://127.0.0.1:80"
