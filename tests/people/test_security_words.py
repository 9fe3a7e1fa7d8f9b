"""The words of the security log, the country of an address, and who is told what ended a sign-in."""

from pathlib import Path
from typing import Any

import pytest

from desktop.people.security_words import end_words, kind_tone, kind_words, what_words
from server.core.auth import sign_in_refused
from server.people.address_ranges import Ranges, read_ranges
from shared.core.errors import CampusError
from shared.people.security import SUSPICIOUS_ENDS, EndReason, SecurityKind


def test_each_kind_has_words_of_its_own() -> None:
    words = kind_words()
    assert set(words) == set(SecurityKind)
    assert len(set(words.values())) == len(words)
    assert {kind_tone(kind) for kind in SecurityKind} == {"bad", "warn", "neu"}


def test_each_end_has_words_and_its_device_is_told_why() -> None:
    told = {reason: sign_in_refused(reason) for reason in EndReason}
    assert all(end_words(reason) for reason in EndReason if reason != EndReason.SIGNED_OUT)
    assert end_words("unheard of") == ""
    sentences = [error.message for error in told.values()]
    assert len(set(sentences)) == len(sentences)
    assert told[EndReason.TOO_MANY].code == "signed_out"
    assert told[EndReason.TOO_MANY].details == {"reason": "too_many"}
    assert told[EndReason.TOKEN_REUSED].code == "token_reused"
    assert set(EndReason) > SUSPICIOUS_ENDS


@pytest.mark.parametrize(
    ("kind", "details", "words"),
    [
        ("signed_in", {"device": "LAB-07", "new_device": 1, "new_country": 1}, "LAB-07, new device, new country"),
        ("signed_in", {"device": "LAB-07", "new_device": 0}, "LAB-07"),
        ("roles_changed", {"from": "student", "to": ""}, "Student to none"),
        ("roles_changed", {"from": "", "to": "cashier, night_desk"}, "none to Cashier, Night desk"),
        ("state_changed", {"from": "active", "to": "suspended"}, "Active to Suspended"),
        ("access_denied", {"request": "GET /api/v1/users", "code": "not_allowed"}, "GET /api/v1/users"),
        ("exported", {"what": "security_log", "rows": 3}, "security_log, 3 rows"),
        ("device_lost", {"device": "LAB-07", "reason": "Stolen"}, "LAB-07, Stolen"),
        ("locked_out", {"tries": 5}, "try 5"),
        ("sign_in_ended", {"reason": "too_many"}, "signed in on too many computers"),
        ("unlocked", {}, ""),
    ],
)
def test_a_line_tells_what_is_known(kind: str, details: dict[str, Any], words: str) -> None:
    assert what_words({"kind": kind, "details": details}, {"night_desk": "Night desk"}) == words


def _file(folder: Path, content: str) -> Path:
    path = folder / "ranges.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_country_is_known_from_the_file_alone(tmp_path: Path) -> None:
    ranges = read_ranges(_file(tmp_path, "102.88.0.0/16,ng\n\n# a note\n41.66.192.0/18, GH\n2001:db8::/32,KE\n"))
    known = {
        "41.66.192.0": "GH", "41.66.255.255": "GH", "41.67.0.0": None, "41.66.191.255": None, "102.88.1.2": "NG",
        "::ffff:102.88.1.2": "NG", "2001:db8::1": "KE", "2001:db9::1": None, "192.168.1.1": None, "": None,
        "nonsense": None, "255.255.255.255": None, "1.0.0.0": None,
    }  # fmt: skip
    assert {address: ranges.country(address) for address in known} == known
    assert Ranges().country("41.66.192.0") is None
    assert read_ranges(None) == Ranges()


@pytest.mark.parametrize("line", ["nonsense,GH", "41.66.192.0/18", "41.66.192.1/18,GH", "41.66.192.0/18,Ghana", "x"])
def test_a_file_of_ranges_with_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(CampusError) as refused:
        read_ranges(_file(tmp_path, f"102.88.0.0/16,NG\n{line}\n"))
    assert refused.value.code == "settings_invalid"
    assert "line 2" in refused.value.message
    with pytest.raises(CampusError):
        read_ranges(tmp_path / "nowhere.csv")
