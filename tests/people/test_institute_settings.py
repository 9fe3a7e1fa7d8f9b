"""An institute's settings and branches on the server: who changes them, what becomes of two changes, over REST too."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from shared.core.errors import CampusError
from shared.people.logos import MOST_BYTES, logo_error
from shared.people.vocabulary import Role
from tests.institute import Institute
from tests.people.test_institute_rules import logo, png


def _row(institute: Institute, kind: str = "organisation", entity_id: str = "") -> dict[str, Any]:
    import orjson

    with institute.parts.database.read() as db:
        found = db.one(
            "SELECT entry FROM feed_row WHERE organisation_id = :o AND kind = :kind AND entity_id = :id",
            o=institute.organisation_id,
            kind=kind,
            id=entity_id or institute.organisation_id,
        )
    assert found is not None
    body: dict[str, Any] = orjson.loads(found[0])["body"]
    return body


def _edit(institute: Institute, device: Any, base: str | None = None, **changes: tuple[Any, Any]) -> Any:
    return device.edit("EditOrganisation", institute.organisation_id, base or _row(institute)["revision"], **changes)


def test_everybody_gets_every_setting_from_the_start(institute: Institute) -> None:
    body = _row(institute)
    assert (body["name"], body["currency"], body["accent"], body["logo"]) == ("K Media Institute", "GHS", "#3350c4", "")


def test_an_administrator_changes_settings_field_by_field(institute: Institute) -> None:
    admin = institute.device("admin", Role.ADMINISTRATOR, "Akua Boahen")
    seen = _row(institute)["revision"]
    first = _edit(institute, admin, name=("K Media Institute", "  KM  Media "), currency=("GHS", "XOF"))
    assert first.verdict == "applied"
    # Another office worker saw the row before: other fields meet, the same field becomes a conflict.
    other = institute.device("other", Role.ADMINISTRATOR, "Yaw Osei")
    assert _edit(institute, other, seen, logo=("", logo())).verdict == "applied"
    clash = _edit(institute, other, seen, name=("K Media Institute", "K Media"))
    assert clash.verdict == "conflict"
    body = _row(institute)
    assert (body["name"], body["currency"], body["logo"]) == ("KM Media", "XOF", logo())
    with institute.parts.database.read() as db:
        row = db.one("SELECT name FROM organisation WHERE id = :o", o=institute.organisation_id)
        assert row is not None
        assert row[0] == "KM Media"


def test_a_conflict_about_a_setting_is_settled(institute: Institute) -> None:
    admin = institute.device("admin", Role.ADMINISTRATOR, "Akua Boahen")
    seen = _row(institute)["revision"]
    _edit(institute, admin, motto=("", "Learn by doing"))
    clash = _edit(institute, admin, seen, motto=("", "Do by learning"))
    assert clash.verdict == "conflict"
    choices = {"choices": {"motto": clash.command_id}}
    settled = institute.system.do("SettleConflict", str(clash.conflict_id), choices)
    assert settled.verdict == "applied", settled
    assert _row(institute)["motto"] == "Do by learning"


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.INSTRUCTOR, Role.STUDENT, Role.AUDITOR])
def test_nobody_else_changes_them(institute: Institute, role: Role) -> None:
    someone = institute.device("someone", role, "Esi Addo")
    assert _edit(institute, someone, name=("K Media Institute", "Mine")).code == "not_allowed"
    branch = institute.parts.new_id()
    assert someone.do("AddBranch", branch, {"name": "Kumasi"}).code == "not_allowed"
    institute.system.do("AddBranch", branch, {"name": "Kumasi"})
    assert someone.edit("EditBranch", branch, None, name=("Kumasi", "Mine")).code == "not_allowed"


def test_what_cant_be_kept_is_refused_with_its_field(institute: Institute) -> None:
    admin = institute.device("admin", Role.ADMINISTRATOR, "Akua Boahen")
    refused = _edit(institute, admin, accent=("#3350c4", "#ffee00"), name=("K Media Institute", ""))
    assert refused.code == "field_invalid"
    assert set(refused.details["fields"]) == {"accent", "name"}
    assert _edit(institute, admin, slug=("kmedia", "mine")).code == "field_unknown"
    assert _edit(institute, admin, settings=("", "{}")).code == "field_unknown"
    # Nobody reaches another institute's row by its id.
    stranger = admin.edit("EditOrganisation", institute.parts.new_id(), None, name=("A", "B"))
    assert stranger.verdict == "held"


def test_what_others_keep_beside_the_settings_stays(institute: Institute) -> None:
    import orjson

    def keep(db: Any) -> None:
        db.run("UPDATE organisation SET settings = :s WHERE id = :o", s='{"theirs": 7}', o=institute.organisation_id)

    institute.parts.database.write(keep)
    admin = institute.device("admin", Role.ADMINISTRATOR, "Akua Boahen")
    assert _edit(institute, admin, motto=("", "Learn")).verdict == "applied"
    with institute.parts.database.read() as db:
        row = db.one("SELECT settings FROM organisation WHERE id = :o", o=institute.organisation_id)
    assert row is not None
    kept = orjson.loads(row[0])
    assert (kept["theirs"], kept["motto"]) == (7, "Learn")


def test_branches_come_change_and_go(institute: Institute) -> None:
    admin = institute.device("admin", Role.ADMINISTRATOR, "Akua Boahen")
    branch = institute.parts.new_id()
    added = admin.do("AddBranch", branch, {"name": " Kumasi ", "phone": "032 202 0101"})
    assert added.verdict == "applied"
    assert admin.do("AddBranch", branch, {"name": "Kumasi"}).verdict == "agreed"
    assert admin.edit("EditBranch", branch, added.revision, address=("", "12 Harper Road")).verdict == "applied"
    seen = _row(institute, "branch", branch)
    assert (seen["name"], seen["address"], seen["state"]) == ("Kumasi", "12 Harper Road", "active")
    assert admin.edit("EditBranch", branch, seen["revision"], state=("active", "removed")).verdict == "applied"
    assert admin.do("AddBranch", institute.parts.new_id(), {"name": "  "}).code == "field_invalid"
    assert admin.edit("EditBranch", branch, None, state=("removed", "burnt")).code == "field_invalid"


@pytest.fixture
def office(sqlite_server: Any) -> Any:
    """A server with an administrator and a student, and their tokens."""
    sqlite_server.add_person("akua")
    sqlite_server.add_person("esi", ("student",))
    sqlite_server.token = sqlite_server.sign_in("akua").data["access_token"]
    sqlite_server.student = sqlite_server.sign_in("esi").data["access_token"]
    return sqlite_server


def test_settings_over_rest(office: Any) -> None:
    first = office.get("/api/v1/organisation", office.student)
    assert first.data["currency"] == "GHS"
    assert office.ask("PATCH", "/api/v1/organisation", {"name": "KM", "country": "NG"}, office.student).status == 403
    changed = office.ask("PATCH", "/api/v1/organisation", {"name": "KM", "country": "NG"}, office.token)
    assert (changed.data["name"], changed.data["country"]) == ("KM", "NG")
    refused = office.ask("PATCH", "/api/v1/organisation", {"accent": "#ffffff"}, office.token)
    assert (refused.status, refused.code) == (422, "field_invalid")
    assert office.ask("PATCH", "/api/v1/organisation", {"slug": "x"}, office.token).status in {400, 422}
    assert office.get("/api/v1/organisation").status == 401
    made = office.post("/api/v1/branches", {"name": "Kumasi"}, office.token)
    assert made.status == 201
    assert [one["name"] for one in office.get("/api/v1/branches", office.student).data] == ["Kumasi"]


def _picture(sort: str, width: int = 900, height: int = 300) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(out, sort)
    return out.getvalue()


@pytest.mark.parametrize("sort", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_is_made_of_any_picture(office: Any, sort: str) -> None:
    body = {"image_base64": base64.b64encode(_picture(sort)).decode()}
    kept = office.ask("PUT", "/api/v1/organisation/logo", body, office.token).data["logo"]
    assert logo_error(kept) is None
    assert len(base64.b64decode(kept)) <= MOST_BYTES
    gone = office.ask("PUT", "/api/v1/organisation/logo", {"image_base64": None}, office.token)
    assert gone.data["logo"] == ""


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", png()[:60], png(8, 8),
     b"%PDF-1.7", b"\x00" * 100],
)  # fmt: skip
def test_what_is_no_picture_is_refused(office: Any, content: bytes) -> None:
    body = {"image_base64": base64.b64encode(content).decode()}
    refused = office.ask("PUT", "/api/v1/organisation/logo", body, office.token)
    assert (refused.status, refused.code) == (422, "logo_invalid")


def test_a_picture_that_claims_to_be_huge_or_is_too_large_is_refused(office: Any) -> None:
    from server.people.institute_routes import made_logo
    from tests.people.pictures import png_that_claims

    for content, said in ((png_that_claims(60_000, 60_000), "PNG, JPEG"), (b"\x89PNG" + b"0" * 5_000_000, "5 MB")):
        with pytest.raises(CampusError, match=said):
            made_logo(content)
    over = {"image_base64": "A" * 7_000_000}
    assert office.ask("PUT", "/api/v1/organisation/logo", over, office.token).status in {413, 422}
    assert office.ask("PUT", "/api/v1/organisation/logo", {"image_base64": "%%"}, office.token).code == "logo_invalid"
    assert office.ask("PUT", "/api/v1/organisation/logo", {"image_base64": None}, office.student).status == 403
