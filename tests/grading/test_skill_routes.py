"""Skills over HTTP, on both databases: who lists what, and that an observation is recorded once."""

from typing import Any

import pytest

from tests.grading.test_grading_routes import School
from tests.serving import TestServer, server_settings


@pytest.fixture
def school(tmp_path, database_url):
    server = TestServer(server_settings(tmp_path, database_url))
    yield School(server)
    server.close()


def _ask(school: School, who: str, path: str) -> Any:
    return school.server.get(f"/api/v1/{path}", school.tokens[who])


def _record(school: School, skill: str, who: str = "ama", at: int = 0, **more: Any) -> Any:
    given = {"skill_id": skill, "enrolment_id": school.enrolments[at], "judged": "competent", **more}
    return school.server.post("/api/v1/skill-observations", given, school.tokens[who])


def test_a_skill_is_kept_and_what_was_seen_of_it_recorded(school: School) -> None:
    course = _ask(school, "ama", "courses").data[0]["id"]
    told = school.server.post("/api/v1/skills", {"course_id": course, "name": "Set up a camera"}, school.tokens["ama"])
    assert told.status == 201, told.body
    skill = told.data["id"]
    assert school.server.post("/api/v1/skills", {"course_id": course, "name": ""}, school.tokens["ama"]).status == 422
    assert school.server.post("/api/v1/skills", {"course_id": course, "name": "X"}, school.tokens["esi"]).status == 403
    seen = [_record(school, skill, at=at, note=f"Student {at}") for at in (0, 1)]
    assert [one.status for one in seen] == [201, 201]
    assert _record(school, skill, "esi").status == 403
    assert _record(school, skill, judged="perfect").status == 422
    assert [one["name"] for one in _ask(school, "esi", "skills").data] == ["Set up a camera"]
    assert len(_ask(school, "ama", "skill-observations").data) == 2
    own = _ask(school, "esi", "skill-observations").data
    assert [one["note"] for one in own] == ["Student 0"]
    assert _ask(school, "yaw", "skill-observations").data == []
    other = seen[1].data["id"]
    assert _ask(school, "esi", f"skill-observations/{other}").status == 404
    assert _ask(school, "ama", f"skill-observations?enrolment_id={school.enrolments[1]}").data[0]["id"] == other
