"""Taking turns: one at a time for a key, side by side for different ones, and nothing left behind."""

import asyncio

import pytest

from server.core.turns import Turns


def test_one_key_one_at_a_time_and_different_keys_side_by_side():
    turns, inside, most = Turns(), {"a": 0, "b": 0}, {"a": 0, "b": 0, "both": 0}

    async def visit(key):
        async with turns.of(key):
            inside[key] += 1
            most[key] = max(most[key], inside[key])
            most["both"] = max(most["both"], inside["a"] + inside["b"])
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            inside[key] -= 1

    async def all_of_them():
        await asyncio.gather(*(visit(key) for key in "aabbaabb"))

    asyncio.run(all_of_them())
    assert most == {"a": 1, "b": 1, "both": 2}
    assert turns._locks == turns._wanting == {}


def test_who_fails_inside_or_gives_up_waiting_lets_the_next_one_in():
    turns = Turns()

    async def story():
        with pytest.raises(ValueError, match="inside"):
            async with turns.of("a"):
                raise ValueError("inside")
        async with turns.of("a"):
            impatient = asyncio.create_task(turns.of("a").__aenter__())
            await asyncio.sleep(0)
            impatient.cancel()
            await asyncio.gather(impatient, return_exceptions=True)
        async with turns.of("a"):
            pass

    asyncio.run(story())
    assert turns._locks == turns._wanting == {}
