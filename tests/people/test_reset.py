"""Forgotten passwords: one answer for everyone, a code for once, and nothing but a new password by it."""

from datetime import timedelta

import pytest

from server.people.entry_codes import code_digest, long_code
from server.people.factors import put_address
from server.people.reset_service import ResetService
from server.people.sign_in_service import Caller
from shared.core.errors import CampusError
from tests.people.letter_box import box_for
from tests.serving import PASSWORD

FORGOT = "/api/v1/auth/forgot-password"
RESET = "/api/v1/auth/reset-password"
START = "/api/v1/auth/start-reset"
NEW = "three boats on the Volta"
MINUTE = 60
CALLER = Caller("192.0.2.1", "")


@pytest.fixture
def box(server):
    return box_for(server)


@pytest.fixture
def ama(server, box):
    return server.add_person("ama", ("student",), email="ama@example.org")


def forgot(server, name="ama", **more):
    return server.post(FORGOT, {"organisation": server.slug, "name": name, **more})


def reset(server, code, name="ama", new=NEW):
    return server.post(RESET, {"organisation": server.slug, "name": name, "code": code, "new": new})


def test_a_code_by_mail_sets_a_new_password_and_ends_all_sign_ins(server, box, ama):
    before = server.sign_in("ama").data["access_token"]
    assert forgot(server).data == {}
    letter = box.last("reset_password")
    assert (letter.channel, letter.person_id, letter.urgent) == ("mail", ama, True)
    answer = reset(server, letter.secrets["code"])
    assert (answer.status, answer.data) == (200, {}), "it signs nobody in"
    assert server.get("/api/v1/auth/me", before).code == "signed_out"
    assert server.sign_in("ama").code == "password_wrong"
    assert server.sign_in("ama", password=NEW).status == 200
    assert box.last("password_changed").person_id == ama


@pytest.mark.parametrize("name", ["ama", "AMA@example.org", "  ama "])
def test_the_name_is_any_of_those_one_signs_in_with(server, box, ama, name):
    forgot(server, name)
    assert reset(server, box.code("reset_password").upper().replace("-", " "), name).status == 200


def test_the_answer_is_the_same_for_people_nobody_knows(server, box, ama):
    known, unknown = forgot(server), forgot(server, "nobody")
    assert (known.status, known.body) == (unknown.status, unknown.body)
    assert set(known.headers) == set(unknown.headers)
    assert len(box.letters) == 1


def test_the_answer_waits_for_nothing_that_depends_on_the_person(server, box, ama):
    """Both asks do the same statements; who it is, is looked up after the answer."""
    counts = []
    write = server.context.database.write

    def counting(work):
        def counted(db):
            made = work(db)
            counts.append(db.statements)
            return made

        return write(counted)

    server.context.database.write = counting
    for name in ("ama", "nobody"):
        forgot(server, name)
    before_answer = counts[0], counts[2]
    assert before_answer[0] == before_answer[1] == 3


def test_what_asked_and_was_not_answered_yet_is_sent_later(server, box, ama):
    service = ResetService(server.context)
    service.ask(server.slug, "ama", CALLER)
    assert box.letters == []
    assert service.send_asked(server.organisation_id) == 1
    assert service.send_asked(server.organisation_id) == 0
    assert len(box.letters) == 1


def test_a_code_counts_once(server, box, ama):
    forgot(server)
    code = box.code("reset_password")
    assert reset(server, code).status == 200
    assert reset(server, code, new="four boats on the Volta").code == "code_used"
    assert server.sign_in("ama", password=NEW).status == 200


def test_two_at_the_same_moment_use_it_once(server, box, ama):
    forgot(server)
    code, service = box.code("reset_password"), ResetService(server.context)
    service.finish(server.organisation_id, ama, code, "$2b$04$" + "a" * 53, CALLER)
    with pytest.raises(CampusError) as second:
        service.finish(server.organisation_id, ama, code, "$2b$04$" + "b" * 53, CALLER)
    assert second.value.code == "code_used"


def test_a_code_runs_out_after_thirty_minutes(server, box, ama):
    forgot(server)
    server.clock.advance(30 * MINUTE - 1)
    forgot_code = box.code("reset_password")
    server.clock.advance(1)
    assert reset(server, forgot_code).code == "code_over"


def test_a_newer_code_replaces_the_older(server, box, ama):
    forgot(server)
    first = box.code("reset_password")
    forgot(server)
    assert reset(server, first).code == "code_replaced"
    assert reset(server, box.code("reset_password")).status == 200


def test_a_code_is_of_one_person(server, box, ama):
    server.add_person("kofi", ("student",), email="kofi@example.org")
    forgot(server)
    assert reset(server, box.code("reset_password"), "kofi").code == "code_of_another"
    assert reset(server, box.code("reset_password"), "nobody").code == "code_of_another"
    assert server.sign_in("kofi").status == 200


def test_a_code_is_of_one_institute(server, box, ama):
    other = server.add_organisation("other", "Other School")
    server.add_person("ama", ("student",), other, email="ama@example.org")
    forgot(server)
    answer = server.post(
        RESET, {"organisation": "other", "name": "ama", "code": box.code("reset_password"), "new": NEW}
    )
    assert answer.code == "code_unknown"


def test_a_refused_password_leaves_the_code_good(server, box, ama):
    forgot(server)
    code = box.code("reset_password")
    assert reset(server, code, new="short").json["details"]["reason"] == "too_short"
    assert reset(server, code, new="km-media-2026").json["details"]["reason"] == "name"
    assert reset(server, code).status == 200


def test_asking_is_limited_by_account_and_by_address(server, box, ama):
    for _ in range(5):
        assert forgot(server).status == 200
    refused = forgot(server)
    assert (refused.status, refused.code) == (429, "too_many_requests")
    assert int(refused.headers["retry-after"]) == 3600
    for at in range(55):
        assert forgot(server, f"nobody{at}").status == 200
    assert forgot(server, "someone.else").code == "too_many_requests"
    server.wire.address = "192.0.2.7"
    assert forgot(server, "someone.else").status == 200
    server.clock.advance(61 * MINUTE)
    assert forgot(server).status == 200


def test_one_person_under_three_names_gets_five_letters_an_hour(server, box, ama):
    for name in ("ama", "ama@example.org"):
        for _ in range(5):
            assert forgot(server, name).status == 200
    assert len(box.letters) == 5


def test_guessing_codes_is_stopped(server, box, ama):
    for _ in range(50):
        assert reset(server, long_code()).code == "code_unknown"
    forgot(server)
    assert reset(server, box.code("reset_password")).code == "too_many_requests"


@pytest.mark.parametrize("state", ["suspended", "inactive"])
def test_people_who_may_not_come_in_get_no_letter(server, box, ama, state):
    forgot(server)
    code = box.code("reset_password")
    with server.context.database.read() as db:
        base = db.one(
            "SELECT revision FROM person WHERE organisation_id = :o AND id = :p", o=server.organisation_id, p=ama
        )[0]
    server.do(server.command("SetPersonState", ama, {"state": state, "old_state": "active"}, base))
    assert reset(server, code).code == "suspended"
    forgot(server)
    assert len(box.of("reset_password")) == 1


def test_a_phone_gets_it_where_there_is_no_mail_address(server, box):
    server.add_person("yaw", ("student",), phone="024 555 0101")
    forgot(server, "yaw")
    assert box.last("reset_password").channel == "sms"


def test_the_office_starts_a_reset_and_never_learns_the_code(server, box, ama):
    server.add_person("boss")
    server.add_person("esi", ("student",))
    nowhere = server.add_person("abena", ("student",))
    boss, esi = server.sign_in("boss").data["access_token"], server.sign_in("esi").data["access_token"]
    answer = server.post(START, {"person_id": ama}, boss)
    assert answer.data == {"sent_by": "mail"}
    assert box.code("reset_password") not in answer.body.decode()
    assert server.post(START, {"person_id": nowhere}, boss).code == "no_address"
    assert server.post(START, {"person_id": ama}, esi).code == "not_allowed"
    assert reset(server, box.code("reset_password")).status == 200


def test_codes_are_kept_as_keyed_hashes_and_never_logged(server, box, ama, caplog):
    forgot(server)
    code = box.code("reset_password")
    reset(server, code)
    with server.context.database.read() as db:
        stored = db.rows(
            "SELECT digest, person_id, state FROM reset_code WHERE organisation_id = :o", o=server.organisation_id
        )
    assert [tuple(row) for row in stored] == [(code_digest(server.context.keys, "reset", code), ama, "used")]
    assert code not in caplog.text
    assert code_digest(server.context.keys, "other", code) != stored[0][0]


def test_old_codes_are_removed(server, box, ama):
    forgot(server)
    server.clock.advance(timedelta(days=8).total_seconds())
    assert ResetService(server.context).forget_old(server.organisation_id) >= 1
    with server.context.database.read() as db:
        assert db.rows("SELECT * FROM reset_code WHERE organisation_id = :o", o=server.organisation_id) == []


HOSTILE = [
    "",
    " ",
    "x" * 300,
    "\u202eama",
    "🦊🦊",
    "<b>ama</b>",
    "ama'; DROP TABLE person; --",
    "=1+1",
    "a\x00b",
    "a\nb",
]


@pytest.mark.parametrize("field", ["organisation", "name", "code"])
def test_hostile_fields_are_answered_in_words(server, box, ama, field):
    forgot(server)
    body = {"organisation": server.slug, "name": "ama", "code": box.code("reset_password"), "new": "too short"}
    for value in HOSTILE:
        answer = server.post(RESET, {**body, field: value})
        assert answer.status in {404, 422}, answer.body
        if field in {"organisation", "name"}:
            asked = server.post(FORGOT, {"organisation": server.slug, "name": "ama", field: value})
            assert asked.status in {200, 404, 422}
    assert server.sign_in("ama", password=PASSWORD).status == 200


def test_any_letters_make_a_password_that_is_kept_as_typed(server, box, ama):
    for value in (one for one in HOSTILE if one):
        forgot(server)
        answer = reset(server, box.code("reset_password"), new=value)
        assert answer.code == "password_refused" if answer.status != 200 else server.sign_in("ama", password=value).data
        server.clock.advance(13 * MINUTE)


def test_a_reset_does_not_skip_the_second_factor(server, box, ama):
    now, place = server.clock.now(), server.organisation_id
    server.context.database.write(lambda db: put_address(db, place, ama, "mail", "ama@example.org", now))
    forgot(server)
    assert reset(server, box.code("reset_password")).data == {}
    assert server.sign_in("ama", password=NEW).data["factor_needed"]
