"""Makes the store of files that the settings name: a folder, a bucket, or Cloudinary."""

from server.core.cloudinary_store import CloudinaryPlace, CloudinaryStore
from server.core.file_store import FileStore, FolderStore
from server.core.s3_store import S3Place, S3Store
from server.core.settings import Settings
from shared.core.errors import CampusError
from shared.core.text import text


def make_file_store(settings: Settings) -> FileStore:
    """Return the store. Raises CampusError `settings_invalid` that names each setting it misses."""
    if settings.file_store == "s3":
        _need(settings, "s3_bucket", "s3_access_key", "s3_secret_key")
        return S3Store(
            S3Place(
                endpoint=settings.s3_endpoint,
                bucket=settings.s3_bucket,
                region=settings.s3_region,
                access_key=_secret(settings, "s3_access_key"),
                secret_key=_secret(settings, "s3_secret_key"),
                certificate_file=settings.s3_certificate_file,
                cdn=settings.files_cdn_url,
            )
        )
    if settings.file_store == "cloudinary":
        _need(settings, "cloudinary_cloud", "cloudinary_api_key", "cloudinary_api_secret")
        return CloudinaryStore(
            CloudinaryPlace(
                address=settings.cloudinary_url,
                cloud=settings.cloudinary_cloud,
                api_key=_secret(settings, "cloudinary_api_key"),
                api_secret=_secret(settings, "cloudinary_api_secret"),
                algorithm=settings.cloudinary_algorithm,
            )
        )
    return FolderStore(settings.files_path / "stored")


def _secret(settings: Settings, name: str) -> str:
    return str(getattr(settings, name).get_secret_value())


def _need(settings: Settings, *names: str) -> None:
    missing = [name for name in names if not getattr(settings, name)]
    if missing:
        message = text("The store of files needs these settings, too: {names}.", names=", ".join(missing))
        raise CampusError("settings_invalid", message, {"missing": missing})
