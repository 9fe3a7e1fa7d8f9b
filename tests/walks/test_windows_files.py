"""Files of windows go straight to the store: a proof, a material, a certificate; in pieces where it is out of reach."""

import pytest

from desktop.core.file_transfer import Wanted
from desktop.finance.proof_dialog import ProofDialog
from desktop.grading.assignment_dialog import AssignmentDialog
from desktop.grading.marking_files import read_kept
from desktop.widgets.buttons import Button
from desktop.widgets.dialog import Dialog
from shared.finance.bank_words import TRANSFER_PROOF
from shared.grading.vocabulary import ASSIGNMENT
from tests.admissions.samples import CONTENT
from tests.core.direct import provider, server_at
from tests.core.file_desk import pdf_of
from tests.core.test_direct_transfer import Barred
from tests.core.uploads import sha
from tests.people.test_door_pages import keep_picture
from tests.walks.windows import class_on, dialog, house_of

pytestmark = pytest.mark.slow
SLIP, BRIEF, CERTIFICATE = pdf_of(400_000, seed=3), pdf_of(1_200_000, seed=4), pdf_of(300_000, seed=5)


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
    """Efua looks after the money, Ama teaches Esi a class that is on, Novella may apply for it."""
    server = house.server
    server.add_person("efua", ("bursar",), family_name="Ofori-Atta-Mensah of the Long Name")
    ama = server.add_person("ama", ("instructor",), family_name="Owusu")
    esi = server.add_person("esi", ("student",), family_name="Quaye", number="S-0001")
    course, cohort, _session, _enrolment = class_on(server, ama, esi)
    server.add_person("novella", ("student",), family_name="Costa")
    form = {"course_id": course, "cohort_id": cohort, "title": "Photography, January intake", **CONTENT}
    made = server.do(server.command("AddApplicationForm", server.new_id(), form))
    open_now = {"changes": {"state": {"old": "draft", "new": "published"}}}
    told = server.do(server.command("EditApplicationForm", made.target_id, open_now, base=made.revision))
    assert told.verdict == "applied", told


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


def apply_with(house, program, tmp_path):
    """An applicant's window begins an application and takes a certificate into it, which goes at once."""
    certificate = tmp_path / "Certificate.pdf"
    certificate.write_bytes(CERTIFICATE)
    program.main_window.open_page("admissions.apply")
    page = program.main_window.page
    house.wait(lambda: [one for one in page.findChildren(Button) if one.text() == "Apply"])
    next(one for one in page.findChildren(Button) if one.text() == "Apply").click()
    page.form.take_file("document_1", certificate)
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


def check_all(house, place, esi):
    """All files are in the store and nothing is unseen there; the office reads the slip, the student the brief."""
    assert place.kept == {sha(one): one for one in (SLIP, BRIEF, CERTIFICATE)}
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


def test_a_proof_a_material_and_a_certificate_go_straight_to_the_store(house, place, people, tmp_path):
    esi, ama, novella = (house.enter(name) for name in ("esi", "ama", "novella"))
    lines = [watched(one) for one in (esi, ama, novella)]
    show_transfer(house, esi, tmp_path)
    set_work(house, ama, tmp_path)
    apply_with(house, novella, tmp_path)
    assert [len(one.sent) for one in lines] == [1, 1, 1]
    keep_picture(esi.main_window, "proof-sent")
    check_all(house, place, esi)


def test_where_the_store_is_out_of_reach_all_go_in_pieces(house, place, people, tmp_path):
    esi, ama, novella = (house.enter(name) for name in ("esi", "ama", "novella"))
    lines = [watched(one, breaks=9) for one in (esi, ama, novella)]
    show_transfer(house, esi, tmp_path)
    set_work(house, ama, tmp_path)
    apply_with(house, novella, tmp_path)
    assert [len(one.sent) for one in lines] == [2, 2, 2], "tried once more, then in pieces"
    check_all(house, place, esi)
