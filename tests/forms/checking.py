"""What the tests of each area ask of a form: every field with one value that isn't meant for it."""

from __future__ import annotations

from desktop.shell.watch import Watch
from tests.forms.driving import Form
from tests.forms.sample import Sample
from tests.forms.trying import few_tries


def check(form: Form, sample: Sample) -> None:
    """Try a form; each fault fails with the field, the value and what came of it."""
    with Watch() as watch:
        tries = list(few_tries(form, sample.room(form.role), watch))
    assert len(tries) > 1, f"{form.name} has no field to type into"
    faults = [str(done) for done in tries if done.faults]
    assert not faults, "\n".join(faults)
    good = tries[0]
    assert form.refuses or good.verdict in {"taken", "closed"}, f"{form.name} doesn't take good values: {good}"
