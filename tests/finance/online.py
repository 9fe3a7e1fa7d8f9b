"""An institute that takes payments through a gateway on loopback: people, charges, and looks into its books."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from server.core.isolation import acting_for
from server.finance import gateway_refunds, inbox_job, poll_job
from tests.providers.loopback import running
from tests.providers.paystack import SECRET as PAYSTACK_SECRET
from tests.providers.paystack import PaystackHere
from tests.providers.razorpay import KEY_ID, WEBHOOK_SECRET, RazorpayHere
from tests.providers.razorpay import SECRET as RAZORPAY_SECRET
from tests.serving import Answer, TestServer

PAYMENTS, ACCOUNTS = "/api/v1/online-payments", "/api/v1/gateway-accounts"
KEYS = {
    "paystack": {"secret": PAYSTACK_SECRET},
    "razorpay": {"key_id": KEY_ID, "secret": RAZORPAY_SECRET, "webhook_secret": WEBHOOK_SECRET},
}
CURRENCY = {"paystack": "GHS", "razorpay": "INR"}
SECONDS = 60.0
ROLES = {"grace": "administrator", "efua": "bursar", "kwesi": "cashier", "ama": "student", "esi": "student"}


class People(dict[str, str]):
    """The ids of an institute's people by name, each added when first asked for: that costs more than a payment."""

    def __init__(self, server: TestServer) -> None:
        super().__init__()
        self._server = server

    def __missing__(self, name: str) -> str:
        more = {"email": "ama@example.org"} if name == "ama" else {}
        self[name] = self._server.add_person(name, (ROLES[name],), **more)
        return self[name]


class Online:
    """A server's institute with one gateway: grace sets it up, ama and esi pay, kwesi and efua work with money."""

    def __init__(self, server: TestServer, name: str, here: Any) -> None:
        self.server, self.name, self.here = server, name, here
        self.currency = CURRENCY[name]
        server.settings.__dict__.update({f"{name}_base_url": here.base, "gateway_seconds": SECONDS})
        here.now = server.clock.now
        self.people = People(server)
        self._tokens: dict[str, str] = {}
        self.send(f"{ACCOUNTS}/{name}", KEYS[name], "grace", "PUT")
        path = self.send(f"{ACCOUNTS}/{name}/webhook-path", None, "grace").data["path"]
        self.path = str(path)

    def token(self, name: str) -> str:
        """Return the token of someone, signed in when it is first asked for."""
        if name not in self._tokens:
            assert self.people[name]
            self._tokens[name] = self.server.sign_in(name).data["access_token"]
        return self._tokens[name]

    def send(self, path: str, body: Any = None, name: str = "ama", method: str = "POST", **headers: str) -> Answer:
        return self.server.ask(method, path, {} if body is None else body, self.token(name), **headers)

    def get(self, path: str, name: str = "ama") -> Answer:
        return self.server.get(path, self.token(name))

    def charge(self, amount: int = 25_050, name: str = "ama", **more: Any) -> str:
        """Charge a student; returns the charge's id."""
        payload = {"person_id": self.people[name], "what": "Tuition", "amount": amount, "currency": self.currency}
        command = self.server.command("ChargeStudent", self.server.new_id(), {**payload, **more})
        outcome = self.server.do(command, self.server.organisation_id)
        assert outcome.verdict == "applied", outcome
        return outcome.target_id

    def wanted(self, amount: int, *charges: tuple[str, int], name: str = "ama", **more: Any) -> dict[str, Any]:
        parts = [{"entry_id": one, "amount": part} for one, part in charges]
        first = {"person_id": self.people[name], "gateway": self.name, "amount": amount, "currency": self.currency}
        return {**first, "goes_to": parts, **more}

    def begin(self, amount: int, *charges: tuple[str, int], by: str = "ama", **more: Any) -> Answer:
        return self.send(PAYMENTS, self.wanted(amount, *charges, **more), by)

    def begun(self, amount: int = 25_050, **more: Any) -> dict[str, Any]:
        """Charge, and begin to pay all of it."""
        told = self.begin(amount, (self.charge(amount, **more), amount), **more)
        assert told.status == 201, told.json
        return dict(told.data)

    def ask(self, payment: dict[str, Any], name: str = "ama") -> dict[str, Any]:
        return dict(self.send(f"{PAYMENTS}/{payment['id']}/ask", None, name).data)

    def state(self, payment: dict[str, Any]) -> str:
        sql = "SELECT state FROM payment WHERE organisation_id = :o AND id = :id"
        return str(self.rows(sql, id=payment["id"])[0][0])

    def event(self, payment: dict[str, Any], **changed: Any) -> tuple[dict[str, str], bytes]:
        """The webhook that the gateway sends for a payment that was paid."""
        if self.name == "paystack":
            return self.here.webhook(payment["reference"], **changed)  # type: ignore[no-any-return] # the simulator's
        found = next(one for one in self.here.orders.values() if one["receipt"] == payment["reference"])
        paid = next(one for one in self.here.payments.values() if one["order_id"] == found["id"])
        return self.here.webhook({**paid, **changed})  # type: ignore[no-any-return] # the simulator's

    def tell(self, headers: dict[str, str], body: bytes, path: str = "") -> Answer:
        """Let the gateway send a webhook."""
        return self.server.wire.ask("POST", path or self.path, body, headers)

    def work(self) -> None:
        """Let the server's jobs have a turn each."""
        for run in (inbox_job.work_off_for, poll_job.poll_for, gateway_refunds.send_back_for):
            with acting_for(self.server.organisation_id):
                run(self.server.context, self.server.organisation_id)

    def later(self, seconds: float) -> None:
        self.server.clock.advance(seconds)  # type: ignore[attr-defined] # a clock for tests
        self._tokens.clear()

    def rows(self, sql: str, **places: Any) -> list[tuple[Any, ...]]:
        organisation_id = self.server.organisation_id
        with acting_for(organisation_id), self.server.context.database.read() as db:
            return [tuple(row) for row in db.rows(sql, o=organisation_id, **places)]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        sql = "SELECT entry FROM feed_row WHERE organisation_id = :o AND kind = :kind AND deleted = false ORDER BY seq"
        return [orjson.loads(row[0])["body"] for row in self.rows(sql, kind=kind)]

    def balance(self, name: str = "ama") -> int:
        sql = "SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE organisation_id = :o AND person_id = :p"
        return int(self.rows(sql, p=self.people[name])[0][0])

    def entries(self) -> int:
        """How many entries of payments there are; the books agree."""
        assert self.rows("SELECT coalesce(sum(amount), 0) FROM posting WHERE organisation_id = :o") == [(0,)]
        return len(self.rows("SELECT id FROM ledger_entry WHERE organisation_id = :o AND kind = 'payment'"))


@contextmanager
def online(server: TestServer, name: str) -> Iterator[Online]:
    """An institute with a gateway."""
    with running({"paystack": PaystackHere, "razorpay": RazorpayHere}[name]) as here:
        yield Online(server, name, here)
