"""Each event a hundred times at once, with several at work on it: one entry; the long run is a command."""

import pytest

from tests.finance.replays import GATEWAYS, measured
from tests.fixtures.noise import ExpectLog
from tests.serving import TestServer


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_hundred_at_once_are_one(new_institute: TestServer, gateway: str, expect_log: ExpectLog) -> None:
    expect_log("isn't signed")
    told = measured(new_institute, gateway, times=1, forged=8)
    assert (told.sent, told.taken, told.entries, told.refused) == (100, 1, 1, 8)
