"""The import page's client against the real server: both sides mean the same by every field."""

from dataclasses import dataclass

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.retry import Backoff
from desktop.core.tokens import Tokens
from desktop.core.transport import Reply, Request
from desktop.learning.imports import Choices, RosterImports
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from tests.learning.import_server import LATER
from tests.learning.roster_samples import OFFICE_HEADER, csv_text, institute, office_rows, students


@dataclass
class Bridge:
    """Carries the client's requests to the real server's routes, as bytes."""

    wire: object

    def send(self, request: Request) -> Reply:
        body = request.body if isinstance(request.body, bytes) else b"".join(request.body or ())
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = self.wire.ask(request.method, request.path, body, headers)
        return Reply(answer.status, {}, answer.body)


@pytest.fixture
def imports(server):
    server.add_person("grace", ("registrar",))
    token = server.sign_in("grace").data["access_token"]
    client = ApiClient(Bridge(server.wire), ManualClock(), lambda _seconds: True, Backoff(first=0.0, most=0.0))
    tokens = Tokens(access_token=token, access_expires_at=LATER, refresh_token="r", refresh_expires_at=LATER)
    client.use(tokens, "device", DeviceKey())
    return RosterImports(client, IdMaker(ManualClock()))


def test_a_table_goes_all_the_way_and_back(imports, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(csv_text(OFFICE_HEADER, office_rows(students(12)), ";"), encoding="utf-8", newline="")
    upload = imports.upload(path)
    assert (upload.kind, upload.file_name, upload.separator) == ("table", "list.csv", ";")
    proposed = {column.name: column.field for column in upload.columns}
    assert proposed["Index number"] == "number"
    assert all(column.samples for column in upload.columns)
    labels = {field.name: field.label for field in upload.fields}
    assert {field for field in proposed.values() if field} <= set(labels)

    again = imports.look_again(upload.id, upload.encoding, upload.separator)
    assert again.columns == upload.columns

    mapping = proposed | {"Class": None, "Programme": None}
    choices = Choices(mapping=mapping, encoding=upload.encoding, separator=upload.separator, role="student")
    run = imports.dry_run(upload.id, choices)
    assert (run.rows, run.created, run.changes, run.errors) == (12, 12, 12, ())
    assert run.differences[0].fields["number"] == (None, "000001")

    applied = imports.apply(upload.id, run.token, [])
    assert {name: applied.counts[name] for name in ("created", "updated", "deactivated")} == {
        "created": 12, "updated": 0, "deactivated": 0,
    }  # fmt: skip
    (entry,) = imports.journal()
    assert entry.can_be_undone
    assert (entry.id, entry.file_name, entry.counts["created"]) == (applied.journal_entry_id, "list.csv", 12)

    undone = imports.undo(entry.id)
    assert not undone.counts.get("left_rows")
    assert [one.state for one in imports.journal() if one.id == entry.id] == ["undone"]


def test_errors_and_questions_arrive_as_the_page_shows_them(imports, tmp_path):
    path = tmp_path / "list.csv"
    people = students(12)

    def bring(count, **how):
        text = csv_text(OFFICE_HEADER, office_rows(people[:count]))
        path.write_text(text.replace(people[2].email, "nobody") if how else text, encoding="utf-8", newline="")
        upload = imports.upload(path)
        mapping = {column.name: column.field for column in upload.columns} | {"Class": None, "Programme": None}
        return upload, imports.dry_run(upload.id, Choices(mapping=mapping, **how))

    upload, run = bring(12)
    imports.apply(upload.id, run.token, [])
    upload, run = bring(3, deactivate_missing=True)
    (error,) = run.errors
    assert (error.file, error.line, error.column, error.value) == ("list.csv", 4, "E-mail", "nobody")
    assert "list.csv" in error.sentence
    (ask,) = run.asks
    assert "deactivate" in ask.sentence
    with pytest.raises(CampusError) as refused:
        imports.apply(upload.id, run.token, [])
    assert refused.value.code == "import_not_confirmed"
    applied = imports.apply(upload.id, run.token, [ask.code])
    assert applied.counts["deactivated"] == run.deactivated > 0


def test_a_zip_and_a_file_that_is_none(imports, tmp_path):
    upload = imports.upload(institute().write(tmp_path / "roster.zip"))
    assert upload.kind == "oneroster"
    assert upload.files["users.csv"] == "bulk"
    assert imports.dry_run(upload.id, Choices(deactivate_missing=False)).created > 0
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(CampusError) as refused:
        imports.upload(broken)
    assert "broken.zip" in refused.value.message
