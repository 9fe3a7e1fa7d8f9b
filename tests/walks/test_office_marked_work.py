"""Marked work, desktop to desktop: nothing before it is published, then the mark and every comment as one PDF."""

import io

import pytest
from pypdf import PdfReader

from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.grading.annotated_pdf import annotated_pdf
from desktop.grading.annotated_work import comment_count, read_marked
from desktop.grading.marking_actions import add_comment
from desktop.grading.marking_store import read_bench
from desktop.grading.work_actions import hand_in
from desktop.grading.work_store import Content, read_work
from shared.grading.ids import mark_id
from tests.grading.test_annotated_pdf import HEAD
from tests.walks.office import SLUG, Office, computer
from tests.walks.test_office_leave import School
from tests.walks.test_office_roll import PLAIN, first_sign_in

pytestmark = pytest.mark.slow
ANSWER = "The light fell from the left, so I turned the lamp."


@pytest.fixture
def office(tmp_path, database_url):
    return Office(tmp_path / "office", database_url)


@pytest.fixture
def computers(tmp_path):
    made = [computer(tmp_path / name, name) for name in ("Front desk", "Laptop 3", "Lab 2, place 4")]
    yield made
    for one in made:
        one.close()


def _signed_in(server, front, laptop, lab):
    administrator = front.sign_in(server, "efua")
    school = School(administrator)
    assert administrator.sync().label == "Up to date"
    ama = first_sign_in(laptop, server, administrator, school.ama, "ama")
    esi = first_sign_in(lab, server, administrator, school.esi, "s-0001")
    for place in (ama, esi):
        assert place.sync().label == "Up to date"
    administrator.close()
    return school, ama, esi


def _pages(work):
    return [page.extract_text() for page in PdfReader(io.BytesIO(annotated_pdf(work, HEAD))).pages]


def test_a_student_has_the_comments_once_the_mark_is_published(qapp, office, computers):
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        school, ama, esi = _signed_in(server, *computers)
        enrolment, work = school.enrolments[0], ama.desk.ids()
        fields = {"cohort_id": school.cohort, "title": "Portraits", "takes": ["text"], "points": "50", "state": "open"}
        ama.desk.commit([Ask("AddAssignment", work, fields)])
        for place in (ama, esi):
            assert place.sync().label == "Up to date"
        hand_in(esi.desk, read_work(esi.desk, work), Content(ANSWER, "", ()))
        for place in (esi, ama):
            assert place.sync().label == "Up to date"
        bench = read_bench(ama.desk, work)
        submission = bench.line(enrolment).submission
        spot = {"page": 1, "x": 0.3, "y": 0.1, "w": 0.0, "h": 0.0}
        add_comment(ama.desk, bench, submission["id"], "", "Which lamp?", place=spot, time_ms=None)
        target = mark_id(work, enrolment)
        given = {"assignment_id": work, "enrolment_id": enrolment, "score": "40", "finished": True}
        (marked,) = ama.desk.commit([Ask("RecordMark", target, given)])
        for place in (ama, esi):
            assert place.sync().label == "Up to date"
        assert read_marked(esi.desk, work, enrolment) is None, "not a byte before it is published"
        assert esi.rows("work_comment") == esi.rows("mark") == {}
        ama.desk.commit([Ask("ReleaseMarks", target, {"assignment_id": work}, marked.id)])
        for place in (ama, esi):
            assert place.sync().label == "Up to date"
    assert comment_count(esi.desk, work, enrolment) == 1
    told = _pages(read_marked(esi.desk, work, enrolment))
    assert told[-1] == _pages(read_marked(ama.desk, work, enrolment))[-1].replace("Page 1\n", "Page 1 · Ama Owusu\n")
    assert "40 of 50" in told[0]
    assert "Which lamp?" in told[-1]
