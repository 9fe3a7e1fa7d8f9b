"""Shows the office's certificate authority, for a desktop to pin after a person has compared its fingerprint."""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter
from starlette.responses import Response

from server.core.office_certificate import fingerprint, office_files, read_authority
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text


class OfficeCertificate(StrictModel):
    """The authority's certificate as PEM, and the fingerprint of its key in groups of four."""

    certificate: str
    fingerprint: str


_EXAMPLE = {
    "certificate": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
    "fingerprint": " ".join(["3F9A", "11C0"] * 8),
}


def office_router(data_dir: Path) -> APIRouter:
    """Return the route; without an office certificate (one machine, plain loopback) it answers 404."""
    router = Router(prefix="/api/v1", tags=["office"])

    @router.get("/office-certificate", openapi_extra=PUBLIC, **described(OfficeCertificate, _EXAMPLE))
    def office_certificate() -> Response:
        """Show the certificate authority that this office's desktops pin."""
        files = office_files(data_dir)
        if not files.authority.exists():
            raise CampusError("not_found", text("This server has no office certificate: it serves one machine alone."))
        authority = read_authority(files)
        told = {
            "certificate": authority.public_bytes(Encoding.PEM).decode(),
            "fingerprint": fingerprint(authority),
        }
        return answer(None, told)

    return router
