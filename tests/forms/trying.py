"""Which tries a form gets: every value in every field, or a few of them, spread over the forms."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from desktop.shell.watch import Watch
from tests.forms.driving import Form, Try, attempt
from tests.forms.sample import Room, Sample
from tests.forms.values import ALL

_MOST_FIELDS = 40


def tries_of(options: Any, form: Form, sample: Sample, watch: Watch) -> Iterator[Try]:
    """Make the tries that were asked for; a form that doesn't open is a fault."""
    try:
        room = sample.room(form.role)
        if options.good:
            yield attempt(form, room, None, None, watch)
        else:
            yield from few_tries(form, room, watch) if options.few else all_tries(form, room, watch, options.values)
    except Exception:  # noqa: BLE001 - whatever keeps a form from opening is told of it
        yield Try(form.name, "", "opening", "not opened", faults=[traceback.format_exc()[-500:]])


def all_tries(form: Form, room: Room, watch: Watch, names: str = "") -> Iterator[Try]:
    """Try the good values, then each value in each field."""
    yield attempt(form, room, None, None, watch)
    wanted = [one for one in ALL if not names or one.name in names.split(",")]
    for at in range(_MOST_FIELDS):
        for bad in wanted:
            done = attempt(form, room, at, bad, watch)
            if done.verdict == "gone":
                return
            yield done


def few_tries(form: Form, room: Room, watch: Watch) -> Iterator[Try]:
    """Try the good values, then one value in each field, another one in each."""
    yield attempt(form, room, None, None, watch)
    first = crc32(form.name.encode())
    for at in range(_MOST_FIELDS):
        done = attempt(form, room, at, ALL[(first + at) % len(ALL)], watch)
        if done.verdict == "gone":
            return
        yield done
