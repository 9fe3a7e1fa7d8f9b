"""What the server couldn't read isn't saved at a desk either: said where it was typed, and nothing is kept of it."""

import pytest

from desktop.areas import areas
from desktop.core.outbox import Ask
from server.areas import AREAS
from shared.core.errors import CampusError
from shared.core.fitting import refuse_misfit
from shared.core.ids import derived_id
from shared.learning.commands import PAYLOADS
from shared.people.vocabulary import Role
from tests.desks import make_actor, make_desk

COURSE = {"code": "SND", "title": "Sound", "description": "", "category": "music", "difficulty": "beginner"}


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": "x" * 201}, "title", f"{'x' * 40}… has 201 letters. At most 200 are kept."),
        ({"code": ""}, "code", "Something that is needed is missing. Fill it in and save again."),
        ({"description": "a\x07b"}, "description", "Remove the letters that can't be seen in this text."),
        ({"mode": "on the moon"}, "mode", "on the moon can't be saved here. Change it and save again."),
    ],
)
def test_a_misfit_has_a_sentence_for_its_field(changed, field, said):
    with pytest.raises(CampusError) as problem:
        refuse_misfit("AddCourse", {**COURSE, **changed}, PAYLOADS)
    assert problem.value.code == "invalid_payload"
    assert problem.value.details["fields"][field] == said


def test_an_edit_is_held_against_what_adds_the_row():
    refuse_misfit("EditCourse", {"changes": {"title": {"old": "Sound", "new": "Sound 2"}}}, PAYLOADS)
    with pytest.raises(CampusError) as problem:
        refuse_misfit("EditCourse", {"changes": {"title": {"old": "Sound", "new": "x" * 201}}}, PAYLOADS)
    assert "At most 200 are kept" in problem.value.message


def test_a_type_that_nobody_describes_passes():
    refuse_misfit("Unheard", {"anything": 1}, PAYLOADS)


def test_a_desk_saves_nothing_of_a_misfit(tmp_path):
    actor = make_actor(derived_id("person", "grace"), "Grace", Role.REGISTRAR)
    made = make_desk(tmp_path, actor, areas=tuple(one.store for one in areas()))
    try:
        good = Ask("AddCourse", made.desk.ids(), COURSE)
        with pytest.raises(CampusError):
            made.desk.commit([good, Ask("AddCourse", made.desk.ids(), {**COURSE, "title": "x" * 201})])
        assert not made.store.page("course", limit=-1)
        assert not made.store.next_request().commands
        made.desk.commit([good])
        assert len(made.store.next_request().commands) == 1
    finally:
        made.close()


def test_a_desk_knows_what_the_server_reads_out_of_its_commands():
    server = {known.name: known.payload for area in AREAS for known in area.commands}
    desktop = {name: model for area in areas() for name, model in area.store.payloads.items()}
    assert {name: model for name, model in desktop.items() if server.get(name) is not model} == {}
    versions = {name for area in areas() for name in area.store.type_versions}
    assert versions & set(server) - set(desktop) == set()
