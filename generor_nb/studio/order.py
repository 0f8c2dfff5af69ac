"""The body of /estimate and /generate, checked in the contract's order and turned into an order. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..contract.generor import (
    IMAGE_RATIOS,
    MATCH_INPUT,
    RATIO_NAMES,
    TEXT_EXTRAS,
    VIDEO_RATIOS,
)
from ..contract.pricing import Price, price
from ..contract.schema import canonical
from .answers import invalid, missing
from .catalogue import Catalogue, Generator, Model, Parameter
from .checks import CHECKS, MODEL_ID, shown
from .durations import Length, factors, length

RATIO_FIELD = "image-aspect-ratio"
RATIOS = {"image": {**IMAGE_RATIOS, "6": MATCH_INPUT}, "video": VIDEO_RATIOS}


@dataclass(frozen=True, slots=True)
class Order:
    """A checked request.

    ``applied`` is what was sent and kept, ``settings`` adds the defaults; ``body`` is canonical JSON.
    """

    generator: Generator
    model: Model
    prompt: str
    count: int
    privacy_mode: int
    team_id: int | None
    ratio: str | None
    applied: dict[str, str]
    settings: dict[str, str]
    fields: dict[str, Any]
    body: str
    length: Length
    factors: tuple[float, ...]

    def price(self) -> Price:
        multipliers = list(self.factors)
        for parameter in self.generator.parameters:
            chosen = self.settings.get(parameter.id, "")
            multipliers.append(parameter.cost_multipliers.get(chosen, 1.0))
        return price(self.model.credit_cost, multipliers, self.count)

    def adjustments(self) -> dict[str, Any]:
        """What will not be done as asked; told before and after paying."""
        return {**self.length.adjustment(), **self._unused_picture()}

    def _unused_picture(self) -> dict[str, Any]:
        if "image_url" not in self.fields or not self.generator.ignores_image:
            return {}
        used = "its shape" if self.ratio == MATCH_INPUT else "nothing of it"
        reason = f"{self.generator.slug} is drawn from words alone"
        return {"image_url": {"requested": "a picture", "used": used, "reason": reason}}


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object of a request body."""
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise invalid("the body is not valid JSON") from None
    if not isinstance(body, dict):
        raise invalid("the body must be a JSON object")
    if _has_lone_surrogate(body):
        raise invalid("the body holds text that is not valid Unicode")
    return body


def read_order(catalogue: Catalogue, generator: Generator, body: Mapping[str, Any], *, paid: bool) -> Order:
    """Check a body: the model's existence first, then every documented field, whether it applies or not.

    Whether a team is there, and the caller in it, is for the caller of this to check.

    Raises:
        Refused: naming the field and what would be right.
    """
    given = {name: value for name, value in body.items() if value is not None}
    model = _model(catalogue, given.get("model_id"))
    for name, check in CHECKS.items():
        if name in given and (problem := check(given[name])):
            raise invalid(f"{name}: must be {problem}, not {shown(given[name])}")
    if model.type != generator.kind:
        raise invalid(
            f"model_id: {model.id} makes {model.type}, the generator {generator.slug} needs {generator.kind}"
        )
    if model.type == "text" and "translation_of" in given:
        raise invalid("translation_of: the studio cannot translate")
    _check_references(model, given)
    if paid:
        _check_makeable(generator, model, given)
    return _order(generator, model, given)


def _check_references(model: Model, given: Mapping[str, Any]) -> None:
    """A model that takes no references ignores them; one that takes some has its limit."""
    limits = {"reference_images": model.max_reference_images, "reference_videos": model.max_reference_videos}
    for name, most in limits.items():
        if most and len(given.get(name, ())) > most:
            raise invalid(f"{name}: {model.name} takes at most {most}, not {len(given[name])}")


def _check_makeable(generator: Generator, model: Model, given: Mapping[str, Any]) -> None:
    if generator.status == "development":
        raise invalid(
            f"{generator.slug} is in development: the studio cannot make it yet; nothing was charged"
        )
    if generator.prompt == "required" and not given.get("prompt", "").strip():
        raise invalid("prompt: is required")
    if generator.kind == "vector" and not given.get("prompt", "").strip() and not given.get("image_url"):
        raise invalid("prompt: is required, or image_url")
    needed = [*model.requires, *(["image_url"] if generator.needs_image else [])]
    for name in needed:
        if not given.get(name):
            raise invalid(
                f"{name}: is required by {model.name if name in model.requires else generator.slug}"
            )


def _order(generator: Generator, model: Model, given: Mapping[str, Any]) -> Order:
    applied = _applied(generator, given.get("parameters", {}))
    ratio = _ratio(model, given.get("aspect_ratio"), applied)
    _check_ratio(model, ratio, given)
    number = next((n for n, r in RATIOS.get(model.type, {}).items() if r == ratio), None)
    if number is not None and generator.parameter(RATIO_FIELD):
        applied[RATIO_FIELD] = number
    count = given.get("count", 1)
    applied |= {f"model-{generator.kind}": str(model.id), f"{generator.slug}-count": str(count)}
    documented = {name: given[name] for name in ("model_id", *CHECKS) if name in given}
    made = length(model, given)
    return Order(
        generator=generator,
        model=model,
        prompt=given.get("prompt", ""),
        count=count,
        privacy_mode=given.get("privacy_mode", 0),
        team_id=given.get("team_id"),
        ratio=ratio,
        applied=applied,
        settings=generator.defaults() | applied,
        fields=_applying(generator, model, documented),
        body=canonical({"generator": generator.slug, "body": documented}),
        length=made,
        factors=tuple(factors(model, made, given)),
    )


def _applying(generator: Generator, model: Model, documented: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that this generator and model make something of; the others are ignored."""
    taken = {
        "image_url": generator.needs_image or model.supports_img2img,
        "ending_frame_url": model.supports_end_frame and "image_url" in documented,
        "reference_images": model.max_reference_images > 0,
        "reference_videos": model.max_reference_videos > 0,
        "reference_audio": model.supports_reference_audio,
        "video_url": model.takes_video,
        "generate_audio": model.supports_audio,
        **dict.fromkeys(TEXT_EXTRAS, model.type == "text"),
    }
    kept = {name: documented[name] for name, applies in taken.items() if applies and name in documented}
    made = length(model, documented).used
    return kept if made is None else {**kept, "seconds": made}


def _model(catalogue: Catalogue, value: Any) -> Model:
    if value is None:
        raise invalid("model_id: is required, e.g. 10003")
    if problem := MODEL_ID(value):
        raise invalid(f"model_id: must be {problem}, not {shown(value)}")
    if not (value <= 9_999 or 10_001 <= value <= 19_999 or 20_001 <= value <= 29_999 or value >= 30_001):
        raise invalid(f"model_id: {value} is in no range; text 1-9999, image 10001-19999, video 20001-29999")
    if value not in catalogue.models:
        raise missing("Model")
    return catalogue.models[value]


# --- parameters: what the schema does not know is dropped in silence, as the contract says


def _applied(generator: Generator, sent: Mapping[str, Any]) -> dict[str, str]:
    kept = {}
    for name, value in sent.items():
        parameter = generator.parameter(name)
        setting = _setting(parameter, value) if parameter else None
        if setting is not None:
            kept[name] = setting
    return kept


def _setting(parameter: Parameter, value: Any) -> str | None:
    """The value as a string, or None when the field cannot hold it."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if parameter.type == "enum":
        return next((o.value for o in parameter.options if o.value == str(value)), None)
    if parameter.type == "number":
        return _number_setting(parameter, value)
    # A model field is answered from model_id, see _order.
    return None


def _number_setting(parameter: Parameter, value: str | float) -> str | None:
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    low, high = parameter.min, parameter.max
    if (
        not math.isfinite(number)
        or (low is not None and number < low)
        or (high is not None and number > high)
    ):
        return None
    if parameter.step and not math.isclose((number - (low or 0)) / parameter.step % 1, 0, abs_tol=1e-6):
        return None
    return str(int(number)) if number.is_integer() else str(number)


# --- ratios


def _ratio(model: Model, value: Any, applied: Mapping[str, str]) -> str | None:
    """The ratio as a string; the top-level field wins over the parameter."""
    known = RATIOS.get(model.type)
    if known is None or not model.supports_aspect_ratio:
        return None
    if value is None:
        return known.get(applied.get(RATIO_FIELD, ""), model.aspect_ratios[0].ratio)
    ratio = known.get(str(value)) if isinstance(value, int) else RATIO_NAMES.get(value, value)
    if ratio not in known.values():
        raise invalid(f"aspect_ratio: must be one of {', '.join(known.values())}, not {shown(value)}")
    return ratio


def _check_ratio(model: Model, ratio: str | None, given: Mapping[str, Any]) -> None:
    offered = [entry.ratio for entry in model.aspect_ratios]
    if ratio is not None and ratio not in offered:
        raise invalid(f"aspect_ratio: {model.name} makes {', '.join(offered)}, not {ratio}")
    if ratio == MATCH_INPUT and "image_url" not in given:
        raise invalid(f"aspect_ratio: {MATCH_INPUT} needs image_url")


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _has_lone_surrogate(value: Any) -> bool:
    try:
        canonical(value).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        raise invalid("the body is not valid JSON") from None
    return False
