"""The sample's people who come in."""

from server.demo.coming_in import put_coming_in
from tests.people.letter_box import box_for


def test_the_office_of_the_sample_has_somebody_to_decide_about(server):
    box_for(server)
    boss_id = server.add_person("boss")
    for _ in range(2):
        put_coming_in(server.context.database, server.organisation_id, boss_id, server.clock.now())
    boss = server.sign_in("boss").data["access_token"]
    told = server.get("/api/v1/users/registrations", boss).data
    assert told["policy"] == "approval"
    assert [one["username"] for one in told["registrations"]] == ["efua.addo", "kwabena.asiedu"]
    invited = server.get("/api/v1/users/invitations", boss).data
    assert [(one["email"], one["state"]) for one in invited] == [("adwoa.sarpong@example.org", "open")]
    accepted = server.post(f"/api/v1/users/registrations/{told['registrations'][0]['id']}/accept", {}, boss)
    assert accepted.data["state"] == "accepted"
    assert server.sign_in("efua.addo").code == "password_wrong"
