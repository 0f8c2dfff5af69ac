"""The studio's catalogue: generators and models, read from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ..engines import ENGINES
from .schema import AspectRatio, CatalogueError, Generator, Model, Option, Parameter, standard_parameters

__all__ = [
    "AspectRatio",
    "Catalogue",
    "CatalogueError",
    "Generator",
    "Model",
    "Option",
    "Parameter",
    "load",
    "read",
]

Record = TypeVar("Record", bound=BaseModel)


class Catalogue(BaseModel):
    """Everything the studio can be asked for."""

    model_config = ConfigDict(frozen=True)

    generators: dict[str, Generator]
    models: dict[int, Model]

    def models_of(self, kind: str) -> list[Model]:
        """The models of one type, in id order."""
        return [model for _, model in sorted(self.models.items()) if model.type == kind]

    def default_model(self, slug: str) -> Model:
        """The model a generator uses when none is named."""
        return self.models[self.generators[slug].model]


@cache
def load() -> Catalogue:
    """The catalogue that ships with the studio."""
    return read(files(__name__))


def read(folder: Traversable) -> Catalogue:
    """Read and check a catalogue folder with `generators/*.toml` and `models/*.toml`."""
    models = _read_models(folder.joinpath("models"))
    generators = _read_generators(folder.joinpath("generators"))
    _check_siblings(models)
    for generator in generators.values():
        _check_links(generator, generators, models)
    return Catalogue(generators=generators, models=models)


def _read_models(folder: Traversable) -> dict[int, Model]:
    models: dict[int, Model] = {}
    for kind, place, document in _documents(folder):
        for index, entry in enumerate(document.get("models", [])):
            model = _record(Model, {"type": kind, **entry}, f"{place}: models.{index}")
            if model.type != kind:
                raise CatalogueError(
                    f"{place}: models.{index}.type: {model.type!r} does not match the file name"
                )
            if model.id in models:
                raise CatalogueError(f"{place}: models.{index}.id: {model.id} is already taken")
            models[model.id] = model
    return models


def _read_generators(folder: Traversable) -> dict[str, Generator]:
    written: dict[str, Generator] = {}
    for stem, place, document in _documents(folder):
        generator = _record(Generator, document, place)
        if generator.slug != stem:
            raise CatalogueError(f"{place}: slug: {generator.slug!r} does not match the file name")
        written[stem] = generator
    return {slug: _with_common_parameters(one, written) for slug, one in written.items()}


def _with_common_parameters(generator: Generator, written: Mapping[str, Generator]) -> Generator:
    """With those it borrows and those that all of its kind have; its own win."""
    own = {parameter.id for parameter in generator.parameters}
    common = [*_borrowed(generator, written), *standard_parameters(generator)]
    extra = [parameter for parameter in common if parameter.id not in own]
    return generator.model_copy(update={"parameters": [*generator.parameters, *extra]})


def _borrowed(generator: Generator, written: Mapping[str, Generator]) -> Iterator[Parameter]:
    for slug, names in generator.borrows.items():
        for name in names:
            found = written[slug].parameter(name) if slug in written else None
            if found is None:
                raise CatalogueError(
                    f"{_place(generator)}: borrows: generators/{slug}.toml has no parameter {name!r}"
                )
            yield found


def _check_links(generator: Generator, generators: dict[str, Generator], models: dict[int, Model]) -> None:
    place = _place(generator)
    for other in generator.similar:
        if other not in generators or other == generator.slug:
            raise CatalogueError(f"{place}: similar: there is no other generator {other!r}")
    if generator.engine and generator.engine not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        raise CatalogueError(f"{place}: engine: {generator.engine!r} is none of {known}")
    model = models.get(generator.model)
    if model is None:
        raise CatalogueError(f"{place}: model: there is no model {generator.model}")
    if model.type != generator.kind:
        raise CatalogueError(f"{place}: model: {model.id} is of type {model.type!r}, not {generator.kind!r}")


def _check_siblings(models: dict[int, Model]) -> None:
    """The qualities of a model lead to models of its group, which say the same of themselves."""
    for model in models.values():
        for quality, number in model.qualities.items():
            other = models.get(number)
            if other is None or (other.quality, other.qualities) != (quality, model.qualities):
                raise CatalogueError(
                    f"models/{model.type}.toml: {model.id}: qualities: {number} is no {quality}"
                )


def _place(generator: Generator) -> str:
    return f"generators/{generator.slug}.toml"


def _documents(folder: Traversable) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".toml"):
            continue
        place = f"{folder.name}/{path.name}"
        try:
            yield path.name.removesuffix(".toml"), place, tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise CatalogueError(f"{place}: not valid TOML: {error}") from error


def _record(kind: type[Record], entry: dict[str, Any], place: str) -> Record:
    try:
        return kind.model_validate(entry)
    except ValidationError as error:
        problems = (".".join(str(part) for part in e["loc"]) + ": " + e["msg"] for e in error.errors())
        joiner = ": " if place.endswith(".toml") else "."
        raise CatalogueError("; ".join(place + joiner + problem for problem in problems)) from error
