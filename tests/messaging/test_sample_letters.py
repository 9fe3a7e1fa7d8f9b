"""The sample institute has letters to look at, the same ones all day long, and none that would go out."""

from datetime import UTC, datetime

from server.core.isolation import acting_for
from server.demo.letters import put_letters
from server.demo.plan import make_plan
from shared.messaging.letter_kinds import LETTERS
from tests.messaging.letters import Post
from tests.serving import TestServer


def test_the_sample_has_letters_in_several_states_and_none_goes_out(server: TestServer) -> None:
    morning, evening = datetime(2026, 11, 21, 8, 0, tzinfo=UTC), datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
    plan = make_plan(morning.date(), 7)
    context, place = server.context, server.organisation_id
    for now in (morning, evening):
        put_letters(context.database, place, plan, now)
    post = Post(server)
    with acting_for(place):
        found = post.rows("state, template, address")
    assert len(found) == 6
    assert {row[0] for row in found} == {"sent", "failed", "unknown"}
    assert {row[1] for row in found} <= set(LETTERS)
    assert all(row[2].endswith(".example") for row in found)
    assert post.deliver() == 0
