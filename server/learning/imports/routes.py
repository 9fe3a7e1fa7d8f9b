"""The REST face of imports: upload, dry run, apply, journal and undo."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query, UploadFile
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.learning.imports import columns, messages
from server.learning.imports.importer import Ask, By, Importer, check_may_import
from server.learning.imports.lines import MOST_SHOWN, STATES, page_of
from server.learning.imports.messages import ApplyAsk, DryRunAsk
from server.learning.imports.remembered import Columns, recall, remember
from server.learning.imports.uploads import Upload, Uploads
from server.learning.roster.reading import RosterPreview, inspect_roster
from server.learning.roster.records import FileMode
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text

PREFIX = "/api/v1/imports"
FOLDER = "imports"
_NOT_KEPT = frozenset({"errors", "differences", "notes", "doubles"})
_COHORT = "SELECT code FROM cohort WHERE organisation_id = :o AND id = :id"


def routers(context: Context) -> Sequence[APIRouter]:
    """Return the routes of imports."""
    settings = context.settings
    largest = settings.max_body_bytes_for.get(PREFIX, settings.max_body_bytes)
    uploads = Uploads(settings.data_dir / FOLDER, context.clock, largest)
    importer = Importer(context.database, context.door, context.clock, context.new_id)
    return [
        _journal(context, importer),
        _files(context, uploads),
        _plans(context, uploads, importer),
        _lines(context, uploads),
    ]


def _by(known: CurrentSignIn) -> By:
    # As with every REST write, the commands have no numbers of the device's own.
    return By(known.actor, replace(known.origin, device_id="", install_epoch=1))


def _journal(context: Context, importer: Importer) -> APIRouter:
    router = Router(prefix=f"{PREFIX}/journal", tags=["imports"])
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", response_model=Answer[list[messages.EntryShown]], summary="List imports, the newest first")
    def entries(known: signed_in) -> Response:
        """Show what was imported, by whom, and how it went; an import that runs shows how far it is."""
        return answer(None, importer.entries(known.actor))

    @router.post("/{entry_id}/undo", **described(messages.AppliedShown, messages.APPLIED_EXAMPLE))
    def undo(entry_id: str, known: signed_in) -> Response:
        """Take an import back; what was changed since is listed in `counts.left_rows` and stays."""
        return answer(None, _applied(importer.undo(_by(known), entry_id)))

    return router


def _files(context: Context, uploads: Uploads) -> APIRouter:
    router = Router(prefix=PREFIX, tags=["imports"])
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    shown = described(messages.UploadShown, messages.UPLOAD_EXAMPLE)

    @router.post("", status_code=201, **described(messages.UploadShown, messages.UPLOAD_EXAMPLE))
    def upload(file: UploadFile, known: signed_in) -> Response:
        """Bring a roster in and see what it seems to be; nothing is read in earnest yet. It is kept for a day."""
        check_may_import(known.actor)
        kept = uploads.put(known.actor, file.filename or "", file.file)
        try:
            preview = inspect_roster(kept.path, label=kept.file_name)
        except CampusError:
            uploads.drop(kept)
            raise
        return answer(None, _shown(kept, preview, _recalled(context, known, preview)), created=True)

    @router.get("/{upload_id}", **shown)
    def look_again(
        upload_id: str,
        known: signed_in,
        encoding: Annotated[str | None, Query(max_length=40)] = None,
        separator: Annotated[str | None, Query(max_length=1)] = None,
        sheet: Annotated[str | None, Query(max_length=100)] = None,
    ) -> Response:
        """Look at the columns again, with another encoding, separator or sheet."""
        check_may_import(known.actor)
        kept = uploads.get(known.actor, upload_id)
        preview = _preview(kept, encoding, separator, sheet)
        return answer(None, _shown(kept, preview, _recalled(context, known, preview)))

    return router


def _plans(context: Context, uploads: Uploads, importer: Importer) -> APIRouter:
    router = Router(prefix=PREFIX, tags=["imports"])
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post("/{upload_id}/dry-run", **described(messages.DryRunShown, messages.DRY_RUN_EXAMPLE))
    def dry_run(
        upload_id: str, known: signed_in, ask: Annotated[DryRunAsk, Body(examples=[messages.DRY_RUN_ASK_EXAMPLE])]
    ) -> Response:
        """Work out what the import would change; the database stays as it is."""
        check_may_import(known.actor)
        kept = uploads.get(known.actor, upload_id)
        wanted = _ask(context, known, kept, ask, importer.own_roles(known.actor.organisation_id))
        found = asdict(importer.dry_run(known.actor, wanted, kept.steps))
        plan = {name: value for name, value in found.items() if name not in _NOT_KEPT}
        kept.keep_plan({**plan, "mapping": ask.mapping})
        return answer(None, {name: value for name, value in found.items() if name not in ("steps", "source")})

    @router.post("/{upload_id}/apply", **described(messages.AppliedShown, messages.APPLIED_EXAMPLE))
    def apply(upload_id: str, known: signed_in, ask: ApplyAsk) -> Response:
        """Carry out exactly what the dry run showed, as one journal entry. Asking twice does it once."""
        check_may_import(known.actor)
        kept = uploads.get(known.actor, upload_id)
        plan = kept.plan()
        if plan is None or plan["token"] != ask.token:
            message = text("The dry run that you saw isn't the latest one. Look at the differences again.")
            raise CampusError("stale", message)
        entry = importer.apply(_by(known), kept.file_name, kept.steps, plan, ask.confirmed)
        if plan.get("mapping"):
            used_at = instant_text(context.clock.now())
            context.database.write(lambda db: remember(db, known.actor.organisation_id, plan["mapping"], used_at))
        return answer(None, _applied(entry))

    return router


def _lines(context: Context, uploads: Uploads) -> APIRouter:
    router = Router(prefix=PREFIX, tags=["imports"])
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("/{upload_id}/lines", **described(messages.LinesShown, messages.LINES_EXAMPLE))
    def lines(
        upload_id: str,
        known: signed_in,
        state: Annotated[Literal[STATES] | None, Query()] = None,  # type: ignore[valid-type]  # the words are the log's
        after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_SHOWN)] = 200,
    ) -> Response:
        """Show what the latest dry run makes of each line, a part at a time: those beyond the first `after`."""
        check_may_import(known.actor)
        kept = uploads.get(known.actor, upload_id)
        return answer(None, page_of(kept.lines, state, after, limit))

    return router


def _applied(entry: dict[str, Any]) -> dict[str, Any]:
    return {"journal_entry_id": entry["id"], "counts": entry["counts"]}


def _preview(kept: Upload, encoding: str | None, separator: str | None, sheet: str | None) -> RosterPreview:
    try:
        return inspect_roster(kept.path, label=kept.file_name, sheet=sheet, encoding=encoding, separator=separator)
    except LookupError as reason:
        message = text("{encoding} is not an encoding. Choose another one.", encoding=encoding)
        raise CampusError("roster_mapping_invalid", message) from reason


def _recalled(context: Context, known: CurrentSignIn, preview: RosterPreview) -> tuple[Columns, str] | None:
    """Return what the columns held when such a file was last imported, and when that was."""
    if preview.mapping is None or not preview.mapping.header_line:
        return None
    with context.database.read() as db:
        return recall(db, known.actor.organisation_id, columns.column_names(preview.columns))


def _shown(kept: Upload, preview: RosterPreview, recalled: tuple[Columns, str] | None) -> dict[str, Any]:
    table = preview.mapping is not None
    notes = [asdict(note) for note in preview.notes]
    if recalled is not None:
        words = text("The columns are taken as in the import of {day}. Change what differs.", day=recalled[1][:10])
        notes.append({"file": kept.file_name, "line": None, "code": "mapping_remembered", "sentence": words})
    return {
        "id": kept.id,
        "kind": "table" if table else "oneroster",
        "file_name": kept.file_name,
        "files": preview.files,
        "encoding": preview.encoding,
        "separator": preview.separator,
        "sheets": list(preview.sheets),
        "columns": columns.shown_columns(preview, recalled[0] if recalled else None),
        "fields": columns.shown_fields() if table else [],
        "notes": notes,
    }


def _ask(context: Context, known: CurrentSignIn, kept: Upload, ask: DryRunAsk, own_roles: Mapping[str, str]) -> Ask:
    options = ask.options
    preview = _preview(kept, ask.encoding, ask.separator, ask.sheet)
    given = {
        "encoding": ask.encoding,
        "separator": ask.separator,
        "role": options.role,
        "cohort_code": _cohort_code(context, known, options.cohort_id) if options.cohort_id else None,
        "mode": FileMode.BULK if options.deactivate_missing else None,
        "own_roles": own_roles,
    }
    recalled = None if ask.mapping is not None else _recalled(context, known, preview)
    mapping = columns.mapping_of(preview, recalled[0] if recalled else ask.mapping, given)
    answers = (options.doubles, options.other_doubles)
    wanted = columns.options_of(mapping, options.deactivate_missing, options.cohort_id, *answers)
    return Ask(kept.path, kept.file_name, mapping, wanted)


def _cohort_code(context: Context, known: CurrentSignIn, cohort_id: str) -> str:
    with context.database.read() as db:
        found = db.one(_COHORT, o=known.actor.organisation_id, id=cohort_id)
    if found is None:
        raise CampusError("not_found", text("There is no such cohort."))
    return str(found[0])
