"""A failure domain in an S3-compatible store: write-once, locked where the settings say so.

Some stores take object lock and ignore it in silence, so retention and legal hold are read back
each time; a copy without them does not count. Signature version 4.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from media_relay.domains import unavailable
from media_relay.settings import S3Store
from media_relay.vault import Shelf, place_of
from schemas.problems import Kind, MzError
from schemas.time import now_ms, utc

_GONE = {"404", "NoSuchKey", "NotFound"}
_EXISTS = {"412", "PreconditionFailed"}
_NO_CONDITIONS = {"501", "NotImplemented", "InvalidArgument"}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LOCK_SLACK = timedelta(minutes=5)


class S3Domain:
    """Files as objects of one bucket, `PREFIX/` and their path in every domain."""

    def __init__(self, name: str, bucket: str, prefix: str, store: S3Store) -> None:
        self.name, self._bucket, self._prefix, self._store = name, bucket, prefix, store
        self._client: Any = None

    def _s3(self) -> Any:
        """Return the client; made at first use, so that a store that is away stops nothing."""
        if self._client is None:
            try:
                self._client = boto3.client(
                    "s3",
                    endpoint_url=self._store.endpoint or None,
                    region_name=self._store.region,
                    aws_access_key_id=_secret(self._store.access_key_file),
                    aws_secret_access_key=_secret(self._store.secret_key_file),
                    config=Config(
                        signature_version="s3v4", connect_timeout=5, read_timeout=30,
                        retries={"max_attempts": 2, "mode": "standard"},
                        s3={"addressing_style": "path"},
                    ),
                )  # fmt: skip
            except (OSError, BotoCoreError, ValueError) as error:
                raise unavailable(self.name, type(error).__name__) from error
        return self._client

    def _at(self, shelf: Shelf, sha256: str) -> dict[str, str]:
        prefix = f"{self._prefix}/" if self._prefix else ""
        return {"Bucket": self._bucket, "Key": prefix + place_of(shelf, sha256)}

    def put(self, shelf: Shelf, sha256: str, file: BinaryIO, *, replace: bool = False) -> None:
        """Write a file once, then read its lock back; `replace` writes a version over it."""
        try:
            until = utc(now_ms())
            if replace or not self._holds(shelf, sha256):
                until += timedelta(days=self._store.lock_days)
                self._put(shelf, sha256, file, until, once=not replace)
            self._check_lock(shelf, sha256, until)
        except (ClientError, BotoCoreError) as error:
            raise self._refused(error) from error

    def _holds(self, shelf: Shelf, sha256: str) -> bool:
        try:
            self._s3().head_object(**self._at(shelf, sha256))
        except ClientError as error:
            if _code(error) in _GONE:
                return False
            raise
        return True

    def _put(
        self, shelf: Shelf, sha256: str, file: BinaryIO, until: datetime, *, once: bool
    ) -> None:
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        more: dict[str, Any] = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": checksum}
        if self._store.lock_days:
            more["ObjectLockMode"] = "COMPLIANCE"
            more["ObjectLockRetainUntilDate"] = until
        if self._store.legal_hold:
            more["ObjectLockLegalHoldStatus"] = "ON"
        if once:
            more["IfNoneMatch"] = "*"
        try:
            self._s3().put_object(**self._at(shelf, sha256), Body=file, **more)
        except ClientError as error:
            if _code(error) in _EXISTS:
                return  # written meanwhile: what stands there is read back like any other
            if not once or _code(error) not in _NO_CONDITIONS:
                raise
            # The store knows no conditions; that nothing stands there was asked just before.
            del more["IfNoneMatch"]
            file.seek(0)
            self._s3().put_object(**self._at(shelf, sha256), Body=file, **more)

    def _check_lock(self, shelf: Shelf, sha256: str, until: datetime) -> None:
        """Raise `vault.lock_ignored` unless the store says back what it was told."""
        if not self._store.lock_days and not self._store.legal_hold:
            return
        said = self._s3().head_object(**self._at(shelf, sha256))
        kept = cast(datetime | None, said.get("ObjectLockRetainUntilDate"))
        if self._store.lock_days and (
            said.get("ObjectLockMode") != "COMPLIANCE" or kept is None or kept < until - _LOCK_SLACK
        ):
            detail = f"{self.name}: no retention until {until.date()}"
            raise MzError("vault.lock_ignored", Kind.UNAVAILABLE, detail)
        if self._store.legal_hold and said.get("ObjectLockLegalHoldStatus") != "ON":
            raise MzError("vault.lock_ignored", Kind.UNAVAILABLE, f"{self.name}: no legal hold")

    def read_back(self, shelf: Shelf, sha256: str) -> BinaryIO:
        """Return the object's bytes as a stream."""
        try:
            return cast(
                BinaryIO, _Stream(self._s3().get_object(**self._at(shelf, sha256))["Body"], self)
            )
        except (ClientError, BotoCoreError) as error:
            raise self._refused(error) from error

    def remove(self, shelf: Shelf, sha256: str) -> None:
        """Put the store's own delete marker; a locked version stays until its time is over."""
        try:
            self._s3().delete_object(**self._at(shelf, sha256))
        except (ClientError, BotoCoreError) as error:
            raise self._refused(error) from error

    def names(self, shelf: Shelf) -> Iterator[str]:
        """Yield the digests of a shelf in the bucket."""
        prefix = f"{self._prefix}/{shelf.value}/" if self._prefix else f"{shelf.value}/"
        try:
            pages = self._s3().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                for one in page.get("Contents", []):
                    name = one["Key"].rpartition("/")[2].partition(".")[0]
                    if _DIGEST.fullmatch(name) and one["Key"] == self._at(shelf, name)["Key"]:
                        yield name
        except (ClientError, BotoCoreError) as error:
            raise self._refused(error) from error

    def _refused(self, error: Exception) -> MzError:
        if isinstance(error, ClientError):
            if _code(error) in _GONE - {"NotFound"}:
                return MzError("vault.not_found", Kind.NOT_FOUND, self.name)
            return unavailable(self.name, _code(error))
        return unavailable(self.name, type(error).__name__)

    def stream_failed(self, error: Exception) -> MzError:
        """Return the refusal of a stream that broke off."""
        return unavailable(self.name, type(error).__name__)


class _Stream:
    """An object's bytes while they come; a broken connection is the domain's refusal."""

    def __init__(self, body: Any, domain: S3Domain) -> None:
        self._body, self._domain = body, domain

    def read(self, count: int) -> bytes:
        try:
            return cast(bytes, self._body.read(count))
        except (BotoCoreError, OSError) as error:
            raise self._domain.stream_failed(error) from error

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._body.close()


def _secret(path: str) -> str | None:
    """Return the word in a file; None without a path, for the environment's own credentials."""
    return Path(path).read_text("ascii").strip() if path else None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
