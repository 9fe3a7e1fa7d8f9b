"""A field that isn't text, beside somebody who is likely the same: refused with a sentence, and never a fault."""

import pytest

AMA = {
    "given_name": "Ama",
    "family_name": "Mensah",
    "email": "ama@example.org",
    "phone": "024 555 0101",
    "date_of_birth": "2004-03-28",
}


@pytest.mark.parametrize("wrong", [None, 5, [], {}])
def test_a_field_that_is_no_text_is_refused(new_institute, wrong):
    new_institute.add_person("efua")
    token = new_institute.sign_in("efua").data["access_token"]
    assert new_institute.post("/api/v1/users", AMA, token).status == 201
    for name in AMA:
        told = new_institute.post("/api/v1/users", {**AMA, name: wrong}, token)
        assert told.status in {409, 422}, (name, told.body)
    assert new_institute.post("/api/v1/users", {**AMA, "given_name": wrong}, token).status in {409, 422}
