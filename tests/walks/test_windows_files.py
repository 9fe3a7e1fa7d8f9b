"""Files of windows go straight to the store: a payment's proof and a material; in pieces where it is out of reach."""

from datetime import timedelta

import pytest

from desktop.core.file_transfer import Wanted
from desktop.finance.proof_dialog import ProofDialog
from desktop.grading.assignment_dialog import AssignmentDialog
from desktop.grading.marking_files import read_kept
from desktop.widgets.dialog import Dialog
from shared.core.clock import instant_text
from shared.finance.bank_words import TRANSFER_PROOF
from shared.grading.vocabulary import ASSIGNMENT
from tests.core.direct import provider, server_at
from tests.core.file_desk import pdf_of
from tests.core.test_direct_transfer import Barred
from tests.core.uploads import sha
from tests.people.test_door_pages import keep_picture
from tests.walks.windows import dialog, house_of

pytestmark = pytest.mark.slow
SLIP, BRIEF = pdf_of(400_000, seed=3), pdf_of(1_200_000, seed=4)


@pytest.fixture
def place(migrated_url):
    """S3 beside PostgreSQL, Cloudinary beside SQLite: each pair once."""
    with provider("cloudinary" if migrated_url.application_url.startswith("sqlite") else "s3") as made:
        yield made


@pytest.fixture
def house(place, migrated_url, tmp_path, qtbot):
    server = server_at(tmp_path / "server", migrated_url, place)
    with house_of(server, tmp_path, qtbot) as made:
        yield made
    server.close()


@pytest.fixture
def people(house):
    """Efua looks after the money; Ama teaches Esi a class that is on: the ids of the cohort, of Ama and of Esi."""
    server = house.server
    server.add_person("efua", ("bursar",), family_name="Ofori-Atta-Mensah of the Long Name")
    ama = server.add_person("ama", ("instructor",), family_name="Owusu")
    esi = server.add_person("esi", ("student",), family_name="Quaye", number="S-0001")
    now = server.clock.now()
    times = {"starts_at": instant_text(now - timedelta(minutes=5)), "ends_at": instant_text(now + timedelta(hours=1))}
    course, cohort, session, enrolment = (server.new_id() for _ in range(4))
    named = {"course_id": course, "code": "P-1", "name": "Photography 1", "instructors": [ama]}
    for kind, target, payload in (
        ("AddCourse", course, {"code": "PHOTO", "title": "Photography"}),
        ("AddCohort", cohort, named),
        ("EnrolPerson", enrolment, {"cohort_id": cohort, "person_id": esi}),
        ("PlanClassSession", session, {"cohort_id": cohort, "room": "Studio 1", **times}),
    ):
        assert server.do(server.command(kind, target, payload)).verdict == "applied"
    return cohort, ama, esi


def watched(program, breaks=0):
    """The line of a computer to the store, which counts what goes over it and breaks so often."""
    line = Barred()
    line.breaks = breaks
    program.workplace.desk.files._up._direct._line = line
    return line


def show_transfer(house, program, tmp_path):
    """A student's window shows a transfer with its slip, and sends it."""
    slip = tmp_path / "Slip.pdf"
    slip.write_bytes(SLIP)
    program.main_window.open_page("finance.own")
    program.main_window.page.proofs.send_button.click()
    showing = dialog(program, ProofDialog)
    showing.take_file(slip)
    showing.amount.setText("250.00")
    showing.save()
    sent(house, program)


def set_work(house, program, tmp_path):
    """An instructor's window sets work with a brief, and sends it."""
    brief = tmp_path / "Brief.pdf"
    brief.write_bytes(BRIEF)
    program.main_window.open_page("grading.book", None, act="new")
    house.wait(lambda: Dialog.opened_in(program.main_window))
    setting = dialog(program, AssignmentDialog)
    setting.kind.choose("handed_in")
    setting.title_words.setText("Essay")
    setting.given.give([brief])
    house.wait(lambda: not setting.given.adding)
    setting.save_button.click()
    sent(house, program)


def sent(house, program):
    """Wait until commands and files of a computer are at the server."""
    desk = program.workplace.desk
    house.meets(program, lambda: not desk.files.waiting() and not desk.store.pending().waiting)
    house.settle(program)


def fetched(house, program, wanted):
    """What another window reads of a file once it has fetched it."""
    files = program.workplace.desk.files
    files.fetch([wanted])
    house.meets(program, lambda: files.files.exists(wanted.sha256))
    return read_kept(files.files, wanted.sha256)


def check_both(house, place, esi):
    """Both files are in the store and nothing is unseen there; the office reads the slip, the student the brief."""
    assert place.kept == {sha(SLIP): SLIP, sha(BRIEF): BRIEF}
    assert place.landed == {}
    assert place.refused == []
    efua = house.enter("efua")
    (proof,) = efua.workplace.desk.store.page(TRANSFER_PROOF, limit=-1)
    assert (proof["amount"], proof["state"]) == (250_00, "waiting")
    assert fetched(house, efua, Wanted(proof["sha256"], len(SLIP), "Slip.pdf")) == SLIP
    store = esi.workplace.desk.store
    house.meets(esi, lambda: store.page(ASSIGNMENT, limit=-1))
    (brief,) = store.page(ASSIGNMENT, limit=-1)[0]["attachments"]
    assert fetched(house, esi, Wanted(brief["sha256"], brief["bytes"], brief["name"])) == BRIEF


def test_a_proof_and_a_material_go_straight_to_the_store(house, place, people, tmp_path):
    esi, ama = house.enter("esi"), house.enter("ama")
    lines = [watched(one) for one in (esi, ama)]
    show_transfer(house, esi, tmp_path)
    set_work(house, ama, tmp_path)
    assert [len(one.sent) for one in lines] == [1, 1]
    keep_picture(esi.main_window, "proof-sent")
    check_both(house, place, esi)


def test_where_the_store_is_out_of_reach_both_go_in_pieces(house, place, people, tmp_path):
    esi, ama = house.enter("esi"), house.enter("ama")
    lines = [watched(one, breaks=9) for one in (esi, ama)]
    show_transfer(house, esi, tmp_path)
    set_work(house, ama, tmp_path)
    assert [len(one.sent) for one in lines] == [2, 2], "tried once more, then in pieces"
    check_both(house, place, esi)
