"""The vision engine: it measures a picture, reads what its file says, and recognises nothing."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from ....base.text import line
from ..errors import EngineError
from . import english, korean, origin
from .measure import Measured, measure
from .report import LENGTHS, Report, asked

VERSION = "1"
LANGUAGES = {"en": english, "ko": korean}
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Describe one picture: ``fields.image_url`` is its data URI, the prompt may ask for some aspects."""
    fields, parameters = job.get("fields") or {}, job.get("parameters") or {}
    prompt = " ".join(str(job.get("prompt") or "").split())
    language = _language(str(fields.get("language") or ""), prompt)
    data = _bytes(fields.get("image_url"))
    measured, picture = measure(data)
    aspects, beyond = asked(prompt, str(parameters.get("vision-focus") or ""))
    report = Report(
        measured=measured,
        written=origin.written(picture),
        signed=origin.signed(data),
        made=_told(fields.get("made")),
        aspects=aspects,
        length=_length(str(fields.get("preference") or ""), str(parameters.get("vision-length") or "")),
        beyond=beyond,
    )
    return {
        "text": LANGUAGES[language].write(report),
        "fields": {**numbers(measured, language), "origin": report.made or dict(report.written) or None},
        "facts": {"engine": "vision", "engine_version": VERSION, "procedural": True, "language": language},
    }


def numbers(measured: Measured, language: str) -> dict[str, Any]:
    """The measures as data; shares and levels are 0 to 1."""
    return {
        "colours": [
            {"name": c.korean if language == "ko" else c.english, "hex": c.code, "share": c.share}
            for c in measured.colours
        ],
        "brightness": round(measured.brightness, 3),
        "contrast": round(measured.contrast, 3),
        "symmetry": round(measured.symmetry, 3),
        "sharpness": round(min(1.0, measured.sharpness), 3),
        "transparent": round(measured.clear, 3),
        "orientation": measured.orientation,
        "width": measured.width,
        "height": measured.height,
    }


def _bytes(address: Any) -> bytes:
    _, comma, body = str(address or "").partition(";base64,")
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not comma or not data:
        raise EngineError("image_url: a picture to look at is required")
    return data


def _language(wanted: str, prompt: str) -> str:
    name = re.split(r"[-_]", wanted.strip().lower())[0]
    if name in ("", "auto"):
        return "ko" if _HANGUL.search(prompt) else "en"
    if name not in LANGUAGES:
        raise EngineError(
            f"The studio describes pictures in English and Korean; it can't write in {wanted!r}."
        )
    return name


def _length(preference: str, parameter: str) -> str:
    """The documents' ``preference`` goes before the parameter."""
    found = (word for word in (preference.strip().lower(), parameter) if word in LENGTHS)
    return next(found, "standard")


def _told(made: Any) -> dict[str, Any] | None:
    """What the studio knows of bytes it made itself, safe to print."""
    if not isinstance(made, dict) or not made.get("engine"):
        return None
    shown = {name: made[name] for name in ("creation_id", "generator", "engine", "engine_version")}
    words = [line(word, 40) for word in made.get("understood") or ()]
    return {**shown, "prompt": line(made.get("prompt") or "", 200), "understood": words}
