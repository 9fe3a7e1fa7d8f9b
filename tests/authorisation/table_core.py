"""What the routes of the core ask for: exchange, conflicts, files, imports, search, health; one line for each."""

from shared.core.sync import PROTOCOL
from shared.people.vocabulary import Permission
from tests.authorisation.rules import PUBLIC, SIGNED_IN, Entry, given, holds

P = Permission
_DROP = given(choices={"held": "drop"})
_IMPORTS = holds(P.PEOPLE_IMPORT)
_TUS = {"tus-resumable": "1.0.0"}
_PIECE = _TUS | {"content-type": "application/offset+octet-stream", "upload-offset": "0"}
_FILE = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="roster.csv"\r\nContent-Type: text/csv\r\n\r\n'
    b"number,first name\r\nS-1,Ama\r\n--x--\r\n"
)
ENTRIES = (
    *(Entry(f"GET {path}", PUBLIC) for path in ("/api/health", "/health/live", "/health/ready")),
    Entry("GET /api/v1/office-certificate", PUBLIC),
    Entry("GET /api/v1/demo/people", PUBLIC),
    Entry("POST /api/v1/batch", PUBLIC, given(requests=[{"method": "GET", "path": "/api/v1/auth/me"}])),
    Entry("GET /api/v1/files/{sha256}", SIGNED_IN, row="random", absent=True),
    Entry("GET /api/v1/files/{sha256}/preview", SIGNED_IN, row="random", absent=True),
    Entry("GET /api/v1/files/{sha256}/copies", SIGNED_IN, row="random", absent=True),
    Entry("POST /api/v1/files/{sha256}/links", SIGNED_IN, row="random", absent=True),
    Entry("GET /api/v1/file-links/{ticket}", PUBLIC, row="random"),
    Entry("POST /api/v1/imports", _IMPORTS, raw=_FILE, headers={"content-type": "multipart/form-data; boundary=x"}),
    Entry("GET /api/v1/imports/journal", holds(P.PEOPLE_IMPORT)),
    Entry("POST /api/v1/imports/journal/{entry_id}/undo", _IMPORTS, row="random", absent=True),
    Entry("GET /api/v1/imports/{upload_id}", _IMPORTS, row="random", absent=True),
    Entry("GET /api/v1/imports/{upload_id}/lines", _IMPORTS, row="random", absent=True),
    Entry("POST /api/v1/imports/{upload_id}/apply", _IMPORTS, given(token="x"), row="random", absent=True),
    Entry("POST /api/v1/imports/{upload_id}/dry-run", _IMPORTS, given(mapping=None), row="random", absent=True),
    Entry("GET /api/v1/jobs/runs", holds(P.BACKUPS_MAKE)),
    Entry("GET /api/v1/notices", SIGNED_IN),
    Entry("GET /api/v1/notices/count", SIGNED_IN),
    Entry("POST /api/v1/notices/read", SIGNED_IN, given(ids=None)),
    Entry("GET /api/v1/search", SIGNED_IN, query="?q=a"),
    Entry(
        "POST /api/v1/sync",
        SIGNED_IN,
        lambda _world, who, rows: {
            "protocol": PROTOCOL,
            "device_id": who.device.id if who.device else rows["random"],
            "install_epoch": 1,
            "commands": [],
        },
    ),
    Entry("POST /api/v1/sync/check", SIGNED_IN, given(cursor={"server_epoch": "x", "seq": 0}, digests=[])),
    Entry("GET /api/v1/sync/conflicts", SIGNED_IN),
    Entry(
        "POST /api/v1/sync/conflicts/{conflict_id}/settle",
        SIGNED_IN,
        given(choices={"held": "drop"}),
        row="random",
        absent=True,
    ),
    Entry("POST /api/v1/sync/deliver", PUBLIC, given()),
    Entry("GET /api/v1/sync/quarantine", holds(P.SETTLE)),
    Entry("POST /api/v1/sync/quarantine", holds(P.SETTLE), given(sealed="QUJD")),
    Entry("POST /api/v1/sync/quarantine/{quarantine_id}/release", holds(P.SETTLE), row="random", absent=True),
    Entry("GET /api/v1/uploads/limits", SIGNED_IN),
    Entry("POST /api/v1/uploads", SIGNED_IN, headers=_TUS, no_proof="a file takes several requests"),
    *(
        Entry(f"{method} /api/v1/uploads/{{upload_id}}", SIGNED_IN, row="random", headers=_PIECE, absent=True)
        for method in ("GET", "PATCH", "DELETE")
    ),
    *(
        Entry(f"POST /api/v1/uploads/{{upload_id}}/{act}", SIGNED_IN, row="random", absent=True)
        for act in ("link", "arrived")
    ),
)
