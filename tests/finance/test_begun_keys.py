"""The keys of online payments that wait for an answer: how long they are kept, and for whom."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.core import api_errors
from desktop.core.connections import disk_full
from desktop.finance.begun_keys import KEPT_FOR, Beginning
from shared.core.errors import CampusError
from tests.desks import TestDesk, make_actor, make_desk

AMA, ESI = "01a1f7f8-3000-7672-874a-d4a8ff8edb70", "01a1f7f8-3000-7672-874a-d4a8ff8edb71"
ASKED: dict[str, Any] = {"person_id": AMA, "gateway": "paystack", "amount": 5, "currency": "GHS", "goes_to": []}
MORE = {**ASKED, "amount": 6}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[TestDesk]:
    made = make_desk(tmp_path, make_actor(AMA, "Ama"))
    yield made
    made.close()


def _reply(status: int, code: str = "") -> api_errors.ApiError:
    return api_errors.from_reply(status, {}, f'{{"error": "No.", "code": "{code}"}}'.encode() if code else b"{}")


def test_a_key_stays_with_its_wish_until_an_answer_came(here: TestDesk) -> None:
    beginning = Beginning(here.desk, AMA)
    key = beginning.key_for({**ASKED})
    unknown = (_reply(503), _reply(409, "repeated"), _reply(429, "too_many_requests"), _reply(401, "signed_out"))
    for problem in (api_errors.no_network(), *unknown, CampusError("x", "")):
        beginning.failed(problem)
    assert beginning.key_for(ASKED) == key
    rung = [beginning.key_for({**ASKED, "phone": {"number": one}}) for one in "12"]
    other = beginning.key_for(MORE)
    assert len({key, *rung, other}) == 3
    again = Beginning(here.desk, AMA)
    assert (again.key_for(MORE), again.key_for(ASKED), again.key_for(MORE)) == (other, key, other)
    again.failed(_reply(429, "too_many_prompts"))
    assert again.key_for(ASKED) == key
    assert again.key_for(MORE) not in {other, key}
    assert Beginning(here.desk, ESI).key_for(ASKED) != key


def test_an_old_key_is_over_and_nothing_is_left_of_answered_ones(here: TestDesk) -> None:
    beginning = Beginning(here.desk, AMA)
    key = beginning.key_for(ASKED)
    here.clock.advance(KEPT_FOR / timedelta(seconds=1) - 1)
    assert beginning.key_for(ASKED) == key
    here.clock.advance(1)
    late = beginning.key_for(ASKED)
    assert late != key
    beginning.answered()
    assert here.store.recall_all("online payment begun") == {}
    assert beginning.key_for(ASKED) != late


def test_without_a_place_for_the_key_nothing_is_begun_and_an_answer_is_told(
    here: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    beginning = Beginning(here.desk, AMA)
    key = beginning.key_for(ASKED)

    def full(*_args: Any, **_more: Any) -> None:
        raise disk_full()

    for write in ("remember", "forget"):
        monkeypatch.setattr(here.store, write, full)
    beginning.answered()
    assert beginning.key_for(ASKED) == key
    with pytest.raises(CampusError) as refused:
        beginning.key_for(MORE)
    assert refused.value.code == "disk_full"
