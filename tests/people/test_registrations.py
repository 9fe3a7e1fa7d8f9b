"""Students who register by themselves, and what the office does about them."""

import pytest

from tests.people.letter_box import box_for
from tests.serving import PASSWORD

REGISTER = "/api/v1/auth/register"
VERIFY = "/api/v1/auth/verify-email"
AGAIN = "/api/v1/auth/resend-code"
USERNAME = "/api/v1/auth/check-username"
LIST = "/api/v1/users/registrations"
NEW = "three boats on the Volta"
EFUA = {"email": "efua@example.org", "username": "efua.addo", "given_name": "Efua", "family_name": "Addo",
        "study_time": "evening", "interests": ["sound", "editing"], "experience": "beginner"}  # fmt: skip
DAY = 86_400


@pytest.fixture
def box(server):
    return box_for(server)


@pytest.fixture
def boss(server, box):
    server.add_person("boss")
    return server.sign_in("boss").data["access_token"]


@pytest.fixture
def opened(server, boss):
    """Registration is on."""
    assert server.ask("PUT", f"{LIST}/policy", {"registration": "on"}, boss).status == 200
    return boss


@pytest.fixture
def looked_at(server, boss):
    """Registration is on, and the office looks at each."""
    assert server.ask("PUT", f"{LIST}/policy", {"registration": "approval"}, boss).status == 200
    return boss


def register(server, **changed):
    return server.post(REGISTER, {"organisation": server.slug, **EFUA, "password": NEW, **changed})


def verify(server, registration_id, code):
    return server.post(VERIFY, {"organisation": server.slug, "registration_id": registration_id, "code": code})


def come(server, box, **changed):
    """Register and prove the address; returns the registration and its state."""
    made = register(server, **changed).data["registration_id"]
    return made, verify(server, made, box.code("verify_email"))


def test_somebody_registers_proves_the_address_and_is_a_student(server, box, opened):
    made = register(server).data["registration_id"]
    letter = box.last("verify_email")
    assert (letter.channel, letter.to, letter.values["given_name"]) == ("mail", "efua@example.org", "Efua")
    assert server.sign_in("efua.addo", password=NEW).code == "password_wrong", "not before the address is proved"
    assert verify(server, made, letter.secrets["code"].upper()).data == {"state": "accepted"}
    person = server.sign_in("efua.addo", password=NEW).data["person"]
    assert person["roles"] == ["student"]
    shown = server.get(f"/api/v1/users/{person['id']}", opened).data
    assert (shown["email"], shown["state"], shown["family_name"]) == ("efua@example.org", "active", "Addo")
    with server.context.database.read() as db:
        kept = db.one(
            "SELECT study_time, interests, skill_level FROM profile WHERE organisation_id = :o AND person_id = :p",
            o=server.organisation_id, p=person["id"],
        )  # fmt: skip
        hashed = db.one("SELECT hash FROM registration WHERE organisation_id = :o", o=server.organisation_id)
    assert tuple(kept) == ("evening", '["sound","editing"]', "beginner")
    assert hashed[0] == "", "the hash is at the person now, and nowhere else"


def test_it_is_off_until_an_administrator_says_otherwise(server, box, boss):
    refused = register(server)
    assert (refused.status, refused.code) == (403, "registration_closed")
    assert server.get(LIST, boss).data["policy"] == "off"
    server.add_person("reg", ("registrar",))
    reg = server.sign_in("reg").data["access_token"]
    assert server.ask("PUT", f"{LIST}/policy", {"registration": "on"}, reg).code == "not_allowed"
    assert server.ask("PUT", f"{LIST}/policy", {"registration": "maybe"}, boss).code == "invalid"


@pytest.mark.parametrize("field", ["role", "roles", "state", "permissions", "person_id"])
def test_the_role_is_never_taken_from_the_request(server, box, opened, field):
    assert register(server, **{field: "administrator"}).code == "invalid"


def test_a_username_is_taken_by_people_and_by_those_who_wait(server, box, opened):
    def free(username):
        return server.post(USERNAME, {"organisation": server.slug, "username": username}).data["free"]

    assert free("efua.addo") is True
    register(server)
    assert free("efua.addo") is False
    assert free("boss") is False
    for username in ("efua.addo", "boss", "BOSS"):
        refused = register(server, username=username, email="other@example.org")
        assert refused.status == (422 if username == "BOSS" else 409), refused.body
    server.clock.advance(DAY + 1)
    assert free("efua.addo") is True, "nobody proved that address"
    assert register(server).status == 200


def test_a_taken_address_is_told_to_its_owner_alone(server, box, opened):
    server.add_person("efua", ("student",), email="EFUA@example.org")
    made = register(server)
    assert made.status == 200, "the answer says nothing about the address"
    told = verify(server, made.data["registration_id"], box.code("verify_email"))
    assert (told.status, told.code, told.json["details"]["field"]) == (409, "value_taken", "email")
    assert server.sign_in("efua").status == 200
    assert server.sign_in("efua", password=NEW).code == "password_wrong"


def test_a_code_has_five_tries_and_a_day(server, box, opened):
    made = register(server).data["registration_id"]
    right = box.code("verify_email")
    for _ in range(5):
        assert verify(server, made, "aaaa-aaaa").code == "code_unknown"
    assert verify(server, made, right).code == "code_locked"
    assert server.post(AGAIN, {"organisation": server.slug, "registration_id": made}).status == 200
    assert verify(server, made, right).code == "code_unknown"
    server.clock.advance(DAY)
    assert verify(server, made, box.code("verify_email")).code == "code_over"


def test_a_code_counts_once_and_for_its_own_registration(server, box, opened):
    first = register(server).data["registration_id"]
    code = box.code("verify_email")
    second = register(server, username="kofi", email="kofi@example.org").data["registration_id"]
    assert verify(server, second, code).code == "code_unknown"
    assert verify(server, first, code).status == 200
    assert verify(server, first, code).code == "code_used"
    assert verify(server, server.new_id(), code).code == "registration_unknown"


def test_codes_are_sent_five_times_at_most(server, box, opened):
    made = register(server).data["registration_id"]
    again = {"organisation": server.slug, "registration_id": made}
    for _ in range(4):
        assert server.post(AGAIN, again).status == 200
    assert server.post(AGAIN, again).code == "too_many_sends"


def test_asking_for_usernames_and_registering_are_limited_by_address(server, box, opened):
    ask = {"organisation": server.slug, "username": "efua"}
    answers = [server.post(USERNAME, ask).status for _ in range(302)]
    assert answers == [200] * 300 + [429] * 2
    server.wire.address = "192.0.2.9"
    assert server.post(USERNAME, ask).status == 200


# ----------------------------------------------------------------------------------------------------------- the office


def test_the_office_accepts_what_waits(server, box, looked_at):
    made, answer = come(server, box)
    assert answer.data == {"state": "waiting"}
    assert server.sign_in("efua.addo", password=NEW).code == "password_wrong"
    told = server.get(LIST, looked_at).data
    assert told["counts"] == {"waiting": 1}
    shown = told["registrations"][0]
    assert (shown["id"], shown["experience"], shown["duplicates"]) == (made, "beginner", [])
    assert {"hash", "digest"} & set(shown) == set()
    accepted = server.post(f"{LIST}/{made}/accept", {}, looked_at).data
    assert accepted["state"] == "accepted"
    assert box.last("general").person_id == accepted["person_id"]
    assert server.sign_in("efua.addo", password=NEW).status == 200
    assert server.post(f"{LIST}/{made}/accept", {}, looked_at).code == "registration_settled"
    assert server.post(f"{LIST}/{made}/refuse", {"reason": ""}, looked_at).code == "registration_settled"


def test_the_office_refuses_with_a_reason(server, box, looked_at):
    made, _ = come(server, box)
    refused = server.post(f"{LIST}/{made}/refuse", {"reason": "The course is full."}, looked_at).data
    assert (refused["state"], refused["reason"]) == ("refused", "The course is full.")
    assert "The course is full." in box.last("general").values["message"]
    assert server.sign_in("efua.addo", password=NEW).code == "password_wrong"
    assert register(server).status == 200, "one may try again"


@pytest.mark.parametrize("policy", ["on", "approval"])
def test_only_staff_join_a_registration_with_somebody_who_is_here(server, box, boss, policy):
    server.ask("PUT", f"{LIST}/policy", {"registration": policy}, boss)
    here = server.new_id()
    payload = {"given_name": "Efua", "family_name": "Addo", "email": "efua@example.org", "number": "S-0042"}
    server.do(server.command("AddPerson", here, payload))
    made, answer = come(server, box)
    assert answer.data == {"state": "waiting"}, "also where registration is simply on"
    named = server.get(LIST, boss).data["registrations"][0]["duplicates"]
    assert [(one["person_id"], one["number"]) for one in named] == [(here, "S-0042")]
    assert set(named[0]["reasons"]) == {"email", "name"}
    taken = server.post(f"{LIST}/{made}/accept", {}, boss)
    assert (taken.status, taken.json["details"]["holder"]) == (409, here)
    joined = server.post(f"{LIST}/{made}/join", {"person_id": here}, boss).data
    assert (joined["state"], joined["person_id"]) == ("joined", here)
    assert server.sign_in("S-0042", password=NEW).data["person"]["id"] == here
    assert server.sign_in("efua.addo", password=NEW).data["person"]["id"] == here, "the username was filled in"


def test_a_registration_takes_nobodys_account_over(server, box, looked_at):
    made, _ = come(server, box)
    staff, student = server.add_person("akua"), server.add_person("ama", ("student",))
    for person_id, code in ((staff, "not_allowed"), (student, "joined_signs_in"), (server.new_id(), "person_unknown")):
        assert server.post(f"{LIST}/{made}/join", {"person_id": person_id}, looked_at).code == code
    assert server.sign_in("akua").status == server.sign_in("ama", password=PASSWORD).status == 200


def test_students_and_other_institutes_see_nothing(server, box, looked_at):
    made, _ = come(server, box)
    server.add_person("ama", ("student",))
    other = server.add_organisation("other", "Other School")
    server.add_person("yaw", organisation_id=other)
    ama = server.sign_in("ama").data["access_token"]
    yaw = server.sign_in("yaw", organisation="other").data["access_token"]
    assert server.get(LIST, ama).code == "not_allowed"
    assert server.post(f"{LIST}/{made}/accept", {}, ama).code == "not_allowed"
    assert server.get(LIST, yaw).data["registrations"] == []
    assert server.post(f"{LIST}/{made}/accept", {}, yaw).code == "registration_unknown"
    body = {"organisation": "other", "registration_id": made, "code": box.code("verify_email")}
    assert server.post(VERIFY, body).code == "registration_unknown"


# ----------------------------------------------------------------------------------------------------------- the fields

HOSTILE = {
    "empty": "", "blank": "   ", "too long": "x" * 300, "a NUL": "a\x00b", "a line break": "a\nb", "a tab": "a\tb",
    "right to left": "\u202eaufE", "emoji": "🦊", "html": "<b>x</b>",
    "sql": "'; DROP TABLE person", "a formula": "=1+1",
    "a number": 7, "nothing": None, "a list": ["x"],
}  # fmt: skip
FINE = {(name, what) for name in ("given_name", "family_name", "interests") for what in
        ("emoji", "html", "sql", "a formula")} | {("study_time", "nothing"), ("experience", "nothing"),
        ("study_time", "empty"), ("experience", "empty"), ("interests", "a list")}  # fmt: skip


@pytest.mark.parametrize("field", [*EFUA, "password", "organisation"])
def test_hostile_fields_are_refused_in_words_or_kept_as_they_are(server, box, opened, field):
    for at, (what, value) in enumerate(HOSTILE.items()):
        usual = {"email": f"efua{at}@example.org", "username": f"efua{at}"}
        given = [value] if field == "interests" and isinstance(value, str) else value
        answer = register(server, **{**usual, field: given})
        if (field, what) in FINE or (field == "password" and what == "sql"):
            assert answer.status == 200, (what, answer.body)
        else:
            assert answer.status in {404, 422}, (what, answer.body)
            assert answer.json["error"].endswith(".")


def radio(server, boss, **more):
    """Keep an affiliate whose code is RADIO."""
    wanted = {"name": "Radio Accra", "code": "RADIO", "rate": 1_000, "currency": "GHS", **more}
    assert server.ask("POST", "/api/v1/affiliates", wanted, boss).status == 201


def typed(server, boss):
    return server.get("/api/v1/typed-codes", boss).data


def test_a_code_comes_with_a_registration(server, box, opened):
    radio(server, opened)
    made = register(server, code=" radio ").data["registration_id"]
    assert typed(server, opened) == [], "nobody is here yet"
    assert verify(server, made, box.code("verify_email")).data == {"state": "accepted"}
    (kept,) = typed(server, opened)
    assert (kept["code"], kept["place"], kept["place_id"], kept["state"]) == ("RADIO", "registration", made, "taken")
    (referral,) = server.get("/api/v1/referrals", opened).data
    assert referral["person_id"] == kept["person_id"]


@pytest.mark.parametrize("code", ["NOBODY", "\u0186'; --", "x" * 60])
def test_a_wrong_code_stops_no_registration(server, box, opened, code):
    radio(server, opened)
    told = come(server, box, code=code)[1]
    assert told.data["state"] == "accepted"
    assert told.data["code_said"] == "There is no such code. Check its letters."
    (kept,) = typed(server, opened)
    assert (kept["state"], kept["reason"]) == ("refused", "referral_unknown")
    assert server.sign_in("efua.addo", password=NEW).status == 200


def test_a_code_that_cant_be_one_is_refused_at_the_door(server, box, opened):
    assert register(server, code="x" * 61).code == "invalid"
    assert register(server, code="two\nlines").code == "invalid"
    assert register(server, code=7).code == "invalid"


def test_ones_own_code_is_told_in_the_letter(server, box, looked_at):
    radio(server, looked_at, mail="EFUA@example.org")
    made, _told = come(server, box, code="radio")
    (waiting,) = server.get(LIST, looked_at).data["registrations"]
    assert waiting["code"] == "RADIO", "the office sees it before anybody decides"
    assert server.ask("POST", f"{LIST}/{made}/accept", {}, looked_at).status == 200
    assert "Nobody brings oneself" in box.last("general").values["message"]
    assert typed(server, looked_at)[0]["reason"] == "self_referral"


def test_a_code_is_checked_before_anybody_is_here(server, box, opened):
    radio(server, opened)

    def check(code):
        return server.post("/api/v1/typed-codes/check-coming", {"organisation": server.slug, "code": code})

    assert check("radio").data == {"good": True, "sentence": ""}
    assert check("nobody").data == {"good": False, "sentence": "There is no such code. Check its letters."}
    for _ in range(298):
        check("guess")
    assert check("guess").code == "too_many_requests"
    server.ask("PUT", f"{LIST}/policy", {"registration": "off"}, opened)
    server.clock.advance(1_000)
    assert check("radio").code == "registration_closed"
