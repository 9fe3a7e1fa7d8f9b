"""Inviting staff by mail, and handing temporary passwords over."""

import pytest

from tests.people.letter_box import box_for

INVITE = "/api/v1/users/invitations"
LOOK = "/api/v1/auth/look-at-invitation"
ACCEPT = "/api/v1/auth/accept-invitation"
HAND_OVER = "/api/v1/auth/temporary-passwords"
NEW = "three boats on the Volta"
ESI = {"email": "esi@example.org", "given_name": "Esi", "family_name": "Owusu", "roles": ["instructor"]}
DAY = 86_400


@pytest.fixture
def box(server):
    return box_for(server)


@pytest.fixture
def boss(server, box):
    server.add_person("boss")
    return server.sign_in("boss").data["access_token"]


def accept(server, code, username="esi.owusu", new=NEW):
    return server.post(ACCEPT, {"organisation": server.slug, "code": code, "username": username, "new": new})


def test_an_invited_instructor_chooses_a_password_and_comes_in(server, box, boss):
    made = server.post(INVITE, ESI, boss).data
    assert (made["state"], made["sends"], made["expires_at"]) == ("open", 1, "2026-11-27T08:00:00.000Z")
    letter = box.last("invitation")
    assert (letter.channel, letter.to) == ("mail", "esi@example.org")
    assert letter.values["role"] == "Instructor"
    assert letter.values["inviter"] == "Boss"
    code = letter.secrets["code"]
    shown = server.post(LOOK, {"organisation": server.slug, "code": code}).data
    assert shown == {name: ESI[name] for name in ("email", "given_name", "family_name")}
    assert accept(server, code).data == {}
    signed_in = server.sign_in("esi.owusu", password=NEW).data
    assert signed_in["person"]["roles"] == ["instructor"]
    assert signed_in["must_change_password"] is False
    settled = server.get(INVITE, boss).data[0]
    assert (settled["state"], settled["person_id"]) == ("accepted", signed_in["person"]["id"])


def test_each_way_a_code_fails_has_its_sentence(server, box, boss):
    first = server.post(INVITE, ESI, boss).data["id"]
    old = box.code("invitation")
    server.post(f"{INVITE}/{first}/resend", {}, boss)
    assert accept(server, old).code == "code_unknown", "a newer one was sent"
    code = box.code("invitation")
    server.clock.advance(7 * DAY)
    assert accept(server, code).code == "code_over"
    boss = server.sign_in("boss").data["access_token"]
    again = server.post(f"{INVITE}/{first}/resend", {}, boss).data
    assert again["sends"] == 3
    code = box.code("invitation")
    assert accept(server, code).status == 200
    assert accept(server, code, "another").code == "code_used"
    assert server.post(f"{INVITE}/{first}/withdraw", {}, boss).code == "invitation_settled"
    kofi = server.post(INVITE, {**ESI, "email": "kofi@example.org"}, boss).data["id"]
    assert server.post(f"{INVITE}/{kofi}/withdraw", {}, boss).data["state"] == "withdrawn"
    assert accept(server, box.code("invitation"), "kofi").code == "code_withdrawn"


def test_the_request_never_says_the_role(server, box, boss):
    server.post(INVITE, ESI, boss)
    body = {"organisation": server.slug, "code": box.code("invitation"), "username": "esi", "new": NEW}
    assert server.post(ACCEPT, {**body, "roles": ["administrator"]}).code == "invalid"


def test_who_may_invite_whom(server, box, boss):
    server.add_person("reg", ("registrar",))
    server.add_person("kofi", ("student",))
    reg, kofi = (server.sign_in(name).data["access_token"] for name in ("reg", "kofi"))
    assert server.post(INVITE, ESI, reg).code == "not_allowed"
    assert server.post(INVITE, {**ESI, "roles": ["student"]}, reg).status == 200
    assert server.post(INVITE, {**ESI, "roles": ["student"]}, kofi).code == "not_allowed"
    assert server.get(INVITE, kofi).code == "not_allowed"
    assert server.post(INVITE, {**ESI, "roles": ["platform_administrator"]}, boss).code == "not_allowed"
    assert server.post(INVITE, {**ESI, "roles": ["wizard"]}, boss).code == "role_unknown"


def test_one_open_invitation_for_an_address_and_none_for_people_who_are_here(server, box, boss):
    assert server.post(INVITE, ESI, boss, Idempotency_Key="one").status == 200
    assert server.post(INVITE, ESI, boss, Idempotency_Key="one").status == 200
    assert len(box.of("invitation")) == 1
    assert server.post(INVITE, {**ESI, "email": "ESI@Example.org"}, boss).code == "invitation_open"
    holder = server.add_person("yaw", email="yaw@example.org")
    refused = server.post(INVITE, {**ESI, "email": "yaw@example.org"}, boss)
    assert (refused.status, refused.code, refused.json["details"]["holder"]) == (409, "value_taken", holder)


def test_the_username_must_be_free_and_the_password_good(server, box, boss):
    server.post(INVITE, ESI, boss)
    code = box.code("invitation")
    refused = accept(server, code, "boss")
    assert (refused.status, refused.code, refused.json["details"]["field"]) == (409, "value_taken", "username")
    assert accept(server, code, new="esi.owusu.2026").code == "password_refused"
    assert accept(server, code, "Esi Owusu").json["details"]["fields"].keys() == {"username"}
    assert accept(server, code).status == 200


def test_another_institute_neither_sees_nor_takes_it(server, box, boss):
    other = server.add_organisation("other", "Other School")
    server.add_person("yaw", organisation_id=other)
    made = server.post(INVITE, ESI, boss).data["id"]
    yaw = server.sign_in("yaw", organisation="other").data["access_token"]
    assert server.get(INVITE, yaw).data == []
    assert server.post(f"{INVITE}/{made}/withdraw", {}, yaw).code == "invitation_unknown"
    refused = server.post(
        ACCEPT, {"organisation": "other", "code": box.code("invitation"), "username": "a.b", "new": NEW}
    )
    assert refused.code == "code_unknown"


def test_an_invitation_is_sent_ten_times_at_most(server, box, boss):
    made = server.post(INVITE, ESI, boss).data["id"]
    for _ in range(9):
        assert server.post(f"{INVITE}/{made}/resend", {}, boss).status == 200
    assert server.post(f"{INVITE}/{made}/resend", {}, boss).code == "too_many_sends"


HOSTILE = {
    "empty": "", "blank": "   ", "too long": "x" * 300, "a NUL": "a\x00b", "a line break": "a\nb", "a tab": "a\tb",
    "right to left": "\u202eisE", "emoji": "🦊", "html": "<img src=x onerror=alert(1)>", "sql": "'; DROP TABLE person",
    "a formula": "=HYPERLINK(1)",
}  # fmt: skip
FINE = {("given_name", one) for one in ("emoji", "html", "sql", "a formula")} | {
    ("family_name", one) for one in ("emoji", "html", "sql", "a formula")
}


@pytest.mark.parametrize("field", ["email", "given_name", "family_name", "roles"])
def test_hostile_fields_are_refused_or_kept_as_they_are(server, box, boss, field):
    for at, (what, value) in enumerate(HOSTILE.items()):
        body = {**ESI, "email": f"esi{at}@example.org", field: [value] if field == "roles" else value}
        answer = server.post(INVITE, body, boss)
        if (field, what) in FINE:
            assert answer.data[field] == value, what
        else:
            assert answer.status == 422, (what, answer.body)


# --------------------------------------------------------------------------------------------------------- handing over


@pytest.fixture
def people(server, box):
    return [server.add_person("ama", ("student",), email="ama@example.org"),
            server.add_person("yaw", ("student",), phone="024 555 0101")]  # fmt: skip


def test_letters_carry_passwords_that_nobody_else_learns(server, box, boss, people):
    before = server.sign_in("ama").data["access_token"]
    answer = server.post(HAND_OVER, {"person_ids": people, "by": "letter"}, boss)
    assert [(one["name"], one["sent_by"], one["password"]) for one in answer.data] == [
        ("ama", "mail", None), ("yaw", "sms", None)
    ]  # fmt: skip
    for person_id, name in zip(people, ("ama", "yaw"), strict=True):
        letter = next(one for one in box.of("temporary_password") if one.person_id == person_id)
        assert letter.values["username"] == name
        assert letter.secrets["password"] not in answer.body.decode()
        assert server.sign_in(name, password=letter.secrets["password"]).data["must_change_password"] is True
    assert server.get("/api/v1/auth/me", before).code == "signed_out"


def test_slips_give_the_passwords_back_once_and_send_nothing(server, box, boss, people):
    given = server.post(HAND_OVER, {"person_ids": people, "by": "slip"}, boss).data
    assert box.of("temporary_password") == []
    assert [one["person"] for one in given] == ["Ama", "Yaw"]
    assert {one["expires_at"] for one in given} == {"2026-12-04T08:00:00.000Z"}
    assert server.sign_in("yaw", password=given[1]["password"]).data["must_change_password"] is True
    server.clock.advance(14 * DAY)
    assert server.sign_in("yaw", password=given[1]["password"]).code == "temporary_password_expired"


def test_nothing_is_changed_where_one_of_them_cannot_be_reached_or_may_not_be(server, box, boss, people):
    nowhere, staff = server.add_person("kofi", ("student",)), server.add_person("akua")
    refused = server.post(HAND_OVER, {"person_ids": [*people, nowhere], "by": "letter"}, boss)
    assert (refused.code, refused.json["details"]["people"]) == ("no_address", [nowhere])
    assert "Kofi" in refused.json["error"]
    server.add_person("reg", ("registrar",))
    reg = server.sign_in("reg").data["access_token"]
    assert server.post(HAND_OVER, {"person_ids": [*people, staff], "by": "slip"}, reg).code == "not_allowed"
    assert server.sign_in("ama").status == 200
    assert server.post(HAND_OVER, {"person_ids": people, "by": "pigeon"}, boss).code == "invalid"
    assert server.post(HAND_OVER, {"person_ids": [], "by": "slip"}, boss).code == "invalid"
    assert server.post(HAND_OVER, {"person_ids": [server.new_id()], "by": "slip"}, boss).code == "person_unknown"
