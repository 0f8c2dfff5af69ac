"""A generation as gptimage2 tells of it, asked or unasked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

MEDIA = "/media"


def payload(job: Mapping[str, Any], files: Sequence[Mapping[str, Any]], origin: str) -> dict[str, Any]:
    """The answer of ``GET /api/v1/generations/{id}``, and which engine was at it.

    Args:
        origin: the address below which the files are.
    """
    return {
        "id": job["public_id"],
        "status": job["state"],
        "type": job["kind"],
        "outputs": outputs(files, origin),
        "error": job["error"],
        "costCredits": job["cost"],
        "createdAt": moment(job["created_at"]),
        "completedAt": moment(job["completed_at"]),
        **({"engine": files[0]["note"]} if files else {}),
    }


def event(
    name: str, job: Mapping[str, Any], files: Sequence[Mapping[str, Any]], origin: str
) -> dict[str, Any]:
    """What a webhook is told; a blocked generation is a failed one, and says which."""
    told = payload(job, files, origin)
    kept = ("type", "status", "outputs", "error", "createdAt", "completedAt")
    data = {"generationId": told["id"], **{field: told[field] for field in kept}}
    if data["error"] is None:
        del data["error"]
    return {"event": name, "data": data}


def outputs(files: Sequence[Mapping[str, Any]], origin: str) -> list[dict[str, Any]]:
    """One entry for each picture, with the addresses of its files."""
    found: dict[int, dict[str, Any]] = {}
    for file in files:
        entry = found.setdefault(file["place"], {})
        entry[file["part"]] = f"{origin}{MEDIA}/{file['name']}"
        entry |= {"width": file["width"], "height": file["height"]}
    return list(found.values())


def moment(seconds: float | None) -> str | None:
    """A time as the API writes it.

    >>> moment(0.5)
    '1970-01-01T00:00:00.500Z'
    """
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
