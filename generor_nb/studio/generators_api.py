"""Operations on generators and models."""

from __future__ import annotations

from starlette.responses import Response

from ..contract.generor import MODEL_TYPES
from . import teams
from .answers import missing, success
from .catalogue import Generator
from .checks import CHECKS
from .creations import IS_PUBLIC, from_generator, listing
from .dispatch import Call
from .offload import offload
from .order import Order, read_order


async def list_generators(call: Call) -> Response:
    """List what can be asked for."""
    status = call.query("status")
    found = call.parts.catalogue.generators.values()
    return success([g.summary() for g in found if status in ("all", g.status)])


async def get_generator(call: Call) -> Response:
    """Describe a generator with its parameters."""
    return success(generator_in_path(call).payload())


async def list_generator_creations(call: Call) -> Response:
    """List a generator's public creations."""
    wanted = from_generator(generator_in_path(call).slug)
    return await call.list(listing, call.parts.catalogue, IS_PUBLIC, wanted)


async def estimate(call: Call) -> Response:
    """Tell the price and the time of a request, without charge."""
    order = await _order(call, paid=False)
    return success(await offload(call.parts.desk.estimate, order))


async def generate(call: Call) -> Response:
    """Make creations and charge for them."""
    order = await _order(call, paid=True)
    return success(await call.parts.desk.generate(call.user_id, order, call.origin), status=201)


async def list_models(call: Call) -> Response:
    """List all models by type."""
    found = call.parts.catalogue
    return success({kind: [model.payload() for model in found.models_of(kind)] for kind in MODEL_TYPES})


async def list_models_of_type(call: Call) -> Response:
    """List the models of a type."""
    return success([model.payload() for model in call.parts.catalogue.models_of(_model_type(call))])


async def get_model(call: Call) -> Response:
    """Describe a model with its price."""
    kind, number = _model_type(call), call.id("Model")
    model = call.parts.catalogue.models.get(number)
    if model is None or model.type != kind:
        raise missing("Model")
    return success(model.payload())


def generator_in_path(call: Call) -> Generator:
    return _generator(call, call.path("slug"))


def generator_filter(call: Call) -> str | None:
    """The generator that a list is limited to."""
    slug = call.query("generator")
    return None if slug is None else _generator(call, slug).slug


async def _order(call: Call, *, paid: bool) -> Order:
    generator, body = generator_in_path(call), await call.body()
    team_id = body.get("team_id")
    if team_id is not None and CHECKS["team_id"](team_id) is None:
        await _check_team(call, team_id)
    return read_order(call.parts.catalogue, generator, body, paid=paid)


async def _check_team(call: Call, team_id: int) -> None:
    """Prices are public: somebody without a key may name any team."""
    if call.caller is None:
        await call.read(teams.check_exists, team_id)
    else:
        await call.read(teams.check_member, team_id, call.caller.user_id)


def _generator(call: Call, slug: str) -> Generator:
    found = call.parts.catalogue.generators.get(slug)
    if found is None:
        raise missing("Generator")
    return found


def _model_type(call: Call) -> str:
    kind = call.path("type")
    if kind not in MODEL_TYPES:
        raise missing("Model type")
    return kind
