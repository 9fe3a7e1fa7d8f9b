"""Sending letters, on both databases: each goes once, what fails is tried again or told, and nothing is forgotten."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.core.isolation import acting_for
from server.core.letters import Channel
from server.core.settings import Settings
from server.messaging import courier, delivery_book
from server.messaging.courier import MOST_TRIES, pause
from tests.fixtures.databases import DatabaseUrls
from tests.fixtures.noise import ExpectLog
from tests.messaging.letters import AWAY, CODE, LATER, NEVER, SENT, STOPPED, UNKNOWN, Post
from tests.serving import TestServer, server_settings

ANYWHERE = {"mail_host": "mail.example", "mail_sender": "letters@km-media.example", "sms_username": "kmmedia"}


@pytest.fixture
def post(tmp_path: Any, migrated_url: DatabaseUrls) -> Any:
    made = TestServer(configured(server_settings(tmp_path / "server", migrated_url)))
    yield Post(made)
    made.close()


def configured(settings: Settings, **more: Any) -> Settings:
    given = {**settings.model_dump(), **ANYWHERE, "sms_api_key": "atsk", **more}
    return Settings(**given)


def test_a_letter_goes_once_and_its_secret_is_erased(post: Post) -> None:
    post.post(post.code("first"))
    assert post.deliver() == 1
    assert post.sent == [("ama@example.com", "Your sign-in code for KM Media Training Institute")]
    assert f"Your sign-in code: {CODE}" in post.letters[0].text
    assert post.one("state, attempts, provider, provider_id, parts, cost, currency, sealed") == (
        "sent",
        1,
        "smtp",
        "ATXid_1",
        1,
        300,
        "GHS",
        None,
    )
    assert post.attempts() == [(1, "sent", "", True)]
    assert post.deliver() == 0
    assert len(post.sent) == 1


def test_urgent_letters_go_first(post: Post) -> None:
    post.post(post.letter("one"), post.letter("two", "b@example.com"))
    post.clock.advance(1)
    post.post(post.code("three", "c@example.com"))
    post.deliver()
    assert post.sent[0][0] == "c@example.com"
    assert (post.opened, post.closed) == (1, 1)


def test_what_is_refused_for_a_while_is_tried_again_after_growing_pauses(post: Post) -> None:
    post.answer = LATER
    post.post(post.code("first"))
    waits = []
    for _ in range(MOST_TRIES - 1):
        assert post.deliver() == 1
        assert post.one() == ("queued", "smtp_451", len(waits) + 1)
        due = datetime.fromisoformat(post.one("due_at")[0])
        waits.append((due - post.clock.now()).total_seconds())
        assert post.deliver() == 0
        post.clock.set(due)
    assert waits == sorted(waits)
    assert all(5 * 2**n <= wait <= 10 * 2**n for n, wait in enumerate(waits))
    post.deliver()
    assert post.one("state, code, sealed") == ("failed", "smtp_451", None)
    assert [one[1] for one in post.attempts()] == ["retry"] * MOST_TRIES


def test_pauses_differ_and_give_the_provider_what_it_wants() -> None:
    assert pause(1, 0, urgent=False, random=lambda: 0.0) == 15
    assert pause(1, 0, urgent=False, random=lambda: 1.0) == 30
    assert pause(30, 0, urgent=True, random=lambda: 1.0) == 3_600
    assert pause(1, 120, urgent=True, random=lambda: 0.5) == 120


def test_what_is_refused_for_good_is_told_and_its_address_is_left_alone(post: Post) -> None:
    post.answer = NEVER
    post.post(post.letter("first"))
    post.deliver()
    assert post.one("state, code, reason") == ("failed", "smtp_550", NEVER.reason)
    post.post(post.code("second"))
    post.deliver()
    assert sorted(post.rows()) == [("failed", "smtp_550", 1), ("suppressed", "blocked", 0)]
    assert len(post.sent) == 1


def test_what_may_have_gone_out_is_never_sent_again(post: Post) -> None:
    post.answer = UNKNOWN
    post.post(post.code("first"))
    post.deliver()
    assert post.one("state, code, sealed") == ("unknown", "no_answer", None)
    post.clock.advance(100_000)
    assert post.deliver() == 0
    assert len(post.sent) == 1


def test_a_provider_that_is_away_for_hours_costs_no_letter_and_one_try_each_time(post: Post) -> None:
    post.answer = AWAY
    post.post(*(post.letter(str(n), f"{n}@example.com") for n in range(5)))
    for _ in range(60):
        post.deliver()
        post.clock.advance(600)
    assert len(post.sent) == 60
    assert {row[0] for row in post.rows()} == {"queued"}
    post.answer = SENT
    post.sent.clear()
    post.clock.advance(3_600)
    post.deliver()
    assert sorted(to for to, _ in post.sent) == [f"{n}@example.com" for n in range(5)]


def test_what_couldnt_be_sent_in_time_is_told(post: Post) -> None:
    post.answer = AWAY
    post.post(post.code("code"), post.letter("letter"))
    post.clock.advance(25 * 3_600)
    post.deliver()
    post.clock.advance(48 * 3_600)
    post.deliver()
    assert sorted(post.rows("template, state, code")) == [
        ("general", "failed", "too_old"),
        ("sign_in_code", "failed", "too_old"),
    ]


class Killed(BaseException):
    """Stands for a process that is gone."""


def test_after_a_kill_between_sending_and_recording_it_is_unknown_and_not_sent_again(post: Post) -> None:
    def die() -> Any:
        raise Killed

    post.answer = die
    post.post(post.code("first"))
    with pytest.raises(Killed):
        post.deliver()
    assert post.one("state, attempts") == ("sending", 1)
    post.answer = SENT
    assert post.deliver() == 0
    assert not courier.waiting(post.server.context)
    post.clock.advance(delivery_book.LEASE.total_seconds() + 1)
    assert courier.waiting(post.server.context)
    assert post.deliver() == 1
    assert post.one("state, code, sealed") == ("unknown", "interrupted", None)
    assert post.attempts() == [(1, "unknown", "interrupted", True)]
    assert len(post.sent) == 1


def test_an_answer_later_than_anybody_waited_for_still_counts(post: Post) -> None:
    def late() -> Any:
        post.clock.advance(delivery_book.LEASE.total_seconds() + 1)
        Post.deliver(post_without_answers)
        return SENT

    post_without_answers = Post(post.server)
    post.answer = late
    post.post(post.letter("first"))
    post.deliver()
    assert post.one("state, provider_id") == ("sent", "ATXid_1")
    assert post_without_answers.sent == []


def test_a_wrong_password_stops_the_way_and_those_who_see_to_it_are_told(post: Post, expect_log: ExpectLog) -> None:
    expect_log("Sending by mail stopped")
    post.server.add_person("grace", ("administrator",))
    post.answer = STOPPED
    post.post(
        post.letter("first"),
        post.letter("second", "b@example.com"),
        post.letter("sms", "+233241234567", channel=Channel.SMS),
    )
    post.answers["+233241234567"] = SENT
    post.deliver()
    assert [to for to, _ in post.sent] == ["ama@example.com", "+233241234567"] or len(post.sent) == 2
    post.clock.advance(4_000)
    post.deliver()
    assert len(post.sent) == 2
    states = sorted(post.rows("channel, state, code"))
    assert states == [("mail", "queued", "way_stopped"), ("mail", "queued", "way_stopped"), ("sms", "sent", "")]
    token = post.server.sign_in("grace").data["access_token"]
    told = post.server.get("/api/v1/notices", token).data
    assert [(one["title"], one["body"]) for one in told] == [("No mail goes out", STOPPED.reason)]
    assert (
        post.server.context.database.write(
            lambda db: delivery_book.let_go_on(
                db, post.server.organisation_id, Channel.MAIL, "way_stopped", post.clock.now()
            )
        )
        == 2
    )


def test_the_days_limit_holds_and_leaves_room_for_codes(tmp_path: Any, migrated_url: DatabaseUrls) -> None:
    server = TestServer(configured(server_settings(tmp_path / "server", migrated_url), mail_per_day=5))
    post = Post(server)
    post.post(*(post.letter(str(n), f"{n}@example.com") for n in range(6)))
    post.deliver()
    assert len(post.sent) == 4
    post.post(post.code("code"))
    post.deliver()
    assert len(post.sent) == 5
    post.post(post.code("another", "b@example.com"))
    post.deliver()
    assert len(post.sent) == 5
    assert {row[1] for row in post.rows() if row[0] == "queued"} == {"daily_limit"}
    post.clock.set(datetime(2026, 11, 21, 0, 0, 1, tzinfo=UTC))
    post.deliver()
    assert len(post.sent) == 8
    server.close()


def test_the_days_cost_holds(tmp_path: Any, migrated_url: DatabaseUrls) -> None:
    server = TestServer(configured(server_settings(tmp_path / "server", migrated_url), sms_cost_per_day=1))
    post = Post(server)
    post.answer = type(SENT)(SENT.came, provider_id="x", parts=1, cost=6_000, currency="GHS")
    post.post(*(post.code(str(n), f"+23324123456{n}", channel=Channel.SMS) for n in range(4)))
    post.deliver()
    assert len(post.sent) == 2
    server.close()


def test_too_many_to_one_number_are_noticed_and_not_sent(post: Post) -> None:
    post.post(*(post.code(str(n), "+233241234567", channel=Channel.SMS) for n in range(8)))
    post.deliver()
    assert sorted(row[:2] for row in post.rows()) == [("sent", "")] * 6 + [("suppressed", "too_many")] * 2
    post.clock.advance(3_700)
    post.post(post.code("later", "+233241234567", channel=Channel.SMS))
    post.deliver()
    assert len(post.sent) == 7


def test_with_nothing_set_up_letters_are_only_noted(server: TestServer, caplog: pytest.LogCaptureFixture) -> None:
    post = Post(server)
    post.post(post.code("first"), post.code("second", "+233241234567", channel=Channel.SMS))
    assert post.deliver() == 2
    assert (post.sent, post.opened) == ([], 0)
    assert set(post.rows("state, code, provider, sealed")) == {("suppressed", "log_only", "log", None)}
    assert "goes nowhere" in caplog.text
    assert CODE not in caplog.text
    assert "ama@example.com" not in caplog.text
    assert "241234567" not in caplog.text


def test_a_secret_that_cant_be_opened_fails_its_letter_alone(post: Post) -> None:
    post.post(post.code("first"), post.letter("second", "b@example.com"))
    post.run(
        "UPDATE delivery SET sealed = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB' WHERE organisation_id = :o"
        " AND sealed IS NOT NULL"
    )
    post.deliver()
    assert sorted(post.rows("state, code")) == [("failed", "seal_broken"), ("sent", "")]


def test_letters_of_two_institutes_dont_mix(post: Post) -> None:
    other = post.server.add_organisation("other", "Another Institute")
    post.post(post.letter("first"))

    with acting_for(other):
        post.post(post.letter("first", "b@example.com", organisation_id=other))
    assert post.deliver() == 2
    assert sorted(to for to, _ in post.sent) == ["ama@example.com", "b@example.com"]
    texts = "".join(one.text for one in post.letters)
    assert "Another Institute" in texts


def test_two_couriers_at_once_share_the_letters(post: Post) -> None:
    """The one takes a letter while the other is in the middle of sending one."""
    other = Post(post.server)

    def meanwhile() -> Any:
        post.answer = SENT
        other.deliver()
        return SENT

    post.answer = meanwhile
    post.post(*(post.letter(str(n), f"{n}@example.com") for n in range(6)))
    post.deliver()
    both = [to for to, _ in post.sent + other.sent]
    assert sorted(both) == [f"{n}@example.com" for n in range(6)]
    assert (len(post.sent), len(other.sent)) == (1, 5)


def test_a_persons_wishes_and_quiet_hours(post: Post) -> None:
    person = post.server.add_person("ama", ("student",), email="ama@example.com")
    wishes = {"unwanted": [], "quiet_from": "07:00", "quiet_until": "09:30"}
    put_wishes(post, person, **wishes)
    post.post(
        post.letter("ordinary", None, person_id=person),  # type: ignore[arg-type] # the person's own address
        post.code("code", None, person_id=person),  # type: ignore[arg-type] # same
    )
    post.deliver()
    assert sorted(post.rows("template, state, code, due_at")) == [
        ("general", "queued", "quiet_hours", "2026-11-20T09:30:00.000Z"),
        ("sign_in_code", "sent", "", "2026-11-20T08:00:00.000Z"),
    ]
    post.clock.advance(timedelta(hours=1, minutes=31).total_seconds())
    put_wishes(post, person, mail=False)
    post.deliver()
    assert min(post.rows("template, state, code")) == ("general", "suppressed", "unwanted")
    post.post(post.code("again", None, person_id=person))  # type: ignore[arg-type] # same
    post.deliver()
    assert [row for row in post.rows() if row[0] == "sent"] == [("sent", "", 1)] * 2


def put_wishes(post: Post, person_id: str, **wishes: Any) -> None:
    from server.messaging import wishes as kept

    given = kept.Wishes.model_validate(wishes)
    post.server.context.database.write(
        lambda db: kept.put_wishes(
            db, post.server.organisation_id, person_id, given, post.server.new_id(), "2026-11-20T08:00:00.000Z"
        )
    )
