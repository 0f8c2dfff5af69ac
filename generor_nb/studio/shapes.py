"""The shapes of answers, as JSON schemas. The description is made of them, and tests hold answers to them."""

from __future__ import annotations

from typing import Any

from ..contract.generor import MODEL_TYPES, STATUS_BY_CODE, TRANSACTION_TYPES
from .keys import SCOPES
from .rates import LIMITS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
ID: Schema = {"type": "integer", "minimum": 1}
COUNT: Schema = {"type": "integer", "minimum": 0}
AMOUNT: Schema = {"type": "number", "minimum": 0}
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"}
OBJECT: Schema = {"type": "object"}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _words(*allowed: str) -> Schema:
    return {"type": "string", "enum": list(allowed)}


def _record(fields: Schema, **optional: Schema) -> Schema:
    return {"type": "object", "properties": {**fields, **optional}, "required": list(fields)}


_GENERATOR: Schema = {
    "slug": TEXT,
    "title": TEXT,
    "description": TEXT,
    "icon": TEXT,
    "status": _words("active", "development"),
    "similar_generators": _list(TEXT),
    "type": _words(*MODEL_TYPES),
    "prompt_required": FLAG,
    "image_required": FLAG,
}
_MODEL = _record(
    {
        "id": ID,
        "name": TEXT,
        "type": _words(*MODEL_TYPES),
        "provider": TEXT,
        "description": TEXT,
        "credit_cost": AMOUNT,
        "supports_img2img": FLAG,
        "supports_aspect_ratio": FLAG,
    },
    aspect_ratios=_list(_record({"id": ID, "ratio": TEXT, "label": TEXT})),
    supported_durations=_list(ID),
    default_duration=ID,
    supports_audio=FLAG,
    audio_cost_multiplier=AMOUNT,
    supports_end_frame=FLAG,
    quality=TEXT,
    default_quality=TEXT,
    qualities={"type": "object", "additionalProperties": ID},
    group_slug=TEXT,
    group_name=TEXT,
    max_reference_images=COUNT,
    max_reference_videos=COUNT,
    supports_reference_audio=FLAG,
    takes_video=FLAG,
    requires=_list(_words("image_url", "video_url")),
)
_ORDERED: Schema = {
    "generator": TEXT,
    "model_id": ID,
    "model_type": _words(*MODEL_TYPES),
    "model_name": TEXT,
}
_FILE = _record(
    {"url": TEXT, "width": _maybe(COUNT), "height": _maybe(COUNT)}, poster_url=TEXT, seconds=AMOUNT
)
_CREATION = _record(
    {
        "creation_id": ID,
        "generator": TEXT,
        "user_id": ID,
        "username": TEXT,
        "prompt": TEXT,
        "created_at": TIME,
        "privacy_mode": {"type": "integer", "enum": [0, 1]},
        "type": _words("text", "img", "video", "audio", "svg"),
        "license": {"type": "integer", "enum": [1, 2]},
        "model_id": ID,
        "model_name": TEXT,
        "images": _list(_FILE),
        "videos": _list(_FILE),
        "audios": _list(_FILE),
        "text": _maybe(TEXT),
        "generator_data": _maybe(OBJECT),
    }
)
_BALANCE: Schema = {"total": COUNT, "paid": COUNT, "free": COUNT, "earned": COUNT, "max": COUNT}
_USER: Schema = {
    "user_id": ID,
    "username": TEXT,
    "avatar": _maybe(TEXT),
    "bio": _maybe(TEXT),
    "website": _maybe(TEXT),
    "joined": TIME,
    "creation_count": COUNT,
    "follower_count": COUNT,
    "following_count": COUNT,
}
_MEMBER = _record({"user_id": ID, "username": TEXT, "role": _words("owner", "member"), "joined": TIME})
_RATING: Schema = {
    "creation_id": ID,
    "average": {"type": "number", "minimum": 0, "maximum": 5},
    "count": COUNT,
}
_PREFIX: Schema = {"type": "string", "pattern": "^gnr_live_[0-9a-f]{8}$"}
_KEY: Schema = {"key_id": ID, "prefix": _PREFIX, "name": TEXT, "scopes": _list(_words(*SCOPES))}

_MADE: Schema = {
    **{f"{name}_url": TEXT for name in ("image", "svg", "video", "audio", "poster")},
    "text": TEXT,
    "seconds": AMOUNT,
}

SHAPES: dict[str, Schema] = {
    "Generator": _record(_GENERATOR),
    "GeneratorInFull": _record(
        {
            **_GENERATOR,
            "parameters": _list(
                _record(
                    {
                        "id": TEXT,
                        "label": TEXT,
                        "type": _words("enum", "number", "model"),
                        "default": {"type": ["string", "number"]},
                        "cost_multipliers": {"type": "object", "additionalProperties": AMOUNT},
                    },
                    options=_list(_record({"value": TEXT, "label": TEXT})),
                )
            ),
        }
    ),
    "Model": _MODEL,
    "ModelsByType": _record({kind: _list(ref("Model")) for kind in MODEL_TYPES}),
    "Estimate": _record(
        {
            **_ORDERED,
            "credit_cost": _record(
                {"total": COUNT, "per_item": COUNT, "count": ID, "discount": COUNT, "discount_percent": COUNT}
            ),
            "time_estimate": _record(
                {
                    "seconds": AMOUNT,
                    "per_item": AMOUNT,
                    "min_seconds": AMOUNT,
                    "max_seconds": AMOUNT,
                    "sample_count": COUNT,
                    "has_historical": FLAG,
                    "source": _words("historical", "fallback"),
                }
            ),
            "applied_parameters": {"type": "object", "additionalProperties": TEXT},
        },
        adjustments=OBJECT,
    ),
    "Generated": _record(
        {
            **_ORDERED,
            "creations": _list(_record({"creation_id": ID, "engine": TEXT}, **_MADE)),
            "credit_cost": COUNT,
            "credit_cost_estimated": COUNT,
            "credits_remaining": COUNT,
            "time_taken_seconds": AMOUNT,
        },
        adjustments=OBJECT,
    ),
    "Creation": _CREATION,
    "CreationDeleted": _record({"creation_id": ID, "deleted": {"const": True}}),
    "Status": _record(
        {
            "creation_id": ID,
            "status": _words("pending", "generating", "completed", "failed", "cancelled"),
        }
    ),
    "Comment": _record(
        {
            "comment_id": ID,
            "creation_id": ID,
            "user_id": ID,
            "username": TEXT,
            "text": _maybe(TEXT),
            "parent_id": _maybe(ID),
            "created_at": TIME,
            "votes": _record({"up": COUNT, "down": COUNT}),
        }
    ),
    "Rating": _record(_RATING),
    "MyRating": _record({**_RATING, "score": {"type": "integer", "minimum": 1, "maximum": 5}}),
    "User": _record(_USER),
    "Me": _record({**_USER, "email": _maybe(TEXT), "credits": ref("Balance"), "teams": _list(ref("Team"))}),
    "Following": _record({"following": FLAG}),
    "Team": _record(
        {
            "team_id": ID,
            "name": TEXT,
            "owner_id": ID,
            "created_at": TIME,
            "invite_code": TEXT,
            "members": _list(_MEMBER),
        }
    ),
    "TeamLeft": _record({"team_id": ID, "left": {"const": True}}),
    "Balance": _record(_BALANCE),
    "Transaction": _record(
        {
            "transaction_id": ID,
            "type": _words(*TRANSACTION_TYPES),
            "amount": {"type": "integer"},
            "balance_after": COUNT,
            "description": TEXT,
            "created_at": TIME,
        }
    ),
    "ApiKey": _record({**_KEY, "created_at": TIME, "last_used_at": _maybe(TIME)}),
    "NewApiKey": _record(
        {**_KEY, "api_key": {"type": "string", "pattern": "^gnr_live_[0-9a-f]{40}$"}, "message": TEXT}
    ),
    "ApiKeyRevoked": _record({"key_id": ID, "revoked": {"const": True}}),
    "Meta": _record(
        {
            "page": ID,
            "per_page": {"type": "integer", "minimum": 1, "maximum": 100},
            "total": COUNT,
            "total_pages": COUNT,
            "has_next": FLAG,
            "has_prev": FLAG,
        }
    ),
}
HEADERS: dict[str, Schema] = {
    "X-RateLimit-Limit": COUNT,
    "X-RateLimit-Remaining": COUNT,
    "X-RateLimit-Reset": COUNT,
    "X-RateLimit-Tier": _words(*LIMITS),
}
RETRY_AFTER = {"Retry-After": ID}


def envelope(data: Schema, *, paged: bool) -> Schema:
    """A successful answer."""
    body = {"success": {"const": True}, "data": data}
    return _record({**body, "meta": ref("Meta")} if paged else body)


def refusal(code: str) -> Schema:
    """An answer with one of the codes of the contract."""
    error = _record({"code": {"const": code}, "message": TEXT, "status": {"const": STATUS_BY_CODE[code]}})
    return _record({"success": {"const": False}, "error": error})
