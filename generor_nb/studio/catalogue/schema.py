"""What a catalogue file may say."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

OutputKind = Literal[
    "text", "image", "video", "speech", "music", "soundeffect", "upscale", "vector", "backgroundremoval"
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, Field(min_length=1)]
FROM_A_PICTURE = ("upscale", "backgroundremoval")
SMALLEST = 256  # pixels: no engine draws narrower
ID_RANGES = {"text": range(1, 10000), "image": range(10001, 20000), "video": range(20001, 30000)}


class CatalogueError(ValueError):
    """A catalogue file is wrong; the message names the file and the field."""


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Record):
    """One choice of an enum."""

    value: str
    label: str


class Parameter(Record):
    """One field of a generator."""

    id: Slug
    label: str
    type: Literal["enum", "number", "model"]
    options: list[Option] = []
    min: float | None = None
    max: float | None = None
    step: float | None = None
    default: str | int | float
    cost_multipliers: dict[str, Annotated[float, Field(gt=0)]] = {}

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.type == "enum":
            self._check_options()
        elif self.options:
            raise ValueError(f"options belong to an enum, not to a {self.type}")
        if self.type == "number":
            self._check_range()
        return self

    def _check_options(self) -> None:
        values = [option.value for option in self.options]
        if not values or len(values) != len(set(values)):
            raise ValueError("options must be given, each value once")
        if self.default not in values:
            raise ValueError(f"default {self.default!r} is not one of the options")
        if unknown := set(self.cost_multipliers) - set(values):
            raise ValueError(f"cost_multipliers name no option: {', '.join(sorted(unknown))}")

    def _check_range(self) -> None:
        if self.min is None or self.max is None or self.min > self.max:
            raise ValueError("a number needs min and max, min first")
        if isinstance(self.default, str) or not self.min <= self.default <= self.max:
            raise ValueError(f"default {self.default!r} is not between min and max")

    def payload(self) -> dict[str, Any]:
        """The field as the API describes it."""
        body: dict[str, Any] = {"id": self.id, "label": self.label, "type": self.type}
        if self.type == "enum":
            body["options"] = [option.model_dump() for option in self.options]
        if self.type == "number":
            body |= {"min": _plain(self.min), "max": _plain(self.max)}
            if self.step is not None:
                body["step"] = _plain(self.step)
        multipliers = {value: _plain(factor) for value, factor in self.cost_multipliers.items()}
        return {**body, "default": _plain(self.default), "cost_multipliers": multipliers}


class Generator(Record):
    """Something that can be asked for."""

    slug: Slug
    title: Text
    description: Text
    icon: Text
    status: Literal["active", "development"]
    similar: list[Slug] = []
    kind: OutputKind
    engine: str = ""
    prompt: Literal["required", "optional"]
    needs_image: bool = False
    ignores_image: bool = False
    model: int
    preset: dict[str, str] = {}
    borrows: dict[Slug, list[Slug]] = {}
    parameters: list[Parameter] = []

    @model_validator(mode="after")
    def _made_by_an_engine(self) -> Self:
        if self.status == "active" and not self.engine:
            raise ValueError("engine: an active generator needs one")
        return self

    @model_validator(mode="after")
    def _fed(self) -> Self:
        if self.kind in FROM_A_PICTURE and not self.needs_image:
            raise ValueError(f"needs_image: {self.kind} does")
        return self

    @model_validator(mode="after")
    def _parameters_once(self) -> Self:
        ids = [parameter.id for parameter in self.parameters]
        if doubled := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"parameters given twice: {', '.join(sorted(doubled))}")
        return self

    def parameter(self, name: str) -> Parameter | None:
        """The parameter with this id, if there is one."""
        return next((parameter for parameter in self.parameters if parameter.id == name), None)

    def defaults(self) -> dict[str, str]:
        """Every parameter at its default, as the strings an engine gets."""
        return {parameter.id: str(_plain(parameter.default)) for parameter in self.parameters}

    def summary(self) -> dict[str, Any]:
        """The generator as it stands in a list."""
        return {
            "slug": self.slug,
            "title": self.title,
            "description": self.description,
            "icon": self.icon,
            "status": self.status,
            "similar_generators": list(self.similar),
            "type": self.kind,
            "prompt_required": self.prompt == "required",
            "image_required": self.needs_image,
        }

    def payload(self) -> dict[str, Any]:
        """The generator with its parameters."""
        return {**self.summary(), "parameters": [parameter.payload() for parameter in self.parameters]}


class AspectRatio(Record):
    """A shape a model can make."""

    id: int
    ratio: str
    label: str


class Model(Record):
    """What runs a generator, and what it costs: an item, or a second of a video."""

    id: int
    name: Text
    type: OutputKind
    provider: str
    description: Text
    credit_cost: Annotated[float, Field(ge=0)]
    supports_img2img: bool = False
    supports_aspect_ratio: bool = False
    aspect_ratios: list[AspectRatio] = []
    seconds: Annotated[float, Field(gt=0)] = 1
    detail: Annotated[int, Field(ge=1)] = 1024
    # Of videos.
    supported_durations: list[Annotated[int, Field(ge=1)]] = []
    default_duration: int = 0
    supports_audio: bool = False
    audio_cost_multiplier: Annotated[float, Field(gt=0)] = 1
    supports_end_frame: bool = False
    quality: str | None = None
    default_quality: str | None = None
    qualities: dict[str, int] = {}
    group_slug: Slug | None = None
    group_name: str | None = None
    max_reference_images: Annotated[int, Field(ge=0, le=9)] = 0
    max_reference_videos: Annotated[int, Field(ge=0, le=3)] = 0
    supports_reference_audio: bool = False
    takes_video: bool = False
    requires: list[Literal["image_url", "video_url"]] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.type in ID_RANGES and self.id not in ID_RANGES[self.type]:
            raise ValueError(f"id {self.id} is outside the range of {self.type} models")
        if self.type not in ID_RANGES and self.id < 30001:
            raise ValueError(f"id {self.id}: {self.type} models start at 30001")
        if self.supports_aspect_ratio != bool(self.aspect_ratios):
            raise ValueError("aspect_ratios and supports_aspect_ratio disagree")
        if self.type == "video":
            self._check_video()
        elif of_video := set(VIDEO_FIELDS) & self.model_fields_set:
            raise ValueError(f"{', '.join(sorted(of_video))}: belong to a video")
        return self

    def _check_video(self) -> None:
        if self.supported_durations != sorted(set(self.supported_durations)) or not self.supported_durations:
            raise ValueError("supported_durations must be given, rising")
        if self.default_duration not in self.supported_durations:
            raise ValueError(f"default_duration {self.default_duration} is not supported")
        grouped = {self.quality, self.default_quality} <= set(self.qualities) and self.group_slug
        if self.qualities and not grouped:
            raise ValueError("qualities need quality and default_quality of them, and a group")
        if self.qualities and self.qualities[self.quality or ""] != self.id:
            raise ValueError(f"qualities: {self.quality} is not this model")
        if "video_url" in self.requires and not self.takes_video:
            raise ValueError("requires: video_url, which it does not take")

    def size(self, ratio: str) -> tuple[int, int]:
        """Pixels of a picture in a ratio like "16:9", its long side the model's detail; else a square."""
        across, down = (int(part) for part in (ratio if ":" in ratio else "1:1").split(":"))
        unit = self.detail / max(across, down)
        return _even(across * unit), _even(down * unit)

    def payload(self) -> dict[str, Any]:
        """The model as the API describes it."""
        hidden = {"seconds", "detail", "aspect_ratios", *(() if self.type == "video" else VIDEO_FIELDS)}
        body = {name: _plain(value) for name, value in self.model_dump(exclude=hidden).items()}
        if self.aspect_ratios:
            body["aspect_ratios"] = [ratio.model_dump() for ratio in self.aspect_ratios]
        return {name: value for name, value in body.items() if value not in (None, {})}


VIDEO_FIELDS = (
    "supported_durations",
    "default_duration",
    "supports_audio",
    "audio_cost_multiplier",
    "supports_end_frame",
    "quality",
    "default_quality",
    "qualities",
    "group_slug",
    "group_name",
    "max_reference_images",
    "max_reference_videos",
    "supports_reference_audio",
    "takes_video",
    "requires",
)
IMAGE_RATIOS = (
    ("1", "1:1 square"),
    ("2", "3:4 vertical"),
    ("3", "4:3 horizontal"),
    ("4", "16:9 wide"),
    ("5", "9:16 tall"),
)


def standard_parameters(generator: Generator) -> list[Parameter]:
    """The parameters every generator of a kind has without its file saying so."""
    model = Parameter(id=f"model-{generator.kind}", label="Model", type="model", default=str(generator.model))
    count = Parameter(
        id=f"{generator.slug}-count", label="How many", type="number", min=1, max=10, step=1, default=1
    )
    if generator.kind != "image":
        return [model, count]
    options = [Option(value=value, label=label) for value, label in IMAGE_RATIOS]
    ratio = Parameter(
        id="image-aspect-ratio", label="Aspect ratio", type="enum", options=options, default="1"
    )
    return [ratio, model, count]


def _even(length: float) -> int:
    return max(SMALLEST, 2 * math.floor(length / 2 + 0.5))


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
