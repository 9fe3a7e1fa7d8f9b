"""Pending commands on rows that aren't there, or include them already, change nothing."""

from typing import Any

from shared.admissions.projections import PROJECTIONS
from shared.core.command import Command
from tests.admissions.rows import FORM_ID, KWAME, form, id_of

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb70"
_ONLY_NEW = {"RecordEnquiry", "AddApplicationForm"}


def command(kind: str, target: str, **payload: Any) -> Command:
    """A command of some device."""
    return Command(
        id=_ID, device_id=_ID, install_epoch=1, device_seq=1, type=kind, type_version=1, target_id=target,
        payload=payload, observed_at="2026-11-20T08:00:00.000Z",
    )  # fmt: skip


def test_what_isnt_there_stays_so() -> None:
    payload = {"form_id": _ID, "person_id": _ID, "decision": "approved", "changes": {}}
    for kind in set(PROJECTIONS) - _ONLY_NEW:
        assert PROJECTIONS[kind](command(kind, _ID, **payload), lambda _kind, _id: None) == []


def test_a_command_on_rows_that_include_it_changes_nothing() -> None:
    sent = {**KWAME[1], "revision": _ID}
    rows = {("application", id_of(KWAME)): sent, ("application_form", FORM_ID): {**form()[1], "revision": _ID}}

    def read(kind: str, row_id: str) -> Any:
        return rows.get((kind, row_id))

    decide = PROJECTIONS["DecideApplication"]
    first = decide(command("DecideApplication", id_of(KWAME), decision="waiting_list"), read)
    rows["application", id_of(KWAME)] = dict(first[0].body or {})
    again = decide(command("DecideApplication", id_of(KWAME), decision="waiting_list"), read)
    assert again == first
    assert PROJECTIONS["EditApplicationForm"](command("EditApplicationForm", FORM_ID, changes={}), read) == []
    gone = {"application": {**sent, "state": "withdrawn", "revision": "x"}}
    for kind in ("DecideApplication", "SubmitApplication"):
        asked = command(kind, id_of(KWAME), decision="approved")
        assert PROJECTIONS[kind](asked, lambda name, _id: gone.get(name)) == []
    strange = {"changes": {"field_99": {"new": "x"}, "field_4": {"new": None}}}
    kept = PROJECTIONS["SaveApplication"](command("SaveApplication", id_of(KWAME), **strange), read)
    assert (kept[0].body or {})["answers"].keys() == KWAME[1]["answers"].keys() - {"field_4"}
