"""What may stand in a form, and back to a request. Pure, but for the media that ``Refs`` holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..base.errors import APIError, InvalidRequest
from ..base.messages import say
from ..base.text import KEY_PATTERN, clean, line, nearest
from ..contract.checks import OWN_OPTION, count_of, needs, pick_model, value_of
from ..contract.generor import MAX_COUNT, RATIO_NAMES
from ..contract.schema import SLOTS, Ask, Field, Generator, Model
from . import _host
from ._refs import Refs

# Types of models that begin with a picture, where nothing is known of the model itself.
_FROM_PICTURES = ("image", "video", "upscale", "vector", "backgroundremoval")
# What an error calls a field, where that is not its name in a form.
_CALLED = {"model_id": "model", "aspect_ratio": "aspect", "generate_audio": "audio_track", "team_id": "team"}
_CALLED |= {slot.field: slot.option for slot in SLOTS.values()}
_FURTHER = ("seconds", "audio_track", "team")


class Sheet:
    """A generator's fields under the names a form uses, their defaults, and what may stand in them."""

    def __init__(self, generator: Generator, models: Sequence[Model], refs: Refs) -> None:
        self.generator, self.refs = generator, refs
        # Either the models say what they take besides the fields, or the fields are all there is.
        self.described_by_models = any(m.takes for m in models)
        self.models = [m for m in models if m.type == generator.type]
        # A parameter named like a field of the request itself cannot be sent beside it.
        wanted = [f for f in generator.fields if f.id not in OWN_OPTION or f.place == "body"]
        self.fields: dict[str, Field] = {self._key(f, wanted): f for f in wanted}
        if self.described_by_models:
            self.fields |= {f.id: f for f in self._further()}
        self.defaults: dict[str, Any] = {key: self._default(key, f) for key, f in self.fields.items()}
        self.defaults["public"] = False
        self.defaults = self.settled(self.defaults)

    def _key(self, field: Field, fields: Sequence[Field]) -> str:
        """The field's name in a form: its id, with its place in front when that alone would be two things."""
        twice = sum(f.id == field.id for f in fields) > 1
        own = self.described_by_models and field.id in (*_FURTHER, *SLOTS)
        return f"{field.place}.{field.id}" if twice or own or field.id == "public" else field.id

    def _further(self) -> list[Field]:
        """What is no parameter of the generator, but goes with it: media, length and sound, and a team."""
        fields = [
            Field(slot.option, "media", _host.word(f"form.{slot.option}"), "body", maximum=slot.most)
            for slot in SLOTS.values()
            if any(self.takes(m, slot.option) for m in self.models)
        ]
        if any(self.takes(m, "seconds") for m in self.models):
            fields.append(Field("seconds", "number", _host.word("form.seconds"), "body", minimum=1, step=1))
        if any(self.takes(m, "audio_track") for m in self.models):
            fields.append(Field("audio_track", "flag", _host.word("form.audio_track"), "body"))
        fields.append(
            Field("team", "number", _host.word("form.team"), "body", advanced=True, minimum=1, step=1)
        )
        return fields

    def takes(self, model: Model, key: str) -> bool:
        """Whether a model makes something of a field."""
        if key == "aspect":
            return bool(self.ratios(model))
        if not self.described_by_models:
            return key in self.fields
        if key == "seconds":
            return bool(model.durations) or (model.type == "video" and model.most("seconds") is None)
        if key == "audio_track":
            return model.most("generate_audio") == 1
        if key not in SLOTS:
            return True
        field = SLOTS[key].field
        if field in needs(self.generator, model):
            return True
        most = model.most(field)
        return key == "image" and model.type in _FROM_PICTURES if most is None else most > 0

    def ratios(self, model: Model) -> tuple[str, ...]:
        """The aspect ratios that a model can make."""
        field = self.generator.field("aspect")
        if model.ratios or self.described_by_models or field is None:
            return model.ratios
        return tuple(option.value for option in field.options)

    def _default(self, key: str, field: Field) -> Any:
        if key == "model":
            return str(pick_model(self.generator, self.models, None).id)
        if field.kind == "media":
            return []
        if field.kind == "number":
            return _number(field.default)
        if key == "audio_track":
            return None  # as the model does
        if field.kind == "flag":
            return bool(field.default)
        text = "" if field.default is None else str(field.default)
        if field.kind == "choice" and text not in [o.value for o in field.options]:
            return ""
        return text

    def model(self, value: Mapping[str, Any]) -> Model:
        return pick_model(self.generator, self.models, value["model"] if "model" in self.fields else None)

    def settled(self, value: dict[str, Any]) -> dict[str, Any]:
        """``value`` with an aspect ratio and a length that its model can make."""
        model = self.model(value)
        if value.get("seconds") is not None and model.durations and value["seconds"] not in model.durations:
            value = {**value, "seconds": None}
        ratios = self.ratios(model)
        if "aspect" not in self.fields or value["aspect"] in ratios:
            return value
        preferred = str(self.fields["aspect"].default)
        first = preferred if preferred in ratios else next(iter(ratios), "")
        return {**value, "aspect": first}

    # --- what may stand in it ---

    def checked(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """``changes`` under their right names, each value valid.

        Raises:
            InvalidRequest: naming the field, with the nearest right thing.
        """
        return {key: self._checked(key, value) for key, value in self._named(changes).items()}

    def changed(self, current: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
        """``current`` with ``changes``, where all of them fit together.

        Raises:
            InvalidRequest: naming the field, with the nearest right thing.
        """
        right = self.checked(changes)
        value = {**current, **right}
        model = self.model(value)
        length = right.get("seconds")
        if isinstance(length, int) and model.durations and length not in model.durations:
            what = _host.word("seconds.bad", model=line(model.name, 60), value=length)
            hint = _host.word("seconds.hint", values=", ".join(map(str, model.durations)))
            raise InvalidRequest(what, hint, field="seconds")
        return self.settled(value)

    def _named(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Keyword arguments cannot hold a hyphen: an underscore stands for one."""
        return {self.name(key): value for key, value in changes.items()}

    def name(self, key: str) -> str:
        for name in (key, key.replace("_", "-")):
            if name in self.defaults:
                return name
        close = nearest(key, self.defaults)
        shown = ", ".join(close or self.defaults)
        hint = _host.word("field.nearest" if close else "field.known", names=shown)
        what = _host.word("field.unknown", slug=self.generator.slug, name=key)
        raise InvalidRequest(what, hint, field=key, nearest=close)

    def _checked(self, key: str, value: Any) -> Any:
        if key in SLOTS:
            return self.refs.put(key, value)
        if value is None or (value == "" and self.defaults[key] == ""):
            return self.defaults[key]
        if KEY_PATTERN.search(str(value)):
            raise InvalidRequest(_host.word("key"), say("key.typed.hint"), field=key)
        if key == "prompt":
            return clean(str(value))
        if key in ("public", "audio_track"):
            if not isinstance(value, bool):
                what = _host.word("value.bad", name=key, value=value)
                raise InvalidRequest(what, _host.word("value.flag"), field=key)
            return value
        if key == "model":
            return str(pick_model(self.generator, self.models, value).id)
        if key == "aspect":
            return self._ratio(value)
        if key == "count":
            return count_of(self.generator, value, MAX_COUNT)
        return value_of(self.fields[key], value)

    def _ratio(self, value: Any) -> str:
        """A ratio that some model can make, by its number or its name."""
        text = RATIO_NAMES.get(str(value).casefold(), str(value).replace(" ", ""))
        known = list(dict.fromkeys(ratio for m in self.models for ratio in self.ratios(m)))
        if text not in known:
            what = _host.word("value.bad", name="aspect", value=value)
            hint = say("use.one.of", values=", ".join(known))
            raise InvalidRequest(what, hint, field="aspect", nearest=nearest(text, known))
        return text

    def taken(
        self, sent: Any, current: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, InvalidRequest]]:
        """What the browser sent, as far as it is right; and what is not, which stays as it was."""
        value, wrong = dict(current), dict[str, InvalidRequest]()
        for key in self.defaults.keys() & (sent if isinstance(sent, dict) else {}).keys():
            try:
                value[key] = self._checked(key, sent[key])
            except InvalidRequest as error:
                wrong[key] = error
        return self.settled(value), wrong

    # --- back to a request ---

    def ask(self, value: Mapping[str, Any]) -> Ask:
        """The request as typed. What stands at its default is left out, as in a cell."""
        model = self.model(value)
        settings = {
            key: value[key]
            for key, field in self.fields.items()
            if key not in (*OWN_OPTION, *_FURTHER)
            and field.kind != "media"
            and value[key] != self.defaults[key]
            and value[key] not in (None, "")
        }
        aspect = value.get("aspect") or None
        refs = {key: self.refs.values(held) for key, held in self.held(value).items()}
        return Ask(
            generator=self.generator.slug,
            prompt=str(value.get("prompt", "")).strip() or None,
            model=model.id,
            count=int(value["count"]) if value.get("count") else None,
            aspect=None if aspect == self.defaults.get("aspect") else aspect,
            settings=settings,
            public=bool(value["public"]),
            seconds=self._length(value) if self.takes(model, "seconds") else None,
            audio_track=value["audio_track"] if self.takes(model, "audio_track") else None,
            team=value.get("team"),
            refs=refs,
        )

    def _length(self, value: Mapping[str, Any]) -> int | None:
        length = value["seconds"]
        return None if length == self.defaults["seconds"] else length

    def held(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """The words for media that its model makes something of, by option."""
        model = self.model(value)
        return {key: value[key] for key in SLOTS if value.get(key) and self.takes(model, key)}

    def changes(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """What differs from the defaults."""
        return {key: value[key] for key in value if value[key] != self.defaults[key]}

    def place_of(self, error: Exception) -> str:
        """The field that an error is about; empty when it is about none."""
        if isinstance(error, InvalidRequest):
            return self._field_called(error.field)
        if isinstance(error, APIError):
            words = error.message.replace(":", " ").replace("'", " ").replace('"', " ").split()
            return next((key for word in words if (key := self._field_called(word))), "")
        return ""

    def _field_called(self, name: str) -> str:
        key = _CALLED.get(name, name)
        if key in self.defaults:
            return key
        return next((k for k, field in self.fields.items() if field.id == name), "")


def _number(value: Any) -> int | float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() else number
