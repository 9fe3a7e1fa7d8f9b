"""Unattended set-up: what the command line and the system's file say, and what can't be used."""

from pathlib import Path

import pytest

from desktop.core.set_up import FILE_NAME, code_of, file_text, make_set_up, places, read_set_up
from shared.core.errors import CampusError

PIN = "3f9a11c0" * 8
ADDRESS = "https://192.0.2.2:8620"


def test_a_fingerprint_is_taken_as_people_write_it() -> None:
    groups = " ".join(PIN[at : at + 4].upper() for at in range(0, 64, 4))
    for written in (PIN, PIN.upper(), groups, ":".join(PIN[at : at + 2] for at in range(0, 64, 2)), f" {PIN}\n"):
        assert make_set_up(ADDRESS, written, "KM-Media ").fingerprint == PIN
    made = make_set_up("192.0.2.2:8620/", PIN, "KM-Media")
    assert (made.address, made.institute) == (ADDRESS, "km-media")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((ADDRESS, PIN[:-1]), "64 digits"),
        ((ADDRESS, "z" * 64), "64 digits"),
        ((ADDRESS, ""), "needs the fingerprint"),
        ((ADDRESS, PIN, "km media"), "short name"),
    ],
)
def test_what_cant_be_used_is_told(values: tuple[str, ...], said: str) -> None:
    with pytest.raises(CampusError, match=said) as told:
        make_set_up(*values)
    assert told.value.code == "set_up_invalid"


def test_without_tls_nothing_is_compared() -> None:
    assert make_set_up("http://127.0.0.1:8620").fingerprint == ""


def test_the_code_carries_everything() -> None:
    assert code_of(ADDRESS, PIN, "km") == f"campusdesk:{ADDRESS}?fingerprint={PIN.upper()}&institute=km"
    assert code_of(ADDRESS, None) == f"campusdesk:{ADDRESS}"
    assert make_set_up(ADDRESS, PIN, "km").code == code_of(ADDRESS, PIN, "km")


def test_the_file_that_the_office_copies_is_the_file_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(file_text(ADDRESS, PIN, "km-media") + 'computer = "LAB-07"\n', encoding="utf-8")
    assert read_set_up([tmp_path / "none.toml", path]) == make_set_up(ADDRESS, PIN, "km-media", "LAB-07")
    assert read_set_up([tmp_path / "none.toml"]) is None


@pytest.mark.parametrize("content", ["{", 'fingerprint = "x"', f'server = "{ADDRESS}"', "x" * 70_000])
def test_a_file_that_cant_be_used_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CampusError) as told:
        read_set_up([path])
    assert told.value.code == "set_up_invalid"


def test_the_places_are_the_systems() -> None:
    assert places()
    assert all(place.name == FILE_NAME and place.is_absolute() for place in places())
