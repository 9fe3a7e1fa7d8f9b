"""Scans on a register, without a screen and without a network: who is marked, and why someone is not."""

import json
from datetime import timedelta

import pytest

from desktop.attendance.actions import RollCall
from desktop.attendance.lines import STORE as ATTENDANCE
from desktop.attendance.scan_words import kiosk_words, staff_words
from desktop.attendance.scanning import Scanner
from desktop.core import meta
from desktop.people.lines import STORE as PEOPLE
from desktop.timetable.lines import STORE as TIMETABLE
from desktop.timetable.times import zone_of
from shared.attendance.class_code import scanned_text
from shared.attendance.rules import effective
from shared.attendance.vocabulary import AttendanceState, Method
from shared.core.ids import derived_id
from shared.people.id_card import qr_text
from tests.attendance.classes import (
    INSTRUCTOR,
    NAMES,
    OTHER_COHORT,
    SESSION,
    enrolment,
    observation,
    person,
    school,
)
from tests.attendance.small_class import office_says
from tests.desks import ORGANISATION, make_desk, plain_areas

SMALL = NAMES[:6]
AMINA, BARAKA, CHEN = SMALL[:3]
STRANGER = "Bilal Musa"


def number(name):
    return f"S-{SMALL.index(name) + 4171:06d}"


def card(name):
    return qr_text(ORGANISATION, number(name))


@pytest.fixture
def take(desks):
    """`take(rows)` opens a register of six and returns its scanner."""

    def open_one(*more, **kept):
        rows = [*school(SMALL, history=1), person(STRANGER, "S-009000"), *more]
        rows.append(enrolment(STRANGER, cohort_id=OTHER_COHORT))
        here = desks(rows=rows, **kept)
        call = RollCall(here.desk, SESSION)
        scanner = Scanner(here.desk, call)
        scanner.here, scanner.call = here, call
        return scanner

    return open_one


def observations(scanner):
    return scanner.here.store.children("observation", SESSION)


def said(scanner, scan):
    zone = zone_of(scanner.here.desk)
    return staff_words(scan, zone), kiosk_words(scan, zone)


@pytest.mark.parametrize("method", [Method.CARD, Method.CAMERA, Method.KIOSK])
def test_a_card_marks_present_with_its_way_and_is_on_disk(take, method):
    scanner = take()
    scan = scanner.take(card(AMINA), method)
    [made] = observations(scanner)
    assert (scan.code, scan.row.mark.state) == ("marked", AttendanceState.PRESENT)
    assert (made["state"], made["method"], made["supersedes"]) == ("present", method, [])
    assert scanner.here.store.pending().waiting == 1
    staff, kiosk = said(scanner, scan)
    way = {Method.CARD: "card", Method.CAMERA: "camera", Method.KIOSK: "kiosk"}[method]
    assert (staff.title, staff.detail) == (AMINA, f"Present at 08:36 · {way}")
    assert (kiosk.title, kiosk.detail, kiosk.tone) == ("Welcome, Amina", "You are marked present at 08:36", "ok")


def test_a_barcode_holds_the_bare_number(take):
    assert take().take(number(BARAKA), Method.CARD).code == "marked"


@pytest.mark.parametrize("typed", ["4172", "004172", "s-004172", "S-004172"])
def test_a_number_typed_by_hand_needs_neither_letters_nor_zeros(take, typed):
    scan = take().take_number(typed, Method.KIOSK)
    assert (scan.code, scan.row.member.name) == ("marked", BARAKA)


def test_after_ten_minutes_a_scan_is_late_by_the_minutes(take):
    scanner = take()
    scanner.here.clock.advance(6 * 60)
    scan = scanner.take(card(AMINA), Method.CARD)
    staff, kiosk = said(scanner, scan)
    assert (staff.detail, staff.short, staff.tone) == ("Late · 12 min at 08:42 · card", "Late 12 min", "warn")
    assert (kiosk.detail, kiosk.short) == ("You are marked late at 08:42", "Late · 12 min")


def test_a_clock_known_to_be_wrong_makes_nobody_late(take):
    scanner = take()
    scanner.here.store.remember(meta.OFFSET, -3_600_000)
    scanner.here.clock.advance(3600)
    scan = scanner.take(card(AMINA), Method.CARD)
    assert (scan.code, scan.row.mark.state) == ("marked", AttendanceState.PRESENT)


def test_the_same_card_twice_makes_no_second_entry(take):
    scanner = take()
    scanner.take(card(AMINA), Method.CARD)
    scanner.here.clock.advance(120)
    scan = scanner.take(number(AMINA), Method.CAMERA)
    assert (scan.code, len(observations(scanner))) == ("already", 1)
    staff, kiosk = said(scanner, scan)
    assert staff.detail == "Already marked present at 08:36"
    assert (kiosk.detail, kiosk.tone) == ("You are already marked present at 08:36", "ok")


def test_a_scan_never_beats_a_mark_made_by_hand(take):
    scanner = take(observation(AMINA, "absent"))
    scan = scanner.take(card(AMINA), Method.CARD)
    assert (scan.code, scan.row.mark.state) == ("beside", AttendanceState.ABSENT)
    assert [one["method"] for one in observations(scanner)] == ["hand", "card"]
    staff, kiosk = said(scanner, scan)
    assert staff.detail == "Marked absent by Lucia Ortiz. The scan is kept beside it."
    assert "marked you absent" in kiosk.detail
    assert scanner.take(card(AMINA), Method.CARD).code == "beside"
    assert len(observations(scanner)) == 2, "and it is kept once"


def test_an_excuse_of_the_office_stands_above_a_scan(take):
    scanner = take(office_says(AMINA, "excused", method="excuse"))
    scan = scanner.take(card(AMINA), Method.CARD)
    assert scan.row.mark.state == AttendanceState.EXCUSED
    assert effective(observations(scanner)).state == AttendanceState.EXCUSED


def test_a_scan_can_be_taken_back_and_made_again(take):
    scanner = take()
    scanner.take(card(AMINA), Method.CARD)
    assert scanner.call.undo() == "1 mark taken back"
    assert scanner.call.roll.rows[0].mark.state == AttendanceState.NONE
    assert scanner.take(card(AMINA), Method.CARD).code == "marked"


def test_a_scan_beside_a_mark_is_no_step_to_take_back(take):
    scanner = take(observation(AMINA, "absent"))
    scanner.take(card(AMINA), Method.CARD)
    assert not scanner.call.can_undo


def test_a_card_of_another_cohort_says_whose_and_which_and_marks_nobody(take):
    scanner = take()
    scan = scanner.take("S-009000", Method.CARD)
    staff, kiosk = said(scanner, scan)
    assert (scan.code, staff.title, staff.short) == ("other_cohort", "Card not in this class", "Bilal Musa, 2A")
    assert (kiosk.title, kiosk.tone) == ("This card is for another class", "warn")
    assert "2A" in kiosk.detail
    assert "Bilal" not in f"{kiosk}"
    assert observations(scanner) == []
    assert scanner.take(card(AMINA), Method.CARD).code == "marked", "the next scan works at once"


def test_someone_in_no_class_any_more_is_told_so(take):
    scanner = take(person("Gone Student", "S-7"), enrolment("Gone Student", state="withdrawn"))
    staff, kiosk = said(scanner, scanner.take("S-7", Method.CARD))
    assert staff.detail == "Gone Student isn't enrolled in any class here now."
    assert kiosk.detail == "It belongs to none of today's classes. Ask your instructor."


BAD = [
    ("S-999999", "unknown_card", "Card not known"),
    (qr_text(derived_id("organisation", "elsewhere"), "S-004171"), "card_other_institute", "Card not read"),
    (qr_text(ORGANISATION, "S-004171")[:-2], "card_torn", "Card not read"),
    ("https://example.org/?a=1", "card_nonsense", "Card not read"),
    (scanned_text(SESSION, "K7Q49XWM"), "card_nonsense", "Card not read"),
]


@pytest.mark.parametrize(("scanned", "code", "title"), BAD, ids=[row[1] for row in BAD[:-1]] + ["class code"])
def test_bad_cards_are_told_apart_and_mark_nobody(take, scanned, code, title):
    scanner = take()
    scan = scanner.take(scanned, Method.CAMERA)
    staff, kiosk = said(scanner, scan)
    assert (scan.code, staff.title, staff.tone, kiosk.tone) == (code, title, "warn", "warn")
    assert staff.detail
    assert kiosk.detail
    assert observations(scanner) == []


@pytest.mark.parametrize("where", ["enrolment", "person"])
def test_a_suspended_student_is_refused_with_a_sentence(take, where):
    rows = {"enrolment": enrolment(AMINA, state="suspended"), "person": person(AMINA, number(AMINA), state="suspended")}
    scanner = take(rows[where])
    scan = scanner.take(card(AMINA), Method.KIOSK)
    staff, kiosk = said(scanner, scan)
    assert scan.code == "suspended"
    assert staff.detail == "This student is suspended and wasn't marked. The office knows more."
    assert kiosk.detail == "Your enrolment is suspended. Ask the office."
    assert observations(scanner) == []


def test_after_the_class_and_on_a_finished_register_scans_say_so(take):
    scanner = take()
    scanner.call.finish()
    scan = scanner.take(card(AMINA), Method.CARD)
    assert scan.code == "register_locked"
    assert said(scanner, scan)[0].detail == "This register is finished. Reopen it to change marks."
    scanner.call.reopen()
    scanner.here.clock.set(scanner.here.clock.now() + timedelta(hours=2))
    scan = scanner.take(card(AMINA), Method.CARD)
    assert (scan.code, said(scanner, scan)[0].detail) == (
        "class_session_over",
        "This class ended at 10:00. Mark by hand who was there.",
    )


def test_the_observation_that_goes_to_the_server_names_its_way(take):
    scanner = take()
    scanner.take(card(AMINA), Method.KIOSK)
    [command] = scanner.here.store.next_request().commands
    payload = json.loads(command.model_dump_json())["payload"]
    assert (command.type, payload["method"], payload["supersedes"]) == ("RecordObservation", "kiosk", [])


def test_a_number_is_found_by_index_in_the_lists_of_the_program(tmp_path):
    areas = (PEOPLE, plain_areas()[1], TIMETABLE, ATTENDANCE)
    rows = [*school(SMALL, history=0), person(STRANGER, "S-009000"), enrolment(STRANGER, cohort_id=OTHER_COHORT)]
    here = make_desk(tmp_path, INSTRUCTOR, rows, areas=areas)
    here.clock.set(here.clock.now() + timedelta(minutes=36))
    scan = Scanner(here.desk, RollCall(here.desk, SESSION)).take("s-009000", Method.CARD)
    assert (scan.code, scan.cohorts) == ("other_cohort", ("2A",))
    here.close()
