"""A signature from the instructor's computer to the student's, over a running server; nobody else gets it."""

import pytest

from desktop.core.file_transfer import Wanted
from desktop.grading.skill_actions import PICTURES
from shared.grading.skill_models import PHOTO_BYTES
from tests.core.file_desk import signed_in_desk
from tests.grading.skill_screen import picture
from tests.grading.test_grading_routes import School
from tests.serving import TestServer, running_server, server_settings


@pytest.fixture
def school(tmp_path, database_url):
    server = TestServer(server_settings(tmp_path / "server", database_url))
    yield School(server)
    server.close()


def test_a_signature_reaches_its_student_and_nobody_else(tmp_path, school, qapp):
    server = school.server
    course = server.get("/api/v1/courses", school.tokens["ama"]).data[0]["id"]
    skill = school.do("SaveSkill", {"course_id": course, "name": "Set up a camera"})
    content = picture(120)
    with running_server(server.settings, server.app) as url:
        desks = {name: signed_in_desk(tmp_path / name, server, url, name) for name in ("ama", "esi", "yaw")}
        ama = desks["ama"]
        chosen = ama.transfer.choose_content("signature.png", content, PICTURES, PHOTO_BYTES)
        ama.transfer.send([chosen])
        file = {"sha256": chosen.sha256, "name": chosen.name, "bytes": chosen.bytes, "type": chosen.type}
        signature = {"how": "drawn", "name": "Efua Sarpong", "employer": "Volta Films", "file": file}
        seen = {"skill_id": skill, "enrolment_id": school.enrolments[0], "judged": "competent", "signature": signature}
        told = server.post("/api/v1/skill-observations", seen, school.tokens["ama"])
        assert told.status == 201, told.body
        wanted = [Wanted(chosen.sha256, chosen.bytes, chosen.name)]
        desks["esi"].transfer.fetch(wanted)
        ama.run()
        desks["esi"].run()
        assert desks["esi"].read(chosen.sha256) == content
        desks["yaw"].transfer.fetch(wanted)
        desks["yaw"].run()
        assert not desks["yaw"].transfer.files.exists(chosen.sha256)
        (refused,) = desks["yaw"].transfer.waiting()
        assert refused.sentence
        for one in desks.values():
            one.bench.store.close()
