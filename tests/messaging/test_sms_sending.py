"""SMS over real connections, by both interfaces: what each answer of the provider comes to."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from server.messaging.outcomes import Outcome
from server.messaging.sms_sending import SmsSender, SmsWay, cost_of
from tests.fixtures.noise import ExpectLog
from tests.providers.sms_provider import KEY, SENDER, USERNAME, SmsProvider, sms_provider

AMA = "+233241234567"
PATIENCE = 60.0
WORDS = "KM Media: your sign-in code is 741-962."


@pytest.fixture(scope="module")
def running() -> Iterator[SmsProvider]:
    with sms_provider() as made:
        yield made


@pytest.fixture
def provider(running: SmsProvider) -> SmsProvider:
    fresh = SmsProvider(port=running.port)
    running.__dict__.update(fresh.__dict__)
    return running


def send(provider: SmsProvider, to: str = AMA, **more: Any) -> Outcome:
    given = {"base": provider.base, "username": USERNAME, "key": KEY, "sender": SENDER, "interface": "legacy"}
    sender = SmsSender(SmsWay(**(given | more)), seconds=(PATIENCE, PATIENCE))
    try:
        return sender.send(WORDS, to)
    finally:
        sender.close()


@pytest.mark.parametrize("interface", ["legacy", "bulk"])
def test_an_sms_goes_out_and_its_number_parts_and_cost_are_known(provider: SmsProvider, interface: str) -> None:
    provider.extra = True
    told = send(provider, interface=interface)
    assert (str(told.came), told.provider_id, told.parts) == ("sent", "ATXid_1", 1)
    assert (told.cost, told.currency) == (300, "GHS")
    assert (provider.numbers, provider.sent[0]["message"]) == ([AMA], WORDS)
    assert provider.sent[0]["from"] == SENDER


def test_the_sandbox_needs_no_sender(provider: SmsProvider) -> None:
    assert str(send(provider, sender="").came) == "sent"


@pytest.mark.parametrize(
    ("code", "came", "block"),
    [
        (100, "sent", ""),
        (102, "sent", ""),
        (401, "retry", ""),
        (403, "failed", ""),
        (404, "failed", ""),
        (405, "retry", ""),
        (406, "failed", "blacklisted"),
        (407, "failed", ""),
        (409, "failed", ""),
        (500, "retry", ""),
        (501, "retry", ""),
        (502, "retry", ""),
        (777, "unknown", ""),
    ],
)
def test_each_receivers_own_status_counts_although_the_answer_is_201(
    provider: SmsProvider, code: int, came: str, block: str
) -> None:
    provider.codes[AMA] = code
    told = send(provider)
    assert (str(told.came), told.block) == (came, block)
    assert came == "sent" or told.code == f"sms_{code}"


def test_what_the_simulator_refuses(provider: SmsProvider) -> None:
    assert send(provider, "0241234567").code == "sms_403"
    provider.blacklisted = {AMA}
    assert send(provider).code == "sms_406"
    assert requests.post(f"{provider.base}/messaging", timeout=PATIENCE).status_code == 401
    assert provider.sent == []


@pytest.mark.parametrize("empty", [False, True])
def test_an_unknown_sender_stops_the_way(provider: SmsProvider, *, empty: bool) -> None:
    provider.empty_for_bad_sender = empty
    told = send(provider, sender="STRANGER")
    assert (str(told.came), told.code) == ("stopped", "sender_refused")


def test_a_wrong_key_stops_the_way(provider: SmsProvider) -> None:
    told = send(provider, key="another")
    assert (str(told.came), told.code) == ("stopped", "key_refused")


def test_a_provider_that_wants_a_pause_says_how_long(provider: SmsProvider) -> None:
    provider.answer = (429, {"retry-after": "120"}, b"slow down")
    told = send(provider)
    assert (str(told.came), told.wait_seconds, provider.sent) == ("retry", 120.0, [])
    provider.answer = (429, {"retry-after": "soon"}, b"slow down")
    assert send(provider).wait_seconds == 60.0


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_fault_of_the_providers_may_have_sent_it(provider: SmsProvider, status: int) -> None:
    provider.answer = (status, {"content-type": "text/html"}, b"<html>Bad gateway</html>")
    assert str(send(provider).came) == "unknown"
    assert provider.numbers == [AMA]


def test_an_answer_cut_short_or_of_another_kind_may_have_sent_it(provider: SmsProvider) -> None:
    provider.truncated = True
    assert (str(send(provider).came), send(provider).code) == ("unknown", "answer_unreadable")
    provider.truncated = False
    for body in (b"[]", b'{"SMSMessageData":null}', b'{"SMSMessageData":{"Recipients":[{"number":"+233241234567"}]}}'):
        provider.answer = (201, {}, body)
        assert (str(send(provider).came), send(provider).code) == ("unknown", "answer_unreadable")
    provider.answer = (201, {}, b'{"SMSMessageData":{"Recipients":[{"number":"+44","statusCode":101}]}}')
    assert send(provider).code == "not_in_answer"
    provider.answer = (201, {}, b"x" * 300_000)
    assert str(send(provider).came) == "unknown"


def test_a_whole_refusal_without_a_word_for_it_has_failed(provider: SmsProvider) -> None:
    provider.answer = (201, {}, b'{"SMSMessageData":{"Message":"Account suspended","Recipients":[]}}')
    assert (str(send(provider).came), send(provider).code) == ("failed", "refused")
    provider.answer = (400, {}, b"no")
    assert (str(send(provider).came), send(provider).code) == ("failed", "http_400")


def test_nobody_follows_the_provider_elsewhere(provider: SmsProvider) -> None:
    provider.answer = (307, {"location": f"{provider.base}/messaging"}, b"")
    assert (str(send(provider).came), send(provider).code, provider.asked) == ("failed", "redirected", 2)


def test_an_sms_that_was_taken_but_not_answered_is_unknown(provider: SmsProvider, expect_log: ExpectLog) -> None:
    expect_log("uvicorn.error: ERROR")
    provider.drop = True
    assert (str(send(provider).came), provider.numbers) == ("unknown", [AMA])


def test_an_answer_that_comes_too_late_is_unknown(provider: SmsProvider) -> None:
    provider.delay = 30
    sender = SmsSender(SmsWay(provider.base, USERNAME, KEY, SENDER), seconds=(PATIENCE, 0.2))
    told = sender.send(WORDS, AMA)
    sender.close()
    assert provider.arrived.wait(PATIENCE), "the request was on its way when nobody waited any more"
    assert (str(told.came), told.code, provider.numbers) == ("unknown", "no_answer", [AMA])


def test_a_provider_that_isnt_there_is_tried_later() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        told = send(SmsProvider(port=held.getsockname()[1]))
    assert (str(told.came), told.code, told.away) == ("retry", "unreachable", True)


@pytest.mark.parametrize(
    ("told", "cost"),
    [
        ("GHS 0.0300", (300, "GHS")),
        ("KES 0.8", (8_000, "KES")),
        ("0", (0, "")),
        ("GHS -1", (0, "")),
        (None, (0, "")),
        (12, (0, "")),
        ("GHS 1e9", (0, "")),
    ],
)
def test_costs(told: object, cost: tuple[int, str]) -> None:
    assert cost_of(told) == cost


def test_the_key_shows_in_nothing_that_is_printed() -> None:
    assert KEY not in repr(SmsWay("https://x.example", USERNAME, KEY))
