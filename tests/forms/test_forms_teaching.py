"""Dialogs of classes, attendance and marking take what is meant for them, and need the right that is asked of them."""

import pytest

from desktop.shell.watch import Watch
from tests.forms.catalogue import dialogs
from tests.forms.driving import attempt

SLOW = "grading.SupervisorsDialog"
"""Turns a PIN into a hash that takes seconds; the whole run tries it."""
FORMS = [
    form
    for area in ("learning", "attendance", "grading")
    for form in dialogs(area)
    if form.role in {"registrar", "instructor"} and form.name != SLOW
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_takes_what_is_meant_for_it(form, sample):
    with Watch() as watch:
        good = attempt(form, sample.room(form.role), None, None, watch)
    assert good.faults == []
    assert form.refuses or good.verdict in {"taken", "closed"}, str(good)
