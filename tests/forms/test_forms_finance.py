"""Bad input in every field of the forms of the money: kept as typed, or refused by a sentence."""

import pytest

from tests.forms.catalogue import dialogs
from tests.forms.checking import check


@pytest.mark.parametrize("form", dialogs("finance"), ids=lambda form: form.name)
def test_no_form_takes_fright_at_what_is_typed(form, sample):
    check(form, sample)
