"""Merging over HTTP: likely pairs, the preview field by field, the merge, its record, and taking it apart."""

import pytest

from shared.people.vocabulary import Role

USERS = "/api/v1/users"


@pytest.fixture
def office(new_institute):
    """A server with a registrar; returns (server, token)."""
    new_institute.add_person("grace", (Role.REGISTRAR,))
    return new_institute, new_institute.sign_in("grace").data["access_token"]


def _add(office, **fields):
    server, token = office
    body = {"given_name": "Ama", "family_name": "Mensah", "roles": ["student"], **fields}
    known = {"known_duplicates": fields.pop("known", [])}
    told = server.ask("POST", USERS, body | known, token)
    if told.status == 409:
        ids = [one["person"]["id"] for one in told.json["details"]["duplicates"]]
        told = server.ask("POST", USERS, body | {"known_duplicates": ids}, token)
    assert told.status == 201, told.json
    return told.data["id"]


def test_a_pair_is_named_previewed_merged_and_taken_apart(office):
    server, token = office
    one = _add(office, phone="024 555 0101", date_of_birth="2004-03-28")
    other = _add(office, phone="020 555 0199", date_of_birth="2004-03-28", email="ama@example.org")
    pairs = server.ask("GET", f"{USERS}/likely-pairs", None, token).data
    assert ({one, other}, ["name", "date_of_birth"]) in [
        ({pair["one"]["id"], pair["other"]["id"]}, pair["reasons"]) for pair in pairs
    ]
    wanted = {"from_id": other, "choices": {"phone": "goes"}}
    seen = server.ask("POST", f"{USERS}/{one}/merge/preview", wanted, token).data
    fields = {line["name"]: line for line in seen["fields"]}
    assert (fields["phone"]["differs"], fields["phone"]["side"]) == (True, "goes")
    assert (fields["email"]["differs"], fields["email"]["side"]) == (False, "goes")
    assert seen["obstacles"] == []
    merged = server.ask("POST", f"{USERS}/{one}/merge", wanted, token, idempotency_key="once")
    again = server.ask("POST", f"{USERS}/{one}/merge", wanted, token, idempotency_key="once")
    assert merged.status == again.status == 200, again.json
    assert merged.data == again.data
    body = server.ask("GET", f"{USERS}/{one}", None, token).data
    assert (body["phone"], body["email"]) == ("020 555 0199", "ama@example.org")
    listed = server.ask("GET", f"{USERS}?limit=500", None, token).data
    assert other not in {row["id"] for row in listed}
    assert server.ask("GET", f"{USERS}/{other}", None, token).data["merged_into"] == one
    kept = server.ask("GET", f"{USERS}/{one}/merges", None, token).data
    assert [(line["from_id"], line["state"], line["obstacles"]) for line in kept] == [(other, "merged", [])]
    undo = f"{USERS}/{one}/merges/{merged.data['merge_id']}/undo"
    assert server.ask("POST", undo, {}, token).status == 200
    assert server.ask("POST", undo, {}, token).code == "undo_kept"
    assert other in {row["id"] for row in server.ask("GET", f"{USERS}?limit=500", None, token).data}


def test_what_stands_against_it_is_said_in_the_preview(office):
    server, token = office
    one = _add(office, given_name="Kojo")
    own = server.sign_in("grace").data["person"]["id"]
    seen = server.ask("POST", f"{USERS}/{one}/merge/preview", {"from_id": own}, token)
    assert seen.data["obstacles"] == ["Nobody merges his or her own entry. Ask a colleague."]
    assert server.ask("POST", f"{USERS}/{one}/merge", {"from_id": own}, token).code == "own_entry"
    assert server.ask("POST", f"{USERS}/{one}/merge", {"from_id": server.new_id()}, token).status == 404
    unknown = f"{USERS}/{one}/merges/{server.new_id()}/undo"
    assert server.ask("POST", unknown, {}, token).status == 410
