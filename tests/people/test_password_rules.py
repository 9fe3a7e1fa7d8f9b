"""Which passwords an institute takes: no leaked ones, none made of its names and courses, and no rules of letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.password_policy import check_password, length_of
from server.people.password_rules import check_new_password
from shared.core.errors import CampusError
from tests.people.factor_kit import keep_letters, second_step, with_app


def reason(password, names=(), shortest=8):
    try:
        check_password(password, names, shortest)
    except CampusError as refused:
        return refused.details["reason"]
    return None


@pytest.mark.parametrize(
    "password",
    [
        "trustno1",
        "michelle1",
        "jordan23!",
        "Liverpool",
        "1qaz2wsx3edc",
        "rush2112",
        "slipknot6",
        "M1CHAEL1",
        "manutd9 ",
    ],
)
def test_passwords_of_leaks_are_refused_with_decoration_or_without(password):
    assert reason(password) in {"common", "too_simple"}


def test_at_least_three_thousand_leaked_ones_are_known():
    from server.core.password_policy import _leaked

    assert len([word for word in _leaked() if len(word) >= 8]) >= 3_000
    assert sum(reason(word) is None for word in sorted(_leaked())[::50] if len(word) >= 8) == 0


def test_the_product_and_the_institute_are_no_passwords():
    assert reason("campusdesk2026") in {"name", "common"}
    assert reason("harmattan26", ["Harmattan College"]) == "name"
    assert reason("harmattan wind over the wall", ["Harmattan College"]) is None


@pytest.mark.parametrize(
    "password",
    ["lettersonly kite", "8 Pfund Mehl, 12 Eier", "ɔkɔtɔ nwo anoma", "鳥と二羽の鍋が好き", "x y z q w k j v"],
)
def test_there_are_no_rules_of_letters(password):
    assert reason(password) is None


def test_sixty_four_and_more_characters_are_taken():
    assert reason("a kettle, two birds and some tea " * 4) is None
    assert reason("a kettle, two birds " * 12) is None


@given(st.text(min_size=1, max_size=40))
def test_each_character_counts_as_one(password):
    assert length_of(password) >= 1
    assert length_of("é" * 8) == length_of("e\u0301" * 8) == 8


def test_names_of_courses_are_no_passwords(new_institute):
    server = new_institute
    made = server.new_id()
    payload = {"code": "PHOTO-7", "title": "Documentary Photography"}
    assert server.do(server.command("AddCourse", made, payload)).verdict == "applied"
    with server.context.database.read() as db:
        for password, wanted in (("photography 2026", "name"), ("documentary", "name"), ("goats graze on hills", None)):
            found = None
            try:
                check_new_password(db, server.settings, server.organisation_id, password, ["KM Media"])
            except CampusError as refused:
                found = refused.details["reason"]
            assert found in ({wanted} if wanted != "name" else {"name", "too_short", "common"}), password


def test_a_code_for_a_new_password_doesnt_skip_the_factor(new_institute):
    """Whoever reads somebody's mail chooses a password with it, and still stands before the second factor."""
    server = new_institute
    letters = keep_letters(server)
    app = with_app(server, "ama", email="ama@example.org")
    server.post("/api/v1/auth/forgot-password", {"organisation": server.slug, "name": "ama"})
    codes = [letter.secrets["code"] for letter in letters if letter.template == "reset_password"]
    assert codes, "the code was posted"
    new = "three boats on the Volta"
    body = {"organisation": server.slug, "name": "ama", "code": codes[-1], "new": new}
    told = server.post("/api/v1/auth/reset-password", body)
    assert told.status == 200, told.body
    assert server.sign_in("ama", password=new).data["factor_needed"] is True
    device = server.device()
    attempt = server.sign_in("ama", device, password=new).data["attempt"]
    assert second_step(server, device, attempt, "app", app.code(server)).status == 200
