"""Every role against every route and command: each cell is called and answered as the table says."""

import pytest

from shared.people.vocabulary import Role
from tests.architecture.house import ROOT
from tests.authorisation import matrix, mutants
from tests.authorisation.cells import Asking, Cell
from tests.authorisation.platform_people import FOREIGN, LOOKING, OPERATOR, OTHER, OWN, RELATIONS, SAME
from tests.authorisation.rules import HERE, NOBODY, PUBLIC, Entry, Rule, has, teaches
from tests.authorisation.table import ENTRIES
from tests.authorisation.world import ANONYMOUS, ASSISTANT, SUSPENDED, Who, build
from tests.fixtures.servers import _migrated

SAMPLED = 60
"""On PostgreSQL each cell in so many is asked; the command asks all of them, with `--database postgresql` there too."""


def _world(kind, copied_database, folder):
    return build(folder, copied_database(kind, "migrated", _migrated))


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    world = build(tmp_path_factory.mktemp("matrix"))
    asked = Asking(world)
    with asked.open():
        yield asked
    world.server.close()


@pytest.fixture(scope="module")
def told(asking):
    return matrix.ask_all(asking, matrix.cells(asking.world))


def test_every_route_and_command_has_its_line(asking):
    missing = matrix.without_entry(asking.world)
    assert missing == [], "one Entry each in tests/authorisation/table_*.py says who is let in"
    assert matrix.gone(asking.world) == []


def test_every_cell_is_as_the_table_says(told, asking):
    print(f"\n{told.cells} cells, {asking.calls} calls, {len(told.wrong)} mismatches")
    assert [str(one) for one in told.wrong] == []
    callers = [*Role, ASSISTANT, SUSPENDED, ANONYMOUS, OPERATOR, LOOKING]
    assert told.cells == len(ENTRIES) * len(RELATIONS) * len(callers)


def test_through_every_route_somebody_gets(told):
    assert told.unproven == [], "what nobody is seen to get through proves nothing about those kept out"


def test_nothing_of_a_cell_stays(asking):
    count = "SELECT count(*) FROM command_log WHERE organisation_id = :o"
    home = asking.world.server.organisation_id
    entry = next(one for one in ENTRIES if one.route == "POST /api/v1/courses")

    def commands():
        with asking.world.server.context.database.read() as db:
            return db.one(count, o=home)[0]

    before = commands()
    assert asking.outcome(Cell(entry, asking.world.whos["administrator"], OTHER)).let_in
    assert commands() == before


def test_a_wrong_table_shows(asking):
    whos = asking.world.whos
    generous = Entry("POST /api/v1/rooms", HERE, lambda *_: {"name": "Loft"})
    assert not asking.outcome(Cell(generous, whos["student"], OWN)).is_right
    strict = Entry("GET /api/v1/cohorts/{row_id}", NOBODY, row="cohort")
    assert not asking.outcome(Cell(strict, whos["registrar"], OTHER)).is_right
    assert asking.outcome(Cell(strict, whos["registrar"], FOREIGN)).is_right


@pytest.mark.parametrize(
    ("rule", "lets_in"),
    [
        (has("kit.lend"), {OWN, SAME, OTHER}),
        (teaches("kit.lend"), {OWN, SAME}),
        (teaches("kit.lend", "mark"), set()),
        (teaches("audit.read"), set()),
        (has("audit.read") | teaches("kit.lend"), {OWN, SAME}),
        (has("kit.lend") & teaches(), {OWN, SAME}),
        (PUBLIC, set(RELATIONS)),
    ],
)
def test_rules_say_who_is_let_in(rule: Rule, lets_in):
    who = Who("somebody", frozenset({"kit.lend"}), teaches=True, withheld=frozenset({"mark"}))
    assert {to for to in RELATIONS if rule.allows(who, to)} == lets_in
    assert rule is PUBLIC or not rule.allows(Who("anonymous", frozenset({"kit.lend"}), teaches=True), OWN)


def test_whoever_holds_a_permission_that_isnt_his_is_seen(asking):
    """Each permission in turn is everybody's: a cell tells. The places that ask are the command's, `--mutants`."""
    assert len(mutants.words_asked()) > 25
    assert matrix.surviving_words(asking) == []


def test_a_check_that_is_missing_is_seen_where_it_stands(asking):
    wanted = {
        *("server/people/sign_in_list_service.py", "shared/learning/permissions.py", "server/people/removing.py"),
    }
    tried = [site for site in mutants.sites() if site.path in wanted]
    assert len(tried) >= len(wanted)
    for site in tried:
        with mutants.without_site(site, asking) as lives:
            assert lives, site
            assert mutants.caught(asking, site.words) is not None, site
    lone = frozenset({"security.manage"})
    assert mutants.caught(asking, lone) is None, "and the program is whole again"


def test_a_command_that_no_line_sends_is_held_by_a_test_that_is_there():
    assert [name for name in sorted(set(matrix.ELSEWHERE.values())) if not (ROOT / name).is_file()] == []


def test_postgresql_answers_alike(copied_database, tmp_path):
    world = _world("postgresql", copied_database, tmp_path)
    asked = Asking(world)
    with asked.open():
        sample = list(matrix.cells(world))[::SAMPLED]
        told = matrix.ask_all(asked, sample)
    world.server.close()
    assert [str(one) for one in told.wrong] == []
    assert told.cells > 150
