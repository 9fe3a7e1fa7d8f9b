"""What people and programs put into forms that means something else: refused with a word, or kept as it was written."""

from typing import Any

import pytest

from tests.architecture.test_security_rows import _is_there

EMPTY, LONG, CONTROL, TURNED = "", "x" * 20_001, "a\x07b", "abc\u202edcba"
"""What no field takes that asks for words; the last turns what follows it round on screen."""
EMOJI, HTML, SQL, FORMULA = (
    "\U0001f469\U0001f3fe\u200d\U0001f393 Ama",
    "<b onclick=x>Ama</b>",
    "'; DROP TABLE person --",
    "=1+1",
)
"""What is text like any other."""
REFUSED = (EMPTY, LONG, CONTROL, TURNED)
KEPT = (EMOJI, HTML, SQL, FORMULA)

LISTED = {
    "a role that takes itself over": "tests/people/test_role_service.py::"
    "test_what_cannot_be_a_role_is_refused_with_a_sentence",
    "roles in a ring": "tests/people/test_role_service.py::test_two_savings_in_one_batch_cannot_close_a_ring",
    "the last administrator leaves": "tests/people/test_role_service.py::test_the_last_administrator_stays",
    "he is put away by whom nothing else holds": "tests/people/test_last_administrator.py::"
    "test_nobody_puts_the_last_one_away",
    "the last of several suspended": "tests/people/test_role_service.py::"
    "test_of_several_suspended_at_once_one_administrator_is_left",
    "two demote each other": "tests/people/test_role_service.py::"
    "test_two_administrators_who_demote_each_other_at_once_leave_one",
    "two without a network": "tests/people/test_last_administrator.py::"
    "test_without_a_network_two_put_each_other_away_and_one_stays",
    "a decision after he became the last": "tests/people/test_last_administrator.py::"
    "test_a_decision_made_late_takes_nothing_from_the_last_one",
    "a list that says he left": "tests/learning/test_import_people.py::"
    "test_a_list_takes_nothing_from_the_last_administrator",
    "a list that says he teaches": "tests/learning/test_import_oneroster.py::"
    "test_roles_in_bulk_leave_the_last_administrator",
    "the list undone that made him": "tests/learning/test_import_undo.py::"
    "test_an_undo_leaves_the_last_administrator_and_whoever_has_more_rights",
    "he is merged, either way": "tests/people/test_last_administrator.py::test_a_merge_never_takes_the_last_one_away",
    "his merge is undone": "tests/people/test_last_administrator.py::test_taking_a_merge_apart_leaves_somebody",
    "his role is edited or ended": "tests/people/test_last_administrator.py::"
    "test_a_role_underneath_keeps_what_the_last_one_rules_by",
    "he is anonymised or removed": "tests/people/test_last_administrator.py::"
    "test_the_last_one_is_neither_anonymised_nor_removed",
    "retention": "tests/people/test_last_administrator.py::test_retention_anonymises_everybody_else",
    "a reset token used twice": "tests/people/test_reset.py::test_a_code_counts_once",
    "a reset token that was replaced": "tests/people/test_reset.py::test_a_newer_code_replaces_the_older",
    "a reset token after its time": "tests/people/test_reset.py::test_a_code_runs_out_after_thirty_minutes",
    "a reset token of somebody else": "tests/people/test_reset.py::test_a_code_is_of_one_person",
    "a code after its window": "tests/people/test_factor_codes.py::test_a_code_runs_out_after_ten_minutes",
    "an app's code after its step": "tests/people/test_factor_sign_in.py::"
    "test_codes_of_the_step_before_and_after_count_and_others_dont",
    "11 recovery codes": "tests/people/test_factor_codes.py::test_ten_recovery_codes_and_no_eleventh",
    "an OIDC answer for another client, or old": "tests/people/test_identity.py::test_each_faulty_answer_is_refused",
    "an OIDC answer that claims something else": "tests/people/test_identity.py::"
    "test_each_claim_is_held_against_what_was_asked",
    "an OIDC answer again": "tests/people/test_identity.py::test_an_answer_counts_once",
    "a certificate that changed": "tests/core/test_office_pin.py::test_the_same_name_with_another_key_is_a_hard_stop",
    "a certificate that changed, on screen": "tests/shell/test_starting.py::"
    "test_a_certificate_that_changed_is_a_hard_stop",
    "a report without its secret path": "tests/messaging/test_sms_reports.py::"
    "test_a_path_that_is_guessed_old_or_anothers_leads_nowhere",
    "a backup of a newer version": "tests/core/test_backup_job.py::"
    "test_a_backup_of_a_newer_program_is_refused_with_a_sentence_and_nothing_is_written",
    "a backup into an older program": "tests/core/test_server_commands.py::"
    "test_a_restore_leaves_a_newer_database_and_a_newer_backup_alone",
    "a backup over an institute": "tests/core/test_server_backup.py::"
    "test_a_database_with_data_is_left_alone_unless_told",
    "a mistyped setting": "tests/core/test_server_settings.py::"
    "test_a_mistyped_setting_is_named_with_the_nearest_right_name",
    "a mistyped place of a letter": "tests/messaging/test_letter_texts.py::"
    "test_a_mistyped_place_is_named_with_the_nearest_right_one",
    "fields of the profile": "tests/people/test_profile_rules.py::test_what_the_fields_refuse",
    "settings of the institute": "tests/people/test_institute_rules.py::test_what_cant_be_kept_is_told",
    "a new institute": "tests/people/test_platform.py::test_what_cant_be_an_institute_is_refused",
    "a plan of backups": "tests/core/test_backup_job.py::test_a_plan_that_cant_be_is_refused_with_its_field",
    "an event of money without a signature": "tests/finance/test_gateway_accounts.py::"
    "test_forged_and_altered_events_are_refused_and_counted",
    "everything at once": "tests/fuzz/test_fuzz.py::test_made_up_requests_meet_no_fault",
}
"""Each bad input that is tried elsewhere, and the test that tries it."""


@pytest.fixture(scope="module")
def office(file_server: Any) -> Any:
    """The file's server with an administrator who did not long ago say again who it is."""
    file_server.add_person("boss", email="boss@example.org")
    file_server.kofi = file_server.add_person("kofi", ("student",))
    file_server.token = file_server.sign_in("boss").data["access_token"]
    return file_server


def sent(office: Any, form: str, words: str) -> Any:
    """Send a form with these words in its one field."""
    kofi, new = f"/api/v1/users/{office.kofi}", office.new_id()[-8:]
    method, path, body = {
        "text of a letter": ("PUT", "/api/v1/letter-templates/general/mail", {"subject": "News", "body": words}),
        "subject of a letter": (
            "PUT",
            "/api/v1/letter-templates/general/mail",
            {"subject": words, "body": "{message}"},
        ),
        "name of a role": ("POST", "/api/v1/roles", {"name": words and f"{words}{new}"}),
        "name of a branch": ("POST", "/api/v1/branches", {"name": words}),
        "given name": ("POST", "/api/v1/users", {"given_name": words, "family_name": new}),
        "reason of a hold": ("PUT", f"{kofi}/legal-hold", {"reason": words}),
        "reason of an export": ("POST", f"{kofi}/data-export", {"reason": words}),
        "place of backups": ("PUT", "/api/v1/backups/plan", {"every_hours": 24, "place": words, "keep": 7}),
    }[form]
    if "letter" in form:
        office.ask("DELETE", path, None, office.token)
    return office.ask(method, path, body, office.token)


FORMS = ("text of a letter", "subject of a letter", "name of a role", "name of a branch", "given name",
         "reason of a hold", "reason of an export")  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_words_that_say_nothing_or_hide_something_are_refused(office: Any, form: str) -> None:
    told = {words[:8]: sent(office, form, words) for words in REFUSED}
    assert {words: one.status for words, one in told.items() if not 400 <= one.status < 500} == {}
    assert all(one.code and one.json["error"] for one in told.values())


@pytest.mark.parametrize("form", FORMS)
def test_words_of_other_languages_are_words_like_any_other(office: Any, form: str) -> None:
    told = {words: sent(office, form, words) for words in KEPT}
    assert {words: (one.status, one.code) for words, one in told.items() if one.status >= 300} == {}


@pytest.mark.parametrize("words", [EMPTY, *REFUSED, *KEPT, "/etc", "../..", "C:\\"])
def test_backups_go_to_no_place_that_isnt_offered(office: Any, words: str) -> None:
    told = sent(office, "place of backups", words)
    assert (told.status, told.code) in {(422, "field_invalid"), (422, "invalid")} or (
        words == EMPTY and told.status < 300
    )


def test_each_bad_input_of_the_list_is_tried() -> None:
    assert [what for what, test in LISTED.items() if not _is_there(test)] == []
