"""The provider's callbacks: only on the secret path, only for our own letters, only forward."""

from typing import Any
from urllib.parse import urlencode

import pytest

from server.core.letters import Channel
from tests.messaging.test_letter_routes import Office
from tests.messaging.test_letter_ways import SMS, put
from tests.serving import Answer, TestServer

AMA = "+233241234567"


class Provider(Office):
    """A server whose letter to one number went out as ATXid_1, and the paths that its provider knows."""

    def __init__(self, server: TestServer) -> None:
        super().__init__(server)
        put(self, "sms", SMS, "atsk_1")
        self.paths = self.send("/api/v1/letter-ways/sms/report-path").data
        self.post.post(self.post.code("a", AMA, channel=Channel.SMS))
        self.post.deliver()

    def tell(self, path: str, **form: str) -> Answer:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.server.wire.ask("POST", path, urlencode(form).encode(), headers)

    def report(self, status: str, **more: str) -> Answer:
        return self.tell(self.paths["deliveries"], **{"id": "ATXid_1", "status": status, "phoneNumber": AMA, **more})


@pytest.fixture
def provider(server: TestServer) -> Provider:
    return Provider(server)


def test_a_report_moves_a_letter_forward_once(provider: Provider) -> None:
    assert provider.report("Buffered").data == {"taken": False}
    assert provider.post.one()[0] == "sent"
    assert provider.report("Success").data == {"taken": True}
    assert provider.post.one()[0] == "delivered"
    assert provider.report("Success").data == {"taken": False}
    assert provider.report("Failed", failureReason="UserIsInactive").data == {"taken": False}
    assert provider.post.one()[0] == "delivered"


def test_a_failure_is_told_with_its_reason(provider: Provider) -> None:
    provider.report("Failed", failureReason="UserIsInactive")
    assert provider.post.one("state, code, reason") == (
        "failed",
        "report_userisinactive",
        "The network didn't take it: UserIsInactive",
    )


def test_a_number_that_its_network_blocks_is_left_alone(provider: Provider) -> None:
    provider.report("Rejected", failureReason="UserInBlackList")
    provider.post.post(provider.post.code("b", AMA, channel=Channel.SMS))
    provider.post.deliver()
    assert ("suppressed", "blocked", 0) in provider.post.rows()


def test_who_wants_no_more_gets_no_more_not_even_codes(provider: Provider) -> None:
    told = provider.tell(provider.paths["opt_outs"], senderId="KMMEDIA", phoneNumber=AMA)
    assert told.data == {"taken": True}
    provider.post.post(provider.post.code("b", AMA, channel=Channel.SMS))
    provider.post.deliver()
    assert ("suppressed", "blocked", 0) in provider.post.rows()
    assert len(provider.post.sent) == 1
    stranger = provider.tell(provider.paths["opt_outs"], senderId="KMMEDIA", phoneNumber="+233209999999")
    assert stranger.data == {"taken": False}


def test_nothing_happens_for_letters_that_arent_ours(provider: Provider) -> None:
    assert provider.tell(provider.paths["deliveries"], id="ATXid_999", status="Success").data == {"taken": False}
    assert provider.tell(provider.paths["deliveries"], id="None", status="Success").data == {"taken": False}
    assert provider.post.one()[0] == "sent"


def test_a_path_that_is_guessed_old_or_anothers_leads_nowhere(provider: Provider) -> None:
    good = provider.paths["deliveries"]
    other = provider.server.add_organisation("other", "Another Institute")
    organisation_id = provider.server.organisation_id
    token = good.split("/")[-2]
    assert len(token) >= 32
    wrong = [
        good.replace(token, "guess"),
        good.replace(organisation_id, other),
        good.replace(organisation_id, provider.server.new_id()),
        good.replace(organisation_id, "x"),
        good.replace(token, "x" * 200),
    ]
    answers = [provider.tell(path, id="ATXid_1", status="Success") for path in wrong]
    assert {(one.status, one.json["code"]) for one in answers} == {(404, "report_path_unknown")}
    provider.send("/api/v1/letter-ways/sms/report-path")
    assert provider.report("Success").status == 404
    assert provider.post.one()[0] == "sent"
    with provider.server.context.database.read() as db:
        assert token not in str(db.rows("SELECT * FROM message_channel"))


def test_a_report_that_lacks_something_or_is_too_long_is_refused(provider: Provider) -> None:
    path = provider.paths["deliveries"]
    for form in ({"id": "ATXid_1"}, {"status": "Success"}, {"id": "x" * 200, "status": "Success"}, {}):
        assert provider.tell(path, **form).status == 422
    assert provider.server.wire.ask("POST", path, b"{}", {"content-type": "application/json"}).status == 422


def test_without_an_account_there_is_no_path(server: TestServer) -> None:
    office: Any = Office(server)
    told = office.send("/api/v1/letter-ways/sms/report-path")
    assert (told.status, told.json["code"]) == (409, "way_missing")


def test_the_log_keeps_no_path(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    provider.report("Success")
    assert "/api/v1/letters/reports/-" in caplog.text
    assert provider.paths["deliveries"].split("/")[-2] not in caplog.text
