"""Two tills, and installs that are cloned, renewed and restored: no number is ever printed by two of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.errors import CampusError
from shared.finance.till_rules import Install, check_till, receipt_number, series_code

_STEPS = st.lists(st.sampled_from(["print", "print", "renew", "wipe", "clone back"]), max_size=30)


class _Desk:
    """An install as the server and its own store know it; the server gives each install a series."""

    def __init__(self, name, server):
        self.install, self._server = Install(name, 1), server
        self.till, self.last = server.ask(self.install), 0

    def do(self, step):
        if step == "renew":  # the server saw a number reused and renewed the install
            self.install = Install(self.install.device_id, self.install.install_epoch + 1)
        elif step == "wipe":
            self.till, self.last = self._server.ask(self.install), 0
        elif step == "clone back":  # an older copy of the store: it counts on from there until it is renewed
            self.install = Install(self.install.device_id, self.install.install_epoch + 1)
            self.last = max(0, self.last - 3)
        else:
            return self._print()
        return None

    def _print(self):
        try:
            check_till(self.till, self.install, "2026-11-20")
        except CampusError:
            self.till, self.last = self._server.ask(self.install), 0
        self.last += 1
        return receipt_number(self.till["code"], self.last)


class _Server:
    def __init__(self):
        self.tills = []

    def ask(self, install):
        for one in self.tills:
            if one["device_id"] == install.device_id:
                one["state"] = "closed"
        till = {
            "name": "Till", "state": "active", "code": series_code(len(self.tills) + 1), "valid_from": "2026-01-01",
            "valid_to": "2027-01-01", **install._asdict(),
        }  # fmt: skip
        self.tills.append(till)
        return till


@settings(max_examples=150, deadline=None)
@given(_STEPS, _STEPS)
def test_no_number_is_printed_twice(first, second):
    server = _Server()
    desks = (_Desk("d1", server), _Desk("d2", server))
    printed = []
    for desk, steps in zip(desks, (first, second), strict=True):
        printed += [number for step in steps if (number := desk.do(step))]
    assert len(set(printed)) == len(printed)
