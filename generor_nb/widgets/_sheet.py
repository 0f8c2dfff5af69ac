"""From the schema language to what a form draws, and back to a request. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..base.errors import InvalidRequest
from ..base.text import clean, line, nearest
from ..contract.checks import OWN_OPTION, pick_model
from ..contract.compose import compose
from ..contract.schema import Ask, Field, Generator, Model, Option, Request
from . import _host


class Sheet:
    """A generator's fields under the names a form uses, their defaults, and what may stand in them."""

    def __init__(self, generator: Generator, models: Sequence[Model]) -> None:
        self.generator = generator
        self.models = [m for m in models if m.type == generator.type]
        # A parameter named like a field of the request itself cannot be sent beside it.
        wanted = [
            f for f in generator.fields if f.kind != "media" and (f.id not in OWN_OPTION or f.place == "body")
        ]
        self.fields: dict[str, Field] = {_key(f, wanted): f for f in wanted}
        self.defaults: dict[str, Any] = {key: self._default(key, f) for key, f in self.fields.items()}
        self.defaults["public"] = False
        self.defaults = self.settled(self.defaults)

    def _default(self, key: str, field: Field) -> Any:
        if key == "model":
            return str(pick_model(self.generator, self.models, None).id)
        if field.kind == "number":
            return _number(field.default)
        if field.kind == "flag":
            return bool(field.default)
        text = "" if field.default is None else str(field.default)
        if field.kind == "choice" and text not in [o.value for o in field.options]:
            return ""
        return text

    def model(self, value: Mapping[str, Any]) -> Model:
        return pick_model(self.generator, self.models, value["model"] if "model" in self.fields else None)

    def settled(self, value: dict[str, Any]) -> dict[str, Any]:
        """``value`` with an aspect ratio that its model can make."""
        if "aspect" not in self.fields:
            return value
        ratios = self.model(value).ratios
        if value["aspect"] in ratios:
            return value
        preferred = str(self.fields["aspect"].default)
        first = preferred if preferred in ratios else next(iter(ratios), "")
        return {**value, "aspect": first}

    def checked(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """``changes`` under their right names, each value valid.

        Raises:
            InvalidRequest: naming the field, with the nearest right thing.
        """
        return {key: self._checked(key, value) for key, value in self._named(changes).items()}

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
        if value is None or (value == "" and self.defaults[key] == ""):
            return self.defaults[key]
        if key == "prompt":
            return clean(str(value))
        if key == "public":
            if not isinstance(value, bool):
                what = _host.word("value.bad", name=key, value=value)
                raise InvalidRequest(what, _host.word("value.flag"), field=key)
            return value
        if key == "model":
            return str(pick_model(self.generator, self.models, value).id)
        if key == "aspect":
            return self._known_ratio(value)
        if key == "count":
            return self._composed(count=value).count
        field, body = self.fields[key], self._composed(settings={key: value}).fields
        return body["parameters"][field.id] if field.place == "parameters" else body[field.id]

    def _composed(self, **fields: Any) -> Request:
        """A request with these fields alone: what is right is decided in one place."""
        return compose("", self.generator, self.models, Ask(self.generator.slug, "-", **fields))

    def _known_ratio(self, value: Any) -> str:
        able = next((m for m in self.models if value in m.ratios), None) or next(
            (m for m in self.models if m.ratios), None
        )
        return str(self._composed(model=able.id if able else None, aspect=value).fields["aspect_ratio"])

    def taken(self, sent: Any, current: Mapping[str, Any]) -> dict[str, Any]:
        """What the browser sent, as far as it is right; what is not stays as it was."""
        value = dict(current)
        for key in self.defaults.keys() & (sent if isinstance(sent, dict) else {}).keys():
            try:
                value[key] = self._checked(key, sent[key])
            except InvalidRequest:
                continue
        return self.settled(value)

    def ask(self, value: Mapping[str, Any]) -> Ask:
        """The request as typed. What stands at its default is left out, as in a cell."""
        settings = {
            key: value[key]
            for key in self.fields
            if key not in OWN_OPTION and value[key] != self.defaults[key] and value[key] not in (None, "")
        }
        aspect = value.get("aspect") or None
        return Ask(
            generator=self.generator.slug,
            prompt=str(value.get("prompt", "")).strip() or None,
            model=self.model(value).id,
            count=int(value["count"]) if value.get("count") else None,
            aspect=None if aspect == self.defaults.get("aspect") else aspect,
            settings=settings,
            public=bool(value["public"]),
        )

    def drawn(self, provider: str) -> dict[str, Any]:
        """Plain data for the browser: fields in the order they are shown."""
        own = ("prompt", "model", "aspect", "count")
        order = [*(k for k in own if k in self.fields), *(k for k in self.fields if k not in own)]
        privacy = {
            "key": "public",
            "kind": "privacy",
            "label": _host.word("form.public"),
            "options": [
                {"value": name, "label": _host.word(f"form.{name}.option")} for name in ("private", "public")
            ],
        }
        return {
            "slug": self.generator.slug,
            "title": line(self.generator.title, 80),
            "description": line(self.generator.description, 300),
            "provider": provider,
            "fields": [*(self._drawn(key, self.fields[key]) for key in order), privacy],
            "models": {
                str(m.id): {
                    "about": line(m.description, 300),
                    "shapes": [{"value": r, "label": r} for r in m.ratios],
                }
                for m in self.models
            },
        }

    def _drawn(self, key: str, field: Field) -> dict[str, Any]:
        kind: str = {"prompt": "prompt", "aspect": "shape"}.get(key, field.kind)
        drawn: dict[str, Any] = {
            "key": key,
            "kind": kind,
            "label": _host.word(f"form.{key}") if key in OWN_OPTION else line(field.label, 80),
            "help": line(field.help, 300),
            "required": field.required,
            "advanced": field.advanced,
        }
        if kind == "number":
            drawn |= {"min": field.minimum, "max": field.maximum, "step": field.step}
            drawn["unset"] = _host.word("form.unset") if self.defaults[key] is None else None
        elif key == "model":
            drawn["options"] = [
                {"value": str(m.id), "label": line(m.name, 80), "note": _host.in_credits(m.credit_cost)}
                for m in self.models
            ]
        elif kind == "choice":
            unset = [{"value": "", "label": _host.word("form.unset")}] if self.defaults[key] == "" else []
            drawn["options"] = [*unset, *(_drawn_option(o) for o in field.options)]
        return {
            name: told
            for name, told in drawn.items()
            if told is not None and told is not False and told != ""
        }


def _drawn_option(option: Option) -> dict[str, str]:
    drawn = {"value": option.value, "label": line(option.label, 80)}
    if option.multiplier != 1:
        drawn["note"] = f"×{option.multiplier:g}"
    return drawn


def _key(field: Field, fields: Sequence[Field]) -> str:
    """The field's name in a form: its id, with its place in front when that alone would be two things."""
    twice = sum(f.id == field.id for f in fields) > 1
    return f"{field.place}.{field.id}" if twice or field.id == "public" else field.id


def _number(value: Any) -> int | float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() else number
