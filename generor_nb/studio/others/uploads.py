"""Pictures that are put at a presigned address: five minutes, one kind, one length."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, RowMapping, select, update

from ...base.media import EXTENSIONS, sniff
from ...contract.gptimage2 import UPLOAD_SECONDS
from ..answers import Refused, invalid, missing
from ..keys import digest
from ..media import MediaStore
from ..store import Store, insert_row, provider_uploads


class Uploads:
    """The store of presigned uploads.

    Args:
        clock: seconds since the epoch; addresses expire by it.
    """

    def __init__(self, store: Store, media: MediaStore, clock: Callable[[], float]) -> None:
        self._store, self._media, self._clock = store, media, clock

    def presign(self, user_id: int, mime: str, size: int) -> tuple[str, str]:
        """A new key, and the token that lets its bytes be put."""
        key = f"uploads/{user_id}/{secrets.token_hex(12)}.{EXTENSIONS[mime]}"
        token = secrets.token_hex(16)
        with self._store.write() as connection:
            insert_row(
                connection,
                provider_uploads,
                user_id=user_id,
                name=key,
                mime=mime,
                size=size,
                token_digest=digest(token),
                expires_at=self._clock() + UPLOAD_SECONDS,
            )
        return key, token

    def expected(self, key: str, token: str) -> RowMapping:
        """What may be put at an address, now.

        Raises:
            Refused: the address was never given, or has expired.
        """
        with self._store.read() as connection:
            row = _row(connection, key)
        if row is None or not hmac.compare_digest(digest(token), row["token_digest"]):
            raise Refused("FORBIDDEN", "This address was not given by the studio")
        if self._clock() >= row["expires_at"]:
            raise Refused("FORBIDDEN", "This address has expired; ask for a new one")
        return row

    def put(self, upload: RowMapping, mime: str, data: bytes) -> None:
        """Keep the bytes, if they are what was declared; putting them again replaces them."""
        if mime != upload["mime"]:
            raise invalid(f"Content-Type: must be {upload['mime']}, as declared, not {mime or 'missing'}")
        if len(data) != upload["size"]:
            raise invalid(f"the body must be of {upload['size']:,} bytes, as declared, not {len(data):,}")
        if sniff(data) != mime:
            raise invalid(f"the bytes are no {mime}")
        stored = self._media.put(data)
        with self._store.write() as connection:
            of = provider_uploads.c.upload_id == upload["upload_id"]
            connection.execute(update(provider_uploads).where(of).values(digest=stored.digest))

    def open(self, user_id: int, keys: Sequence[str]) -> list[bytes]:
        """What an account has put.

        Raises:
            Refused: a key is not the account's, or nothing was put there.
        """
        with self._store.read() as connection:
            rows = {key: _row(connection, key) for key in keys}
        found = []
        for key in keys:
            row = rows[key]
            if row is None or row["user_id"] != user_id or row["digest"] is None:
                raise missing(f"inputImageKeys: {key}")
            found.append(self._media.path(row["digest"]).read_bytes())
        return found


def _row(connection: Connection, key: str) -> RowMapping | None:
    wanted = select(provider_uploads).where(provider_uploads.c.name == key)
    return connection.execute(wanted).mappings().one_or_none()
