"""An edit takes what adding takes and nothing else: lengths, choices, letters that are seen, and codes of one's own."""

from typing import Any

import pytest

from tests.serving import TestServer


@pytest.fixture
def office(server: TestServer) -> Any:
    """A server, an administrator's token, and `change(path, row, **fields)`."""
    server.add_person("boss")
    token = server.sign_in("boss").data["access_token"]

    def change(path: str, row: dict[str, Any], **fields: Any) -> Any:
        return server.ask("PATCH", f"{path}/{row['id']}", fields, token, if_match=f'"{row["revision"]}"')

    def make(path: str, **fields: Any) -> dict[str, Any]:
        told = server.post(path, fields, token)
        assert told.status == 201, told.body
        return dict(told.data)

    return make, change


COURSES, TERMS, HOLIDAYS = "/api/v1/courses", "/api/v1/academic-terms", "/api/v1/holidays"


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * 201},
        {"title": ["a", "b"]},
        {"title": "abc\u202edcba"},
        {"code": "a\x07b"},
        {"category": "x" * 70_000},
        {"difficulty": "impossible"},
        {"description": "x" * 20_001},
    ],
)
def test_a_course_is_changed_to_nothing_that_it_couldnt_be(office: Any, fields: dict[str, Any]) -> None:
    make, change = office
    row = make(COURSES, code="PHOTO", title="Photography")
    told = change(COURSES, row, **fields)
    assert (told.status, told.code) == (422, "field_invalid"), told.body
    assert change(COURSES, row, title="Photography 1", description="Two lines\nof words").status == 200


def test_the_code_of_another_course_is_refused_with_its_name(office: Any) -> None:
    make, change = office
    make(COURSES, code="PHOTO", title="Photography")
    row = make(COURSES, code="SOUND", title="Sound")
    told = change(COURSES, row, code="PHOTO")
    assert (told.status, told.code) == (409, "value_taken")
    assert "Photography" in told.json["error"]
    assert change(COURSES, row, code="SOUND").status == 200


def test_terms_and_holidays_are_held_to_the_same(office: Any) -> None:
    make, change = office
    days = {"starts_on": "2026-09-01", "ends_on": "2026-12-18"}
    make(TERMS, name="Autumn", **days)
    term = make(TERMS, name="Spring", **days)
    assert change(TERMS, term, name="Autumn").code == "value_taken"
    assert change(TERMS, term, name="x" * 101).code == "field_invalid"
    holiday = make(HOLIDAYS, name="Mid-term", starts_on="2026-10-12", ends_on="2026-10-16")
    assert change(HOLIDAYS, holiday, name="Mid\x07term").status == 422
