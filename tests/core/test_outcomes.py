"""What a command on several rows came to is named the same on both sides."""

from itertools import permutations

import pytest

from desktop.core.outbox import worst
from shared.core.outcome import Outcome, Verdict, most_telling


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ({Verdict.HELD, Verdict.REJECTED}, Verdict.REJECTED),
        ({Verdict.CONFLICT, Verdict.HELD, Verdict.APPLIED}, Verdict.HELD),
        ({Verdict.APPLIED, Verdict.AGREED}, Verdict.AGREED),
        ({Verdict.APPLIED}, Verdict.APPLIED),
    ],
)
def test_a_person_hears_first_of_what_needs_somebody(verdicts, told):
    for order in permutations(verdicts):
        assert most_telling(order) is told
        assert worst(Outcome(command_id="c", target_id=str(at), verdict=one) for at, one in enumerate(order)) == told
