"""The sample's proof of a transfer: a student's picture of a slip, which waits for somebody's word."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from server.core.context import Context
from server.core.file_stores import make_file_store
from server.core.isolation import acting_for
from server.core.upload_book import STORED, UploadAsk, UploadBook
from server.demo import money
from server.demo.plan import SamplePlan
from server.demo.seeder import Seeder, actor_of
from shared.core.ids import derived_id

_FILE = Path(__file__).resolve().parents[2] / "resources" / "sample" / "transfer-slip.png"
_AMOUNT = 175_000


def put_proof(seeder: Seeder, now: datetime) -> None:
    """Let the first student show a transfer; its picture comes with `put_slip`."""
    student, content = seeder.plan.students[0], _FILE.read_bytes()
    at = now - timedelta(hours=20)
    payload = {"person_id": student.id, "amount": _AMOUNT, "currency": money.CURRENCY, "bank": "Sample Bank",
               "paid_on": at.date().isoformat(), "reference": "S-0001 TUITION", "file_name": _FILE.name,
               "file_kind": "png", "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip
    made = seeder.at(at, "SendProof", derived_id("sample-proof", student.id), payload)
    seeder.send(seeder.actor(student), [made], "Lab 2, place 4")


def put_slip(context: Context, organisation_id: str, plan: SamplePlan) -> None:
    """Keep the picture of the slip as one that the student brought in."""
    content = _FILE.read_bytes()
    ask = UploadAsk(_FILE.name, len(content), hashlib.sha256(content).hexdigest())
    book = UploadBook(context.database, context.settings, context.clock, context.new_id)
    with acting_for(organisation_id):
        upload = book.begin(actor_of(plan, organisation_id, plan.students[0]), ask)
        book.part(upload).write_bytes(content)
        make_file_store(context.settings).put(organisation_id, upload.sha256, book.part(upload))
        book.announced(book.settle(upload, STORED))
        book.clear(upload)
