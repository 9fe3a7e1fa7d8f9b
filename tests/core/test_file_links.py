"""Links to files: who gets one, what opens, what is refused, and what stores on other machines make of them."""

import base64
import json
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from server.core.cloudinary_store import CloudinaryPlace, CloudinaryStore
from server.core.file_links import PATH, FileLinks
from server.core.file_rights import StoredFile
from server.core.file_store import FolderStore
from server.core.isolation import acting_for
from server.core.keys import Keys
from server.core.s3_store import S3Place, S3Store
from server.core.settings import load_settings
from server.core.tokens import Claims
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from tests.core.file_kinds import PDF
from tests.core.uploads import Caller, sha
from tests.providers.cloudinary import running_cloudinary
from tests.providers.s3 import running_s3

ESSAY = PDF + bytes(range(32, 127)) * 300
HASH = sha(ESSAY)
MAKE = f"/api/v1/files/{HASH}/links"
OF = "01a1f7f8-3000-7672-874a-d4a8ff8edb60"
NAMED = {"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="a.pdf"'}
LIFE = timedelta(minutes=5)


def brought(trial, server):
    """Someone whose file is stored, and who may have it."""
    caller = Caller.of(server, "ama", roles=("student",))
    assert caller.bring("essay.pdf", ESSAY).status == 204
    trial.readers[HASH] = {caller.person_id}
    return caller


@pytest.fixture
def ama(trial, server):
    return brought(trial, server)


@pytest.fixture
def ato(trial, sqlite_server):
    """The same on SQLite alone, for what the database has no part in."""
    return brought(trial, sqlite_server)


def link_of(caller):
    told = caller.ask("POST", MAKE)
    assert told.status == 201, told.body
    assert told.headers["cache-control"] == "no-store"
    return told.data["url"]


def opened(server, url, **headers):
    """As a browser asks that knows nothing of a sign-in."""
    return server.wire.ask("GET", url, headers=headers)


def test_a_link_opens_the_file_without_a_sign_in(ama):
    url = link_of(ama)
    assert url.startswith(f"{PATH}/")
    told = opened(ama.server, url)
    assert (told.status, told.body) == (200, ESSAY)
    assert told.headers["content-disposition"] == f'attachment; filename="{HASH[:12]}.pdf"'
    assert told.headers["cache-control"] == "private, no-cache"
    part = opened(ama.server, url, range="bytes=10-19")
    assert (part.status, part.body) == (206, ESSAY[10:20])
    head = ama.server.wire.ask("HEAD", url)
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(ESSAY)))


def test_a_link_is_made_for_whoever_may_have_the_file(ama):
    kofi = Caller.of(ama.server, "kofi", roles=("administrator",))
    assert (kofi.ask("POST", MAKE).status, kofi.ask("POST", MAKE).code) == (404, "not_found")
    assert ama.server.wire.ask("POST", MAKE).status == 401
    assert ama.ask("POST", "/api/v1/files/nonsense/links").status == 404


def test_a_link_ends(ato):
    told = ato.ask("POST", MAKE).data
    assert told["expires_at"] == instant_text(ato.server.clock.now() + LIFE)
    ato.server.clock.advance(299)
    assert opened(ato.server, told["url"]).status == 200
    ato.server.clock.advance(2)
    late = opened(ato.server, told["url"])
    assert (late.status, late.code) == (410, "link_over")


def test_a_link_that_was_altered_opens_nothing(ato):
    ticket = link_of(ato).removeprefix(f"{PATH}/")
    whole = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
    proof, said = whole[:32], orjson.loads(whole[32:])
    longer = [*said[:-1], said[-1] + 3_600]
    other = [*said[:4], sha(b"another"), said[5]]
    forged = [base64.urlsafe_b64encode(proof + orjson.dumps(one)).decode().rstrip("=") for one in (longer, other)]
    letters = [f"{ticket[:at]}{'A' if ticket[at] != 'A' else 'B'}{ticket[at + 1 :]}" for at in range(0, len(ticket), 7)]
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    ends = [ticket[:-1] + one for one in last if one != ticket[-1]]
    for odd in (*forged, *letters, *ends, ticket[:-4], f"{ticket}A", f"{ticket}=", "x", "%20", "A" * 2_000, "ü"):
        told = opened(ato.server, f"{PATH}/{odd}")
        assert (told.status, told.code) == (403, "file_link_invalid"), odd


def test_a_link_of_another_server_opens_nothing(ato, tmp_path):
    context = ato.server.context
    other = FileLinks(context.settings, Keys.made(), context.clock, FolderStore(tmp_path))
    file = StoredFile(ato.server.organisation_id, HASH, "pdf", len(ESSAY), "none")
    url = other.made(Claims(ato.server.organisation_id, ato.person_id, "a", "b", ()), file)["url"]
    assert opened(ato.server, url).code == "file_link_invalid"


def test_whoever_lost_the_right_or_the_sign_in_has_lost_the_link(ama, trial):
    url = link_of(ama)
    trial.readers[HASH] = set()
    assert opened(ama.server, url).code == "not_found"
    trial.readers[HASH] = {ama.person_id}
    assert opened(ama.server, url).status == 200
    end = "UPDATE person SET state = 'suspended' WHERE organisation_id = :o AND id = :p"
    back = "UPDATE person SET state = 'active' WHERE organisation_id = :o AND id = :p"
    organisation_id = ama.server.organisation_id
    with acting_for(organisation_id):
        ama.server.context.database.write(lambda db: db.run(end, o=organisation_id, p=ama.person_id))
    assert opened(ama.server, url).code == "suspended"
    with acting_for(organisation_id):
        ama.server.context.database.write(lambda db: db.run(back, o=organisation_id, p=ama.person_id))
    assert ama.ask("POST", "/api/v1/auth/sign-out").status in {200, 204}
    assert opened(ama.server, url).code == "signed_out"


def test_another_institutes_sign_in_beside_the_link_changes_nothing(ama):
    url = link_of(ama)
    server = ama.server
    elsewhere = server.add_organisation("other", "Other Institute")
    server.add_person("esi", organisation_id=elsewhere)
    server.slug = "other"
    token = server.sign_in("esi").data["access_token"]
    assert opened(server, url, authorization=f"Bearer {token}").body == ESSAY


def test_the_log_does_not_keep_what_opens_a_file(ato, caplog):
    url = link_of(ato)
    with caplog.at_level("INFO", "campusdesk.access"):
        opened(ato.server, url)
    assert f"{PATH}/-" in caplog.text
    assert url not in caplog.text


def test_with_a_cdn_links_begin_with_its_address_and_may_be_kept_as_long(ato):
    ato.server.settings.__dict__["files_cdn_url"] = "https://cdn.example.org"
    url = link_of(ato)
    assert url.startswith(f"https://cdn.example.org{PATH}/")
    ato.server.clock.advance(100)
    told = opened(ato.server, url.removeprefix("https://cdn.example.org"))
    assert told.headers["cache-control"] == "public, max-age=200"


@pytest.mark.parametrize("address", ["http://cdn.example.org", "cdn.example.org", "https://a@b", "https://a/?b"])
def test_an_address_of_a_cdn_that_is_none_is_said(address, tmp_path):
    with pytest.raises(CampusError) as told:
        load_settings(given={"data_dir": tmp_path, "files_cdn_url": address})
    assert list(told.value.details["faults"]) == ["files_cdn_url"]


def test_the_address_of_a_cdn_has_no_slash_at_its_end(tmp_path):
    settings = load_settings(given={"data_dir": tmp_path, "files_cdn_url": "https://cdn.example.org/files/"})
    assert settings.files_cdn_url == "https://cdn.example.org/files"


# ------------------------------------------------------------------------------------- stores on other machines


@pytest.fixture
def part(tmp_path):
    path = tmp_path / "essay.part"
    path.write_bytes(ESSAY)
    return path


def fetched(url, headers=None):
    """What any browser does with a link: its status and the content."""
    asked = urllib.request.Request(url, headers=headers or {})  # noqa: S310 - on loopback
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - on loopback
            return answer.status, answer.read()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.read()


def test_the_buckets_link_opens_until_it_ends_and_not_altered(part):
    with running_s3() as (address, bucket):
        store = S3Store(S3Place(address, "campus", "us-east-1", "AKIDTEST", "s3cr3t/of+the-test"))
        store.put(OF, HASH, part)
        url = store.link(OF, HASH, LIFE, NAMED)
        assert fetched(url) == (200, ESSAY)
        asked = parse_qs(urlsplit(url).query)
        assert asked["X-Amz-Expires"] == ["300"]
        assert asked["response-content-type"] == ["application/pdf"]
        assert fetched(url.replace("X-Amz-Expires=300", "X-Amz-Expires=900"))[0] == 403
        assert fetched(url.replace(HASH, sha(b"other")))[0] == 403
        assert fetched(url.replace("a.pdf", "a.html"))[0] == 403
        bucket.offset = timedelta(minutes=6)
        assert fetched(url)[0] == 403
        assert bucket.refused[-1] == "AccessDenied"


def test_a_cdn_before_a_bucket_asks_with_the_same_path_and_proof(part):
    with running_s3() as (address, _bucket):
        place = {
            "bucket": "campus",
            "region": "us-east-1",
            "access_key": "AKIDTEST",
            "secret_key": "s3cr3t/of+the-test",
        }
        store = S3Store(S3Place(address, **place, cdn="https://cdn.example.org"))
        store.put(OF, HASH, part)
        url = store.link(OF, HASH, LIFE, NAMED)
        assert url.startswith(f"https://cdn.example.org/campus/{OF}/{HASH[:2]}/{HASH}?")
        assert fetched(url.replace("https://cdn.example.org", address)) == (200, ESSAY), "under the store's own name"


def test_cloudinarys_link_opens_until_it_ends_and_not_altered(part):
    with running_cloudinary() as (address, cloud):
        # No word that a digest in the link could hold by chance.
        cloud.secret = "a-secret-of-the-test"
        store = CloudinaryStore(CloudinaryPlace(address, "campus", "1234", cloud.secret))
        store.put(OF, HASH, part)
        url = store.link(OF, HASH, LIFE, NAMED)
        assert fetched(url) == (200, ESSAY)
        assert cloud.secret not in url, "the secret stays here"
        ends = parse_qs(urlsplit(url).query)["expires_at"][0]
        assert fetched(url.replace(ends, str(int(ends) + 900)))[0] == 401
        assert fetched(url.replace(HASH, sha(b"other")))[0] == 401
        cloud.ahead = 301.0
        status, said = fetched(url)
        assert (status, json.loads(said)["error"]["message"]) == (401, "Link expired")


def test_a_route_hands_the_stores_own_link_on(ato, monkeypatch, part):
    with running_s3() as (address, _bucket):
        store = S3Store(S3Place(address, "campus", "us-east-1", "AKIDTEST", "s3cr3t/of+the-test"))
        store.put(ato.server.organisation_id, HASH, part)
        monkeypatch.setattr(FolderStore, "link", lambda _self, *asked: store.link(*asked))
        assert fetched(link_of(ato)) == (200, ESSAY)
