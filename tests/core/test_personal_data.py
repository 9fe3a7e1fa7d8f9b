"""Every table, id column and free text is told of as personal or not: a new one that isn't fails here."""

import pytest
from sqlalchemy import Column, String, Table, Text

from server.areas import AREAS
from server.core.personal_data import PersonalTable, impersonal, rows_of
from server.core.personal_tables import PERSONAL as OF_CORE
from server.core.tables import METADATA
from tests.institute import Institute

TOLD = (*OF_CORE, *(one for area in AREAS for one in area.personal))
LEAST_FREE = 100
"""Letters from which on a column can hold what somebody typed; shorter ones hold words of ours and numbers."""


def _is_id(column: Column) -> bool:
    plain = column.name not in ("organisation_id", "revision") and not (column.primary_key and column.name == "id")
    return plain and isinstance(column.type, String) and column.type.length == 36


def _is_free(column: Column) -> bool:
    return isinstance(column.type, Text) or (
        isinstance(column.type, String) and (column.type.length or 0) >= LEAST_FREE
    )


def _told_of(table: PersonalTable) -> set[str]:
    authored = {name for names in table.authored.values() for name in names}
    by = {name for pair in table.by.items() for name in pair if name}
    hanging = {column for column, _ in table.via}
    whole = {*table.own, *table.names, *table.listed, *table.ids, *table.aka, *table.blank, *table.kept, *table.secret}
    return whole | authored | by | hanging


def _missing(tables: list[Table], told: tuple[PersonalTable, ...]) -> list[str]:
    known = {one.table: one for one in told}
    missing = [table.name for table in tables if table.name not in known]
    for table in tables:
        one = known.get(table.name)
        if one is None or not one.personal:
            continue
        asked = [column.name for column in table.columns if _is_id(column) or _is_free(column)]
        missing += [f"{table.name}.{name}" for name in asked if name not in _told_of(one)]
    return sorted(missing)


def test_every_table_id_and_free_text_is_told_of_once():
    names = [one.table for one in TOLD]
    assert len(names) == len(set(names))
    assert _missing(list(METADATA.sorted_tables), TOLD) == []


def test_a_table_that_names_people_is_not_called_impersonal():
    told = {one.table: one for one in TOLD}
    for table in METADATA.sorted_tables:
        leads = {fk.elements[0].column.table.name for fk in table.foreign_key_constraints if len(fk.elements) > 1}
        names = {column.name for column in table.columns}
        if "person" in leads or "person_id" in names or any(name.endswith("_name") for name in names):
            kept = {"course_grade_entry", "identity_provider"}
            assert told[table.name].personal or table.name in kept, table.name


def test_what_is_told_of_a_column_is_a_column():
    for one in TOLD:
        assert _told_of(one) <= set(one.columns), one.table
        assert all(parent == "*" or parent in {other.table for other in TOLD} for _, parent in one.via), one.table


def test_a_new_table_that_nobody_told_of_is_found():
    without = tuple(one for one in TOLD if one.table != "leave_request")
    assert _missing(list(METADATA.sorted_tables), without) == ["leave_request"]
    blind = tuple(one if one.table != "leave_request" else PersonalTable("leave_request") for one in TOLD)
    found = _missing(list(METADATA.sorted_tables), blind)
    assert {"leave_request.person_id", "leave_request.reason", "leave_request.asked_by_name"} <= set(found)
    with pytest.raises(ValueError, match="no table"):
        impersonal("nothing_of_ours")


def test_rows_are_found_through_the_rows_they_hang_on(institute: Institute):
    student = institute.students[0]
    institute.ama.send(institute.mark(institute.ama, 0, "late", note="overslept"))
    with institute.parts.database.read() as db:
        found = rows_of(db, institute.organisation_id, TOLD, student)
    assert {"person", "enrolment", "observation", "command_log", "feed_row"} <= set(found.rows)
    assert [row["note"] for row in found.rows["observation"]] == ["overslept"]
    assert found.owned["enrolment"] == {institute.enrolments[0]}
    assert institute.enrolments[1] not in found.owned_ids
    types = {row["type"] for row in found.rows["command_log"]}
    assert types == {"AddPerson", "EnrolPerson", "RecordObservation"}
