"""Stores of files on other machines: the same promise as the folder's, over real signatures and a bad line."""

import hashlib
import os
from datetime import timedelta

import pytest

from server.core.cloudinary_store import CloudinaryPlace, CloudinaryStore, signature
from server.core.file_store import FolderStore
from server.core.file_stores import make_file_store
from server.core.s3_store import S3Place, S3Store
from shared.core.errors import CampusError
from tests.providers.cloudinary import running_cloudinary
from tests.providers.s3 import running_s3
from tests.serving import server_settings

CONTENT = b"the whole of it " * 9_000
HASH = hashlib.sha256(CONTENT).hexdigest()
AWAY = "server.core.remote_files: WARNING: The store of files can't be used"
OF = "01a1f7f8-3000-7672-874a-d4a8ff8edb60"


@pytest.fixture
def s3():
    with running_s3() as told:
        yield told


def _s3_store(address, secret="s3cr3t/of+the-test", bucket="campus", key="AKIDTEST"):
    return S3Store(S3Place(address, bucket, "us-east-1", key, secret))


@pytest.fixture(params=["folder", "s3", "cloudinary"])
def store(request, tmp_path):
    if request.param == "folder":
        yield FolderStore(tmp_path / "stored")
    elif request.param == "s3":
        with running_s3() as (address, _bucket):
            told = {"s3_endpoint": address, "s3_bucket": "campus", "s3_access_key": "AKIDTEST"}
            yield make_file_store(
                server_settings(tmp_path, file_store="s3", s3_secret_key="s3cr3t/of+the-test", **told)
            )
    else:
        with running_cloudinary() as (address, _cloud):
            told = {"cloudinary_url": address, "cloudinary_cloud": "campus", "cloudinary_api_key": "1234"}
            yield make_file_store(
                server_settings(tmp_path, file_store="cloudinary", cloudinary_api_secret="abcd", **told)
            )


@pytest.fixture
def part(tmp_path):
    path = tmp_path / "finished.part"
    path.write_bytes(CONTENT)
    return path


def test_a_store_keeps_what_is_put_and_twice_is_once(store, part):
    assert not store.exists(OF, HASH)
    with pytest.raises(FileNotFoundError):
        store.open(OF, HASH)
    with pytest.raises(FileNotFoundError):
        store.size(OF, HASH)
    store.put(OF, HASH, part)
    store.put(OF, HASH, part)
    assert store.exists(OF, HASH)
    assert not store.exists(OF.replace("6", "7"), HASH)
    assert store.size(OF, HASH) == len(CONTENT)
    with store.open(OF, HASH) as file:
        file.seek(100_000)
        assert file.read(50) == CONTENT[100_000:100_050]
        file.seek(-7, os.SEEK_END)
        assert file.read() == CONTENT[-7:]
        assert file.read() == b""
        file.seek(0)
        assert file.read() == CONTENT
    store.remove(OF, HASH)
    store.remove(OF, HASH)
    assert not store.exists(OF, HASH)


def test_a_large_file_goes_in_parts_and_comes_whole(s3, tmp_path):
    address, bucket = s3
    content = os.urandom(1 << 20) * 17
    part = tmp_path / "large.part"
    part.write_bytes(content)
    name = hashlib.sha256(content).hexdigest()
    store = _s3_store(address)
    store.put(OF, name, part)
    assert [len(parts) for parts in bucket.uploads.values()] == [2]
    with store.open(OF, name) as file:
        assert file.read() == content
    assert bucket.refused == ["NoSuchKey"], "asked once whether it is there"


def test_names_are_ours_and_nobody_is_asked_twice_for_the_same(s3, part):
    address, bucket = s3
    store = _s3_store(address)
    store.put(OF, HASH, part)
    assert list(bucket.objects) == [f"{OF}/{HASH[:2]}/{HASH}"]
    store.put(OF, HASH, part)
    assert sum(line.startswith("PUT") for line in bucket.asked) == 1


@pytest.mark.parametrize("wrong", [{"secret": "another"}, {"key": "AKIDOTHER"}, {"bucket": "elsewhere"}])
def test_a_store_that_refuses_us_is_away_and_says_so(s3, part, wrong, expect_log):
    expect_log(AWAY)
    address, bucket = s3
    with pytest.raises(CampusError) as told:
        _s3_store(address, **wrong).put(OF, HASH, part)
    assert told.value.code == "file_store_away"
    assert told.value.details == {"retry_after": 60}, "the reason is for the log"
    assert bucket.objects == {}


@pytest.mark.parametrize("fault", ["cut", "html", "redirect", "429"])
def test_a_bad_line_is_no_missing_file(s3, part, fault, expect_log):
    expect_log(AWAY)
    if fault == "cut":
        expect_log("urllib3.connectionpool: WARNING: Retrying")
    address, bucket = s3
    store = _s3_store(address)
    store.put(OF, HASH, part)
    bucket.faults += [fault] * 8
    with pytest.raises(CampusError) as told:
        store.exists(OF, HASH)
    assert told.value.code == "file_store_away"
    bucket.faults.clear()
    assert store.exists(OF, HASH)


def test_a_clock_that_is_wrong_is_told_as_away(s3, part, expect_log):
    expect_log(AWAY)
    address, bucket = s3
    bucket.offset = timedelta(minutes=20)
    with pytest.raises(CampusError) as told:
        _s3_store(address).put(OF, HASH, part)
    assert told.value.code == "file_store_away"
    assert bucket.refused == ["RequestTimeTooSkewed"] * len(bucket.refused)


def test_settings_that_are_missing_are_named(tmp_path):
    with pytest.raises(CampusError) as told:
        make_file_store(server_settings(tmp_path, file_store="s3", s3_bucket="campus"))
    assert told.value.details == {"missing": ["s3_access_key", "s3_secret_key"]}
    with pytest.raises(CampusError) as told:
        make_file_store(server_settings(tmp_path, file_store="cloudinary"))
    assert told.value.details["missing"][0] == "cloudinary_cloud"


@pytest.mark.parametrize("address", ["s3.example.org", "ftp://s3.example.org", "https://", "https://a.example/path"])
def test_an_address_that_is_none_is_said(address):
    with pytest.raises(CampusError) as told:
        _s3_store(address)
    assert told.value.code == "settings_invalid"


def test_calls_to_cloudinary_are_signed_by_its_rule():
    """The vector that Cloudinary publishes."""
    told = {
        "eager": "w_400,h_300,c_pad|w_260,h_200,c_crop",
        "public_id": "sample_image",
        "timestamp": "1315060510",
        "api_key": "1234",
        "empty": "",
    }
    assert signature(told, "abcd") == "bfd09f95f331f558cbd1320e67aa8d488770583e"
    assert signature({"a": "1&b=2"}, "abcd") != signature({"a": "1", "b": "2"}, "abcd")


@pytest.mark.parametrize("wrong", ["secret", "key", "clock", "forged"])
def test_cloudinary_refuses_and_is_not_believed_blindly(part, wrong, expect_log):
    expect_log(AWAY)
    with running_cloudinary() as (address, cloud):
        cloud.ahead = 4_000.0 if wrong == "clock" else 0.0
        cloud.forge_answers = wrong == "forged"
        secret = "another" if wrong == "secret" else "abcd"
        store = CloudinaryStore(CloudinaryPlace(address, "campus", "9" if wrong == "key" else "1234", secret))
        with pytest.raises(CampusError) as told:
            store.put(OF, HASH, part)
        assert told.value.code == "file_store_away"
        assert bool(cloud.assets) == (wrong == "forged")
