"""The one error that people are told."""

from shared.core.errors import CampusError


def test_an_error_shows_its_code_in_a_log_and_its_sentence_to_people():
    error = CampusError("disk_full", "This computer's disk is full. Free some space", {"free": 0})
    assert repr(error) == "CampusError('disk_full', \"This computer's disk is full. Free some space\")"
    assert str(error) == "This computer's disk is full. Free some space"
    assert error.details == {"free": 0}
