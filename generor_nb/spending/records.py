"""The journal's rows as values."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from ..base.text import tidy
from .states import State


@dataclass(frozen=True, slots=True)
class Intent:
    """Everything an operation is made of, before it has an id.

    ``session_cap`` and ``day_cap`` are the caps it was asked for under, in credits; None is no cap.
    ``idempotency_key`` is for providers that know a request again by it.
    """

    fingerprint: str
    take: int
    provider: str
    base_url: str
    account: str
    generator: str
    model_id: int | str
    model_name: str
    model_type: str
    path: str
    body: bytes
    prompt: str
    count: int
    public: bool
    estimate: float | None
    reserved: float
    max_seconds: float | None
    owner: str
    session: str
    session_cap: float | None = None
    day_cap: float | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One intent to spend, as the journal has it. ``created`` and ``updated`` are epoch seconds.

    ``job`` is what the provider calls it, once it was accepted as one. A large body lies in a file: ``body``
    is empty then and ``body_sha256`` set; ``Journal.whole`` reads it.
    """

    id: str
    fingerprint: str
    take: int
    state: State
    provider: str
    base_url: str
    account: str
    generator: str
    model_id: int | str
    model_name: str
    model_type: str
    path: str
    body: bytes
    prompt: str
    count: int
    public: bool
    estimate: float | None
    reserved: float
    max_seconds: float | None
    charge: float | None
    balance: float | None
    seconds: float | None
    adjustments: dict[str, Any]
    owner: str
    session: str
    created: float
    updated: float
    error: dict[str, Any] | None
    session_cap: float | None
    day_cap: float | None
    idempotency_key: str | None
    job: str | None
    body_sha256: str | None

    @property
    def short(self) -> str:
        return self.id[:8]


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class StoredAsset:
    """One file, kept under its hash. ``size`` in bytes, ``width`` and ``height`` in pixels."""

    place: int
    position: int
    sha256: str
    mime: str
    size: int
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class StoredCreation:
    creation_id: str
    place: int
    text: str | None
    data: dict[str, Any]


def operation_of(row: sqlite3.Row) -> Operation:
    values = dict(row)
    values["state"] = State(values["state"])
    values["body"], values["public"] = bytes(values["body"]), bool(values["public"])
    values["adjustments"] = json.loads(values["adjustments"]) if values["adjustments"] != "{}" else {}
    for name in ("estimate", "reserved", "charge", "balance"):
        values[name] = tidy(values[name])
    values["error"] = json.loads(values["error"]) if values["error"] else None
    return Operation(**values)
