"""What the server does by itself about people who come in."""

from server.people.entry_upkeep import keep_up
from server.people.reset_service import ResetService
from server.people.sign_in_service import Caller
from tests.people.letter_box import box_for
from tests.people.test_registrations import LIST, register

DAY = 86_400
TABLES = ("reset_ask", "reset_code", "entry_try", "identity_flow", "identity_seen")


def count(server, table):
    with server.context.database.read() as db:
        statement = f"SELECT count(*) FROM {table} WHERE organisation_id = :o"
        return int(db.one(statement, o=server.organisation_id)[0])


def test_letters_that_a_crash_held_back_go_out_and_what_is_over_goes(server):
    box = box_for(server)
    server.add_person("boss")
    server.add_person("ama", ("student",), email="ama@example.org")
    boss = server.sign_in("boss").data["access_token"]
    server.ask("PUT", f"{LIST}/policy", {"registration": "on"}, boss)
    assert register(server).status == 200
    ResetService(server.context).ask(server.slug, "ama", Caller("192.0.2.1", ""))
    assert box.of("reset_password") == []
    keep_up(server.context)
    assert len(box.of("reset_password")) == 1
    server.clock.advance(DAY + 1)
    keep_up(server.context)
    boss = server.sign_in("boss").data["access_token"]
    lapsed = server.get(f"{LIST}?state=lapsed", boss).data["registrations"]
    assert [one["username"] for one in lapsed] == ["efua.addo"]
    server.clock.advance(91 * DAY)
    keep_up(server.context)
    assert {table: count(server, table) for table in (*TABLES, "registration")} == dict.fromkeys(
        (*TABLES, "registration"), 0
    )
    assert keep_up(server.context) == 0
