"""The 45 operations of the API in one table: what each takes, who may call it, what it answers."""

from __future__ import annotations

from ..contract.generor import TRANSACTION_TYPES
from .account_api import (
    create_api_key,
    get_balance,
    get_me,
    list_api_keys,
    list_transactions,
    revoke_api_key,
    update_me,
)
from .checks import ORDER_FIELDS, Check, Field, Query, one_of, some_of, whole, words
from .creations import LICENSES
from .creations_api import (
    add_comment,
    delete_comment,
    delete_creation,
    get_creation,
    get_creation_status,
    get_media,
    get_rating,
    list_comments,
    list_feed,
    list_my_creations,
    list_public_creations,
    rate_creation,
    search_creations,
    update_creation,
    vote_comment,
)
from .declare import GENERATOR_FILTER, PAGING, PUBLIC, Operation
from .generators_api import (
    estimate,
    generate,
    get_generator,
    get_model,
    list_generator_creations,
    list_generators,
    list_models,
    list_models_of_type,
)
from .keys import SCOPES
from .people_api import (
    follow,
    get_follow,
    get_user,
    list_followers,
    list_following,
    list_user_creations,
    unfollow,
)
from .teams_api import (
    add_member,
    create_team,
    get_team,
    join_team,
    leave_team,
    list_team_creations,
    list_teams,
    remove_member,
    renew_invite,
)

API = "/api/v1"
FILTERED = (GENERATOR_FILTER, *PAGING)
READ, WRITE, GENERATE = SCOPES

STATUS = Query("status", one_of("active", "development", "all"), "active")
SEARCH = (Query("q", words(200), required=True), *PAGING)
BY_TYPE = (Query("type", one_of(*TRANSACTION_TYPES)), *PAGING)

BIO = Check({"type": "string", "maxLength": 500}, "a string of at most 500 characters")
WEBSITE = Check(
    {"type": "string", "maxLength": 200, "pattern": r"^https?://[^\s/]+\S*$"},
    "an http or https address of at most 200 characters",
)
PROFILE = (Field("bio", BIO, clears=True), Field("website", WEBSITE, clears=True))
RIGHTS = (Field("privacy_mode", whole(0, 1)), Field("license", whole(LICENSES[0], LICENSES[-1])))
TEAM = (Field("name", words(100), required=True),)
MEMBER = (Field("username", words(100), required=True),)
COMMENT = (Field("text", words(2_000), required=True), Field("parent_id", whole(1)))
VOTE = (Field("vote", one_of("up", "down"), required=True),)
SCORE = (Field("score", whole(1, 5), required=True),)
KEY = (Field("name", words(100), required=True), Field("scopes", some_of(*SCOPES)))

GENERATORS = (
    Operation("GET", "/generators", list_generators, PUBLIC, "Generator", many=True, query=(STATUS,)),
    Operation("GET", "/generators/{slug}", get_generator, PUBLIC, "GeneratorInFull"),
    Operation(
        "GET",
        "/generators/{slug}/creations",
        list_generator_creations,
        PUBLIC,
        "Creation",
        page=True,
        query=PAGING,
    ),
    Operation(
        "POST",
        "/generators/{slug}/estimate",
        estimate,
        PUBLIC,
        "Estimate",
        fields=ORDER_FIELDS,
        example={"model_id": 37, "count": 2},
        guarded=True,
    ),
    Operation(
        "POST",
        "/generators/{slug}/generate",
        generate,
        GENERATE,
        "Generated",
        status=201,
        fields=ORDER_FIELDS,
        example={"model_id": 37, "prompt": "Tell me a joke about programming"},
        refuses=("INSUFFICIENT_CREDITS",),
    ),
    Operation("GET", "/models", list_models, PUBLIC, "ModelsByType"),
    Operation("GET", "/models/{type}", list_models_of_type, PUBLIC, "Model", many=True),
    Operation("GET", "/models/{type}/{id}", get_model, PUBLIC, "Model"),
)
CREATIONS = (
    Operation("GET", "/creations", list_my_creations, READ, "Creation", page=True, query=FILTERED),
    Operation(
        "GET", "/creations/public", list_public_creations, PUBLIC, "Creation", page=True, query=FILTERED
    ),
    Operation("GET", "/creations/search", search_creations, PUBLIC, "Creation", page=True, query=SEARCH),
    Operation("GET", "/creations/{id}", get_creation, PUBLIC, "Creation", guarded=True),
    Operation("GET", "/creations/{id}/status", get_creation_status, READ, "Status"),
    Operation(
        "PATCH",
        "/creations/{id}",
        update_creation,
        WRITE,
        "Creation",
        fields=RIGHTS,
        example={"privacy_mode": 1, "license": 2},
    ),
    Operation("DELETE", "/creations/{id}", delete_creation, WRITE, "CreationDeleted"),
    Operation("GET", "/feed", list_feed, READ, "Creation", page=True, query=FILTERED),
)
COMMENTS = (
    Operation(
        "GET",
        "/creations/{id}/comments",
        list_comments,
        PUBLIC,
        "Comment",
        page=True,
        query=PAGING,
        guarded=True,
    ),
    Operation(
        "POST",
        "/creations/{id}/comments",
        add_comment,
        WRITE,
        "Comment",
        status=201,
        fields=COMMENT,
        example={"text": "Great creation!", "parent_id": None},
    ),
    Operation("DELETE", "/comments/{id}", delete_comment, WRITE, "Comment"),
    Operation(
        "POST", "/comments/{id}/vote", vote_comment, WRITE, "Comment", fields=VOTE, example={"vote": "up"}
    ),
    Operation("GET", "/creations/{id}/rating", get_rating, PUBLIC, "Rating", guarded=True),
    Operation(
        "POST", "/creations/{id}/rating", rate_creation, WRITE, "MyRating", fields=SCORE, example={"score": 5}
    ),
)
PEOPLE = (
    Operation("GET", "/users/me", get_me, READ, "Me"),
    Operation(
        "PATCH",
        "/users/me",
        update_me,
        WRITE,
        "Me",
        fields=PROFILE,
        example={"bio": "Updated bio", "website": "https://example.com"},
    ),
    Operation("GET", "/users/{username}", get_user, PUBLIC, "User"),
    Operation(
        "GET", "/users/{username}/creations", list_user_creations, PUBLIC, "Creation", page=True, query=PAGING
    ),
    Operation("GET", "/users/{username}/followers", list_followers, PUBLIC, "User", page=True, query=PAGING),
    Operation("GET", "/users/{username}/following", list_following, PUBLIC, "User", page=True, query=PAGING),
    Operation("GET", "/users/{username}/follow", get_follow, READ, "Following"),
    Operation("POST", "/users/{username}/follow", follow, WRITE, "Following", refuses=("VALIDATION_ERROR",)),
    Operation("DELETE", "/users/{username}/follow", unfollow, WRITE, "Following"),
)
TEAMS = (
    Operation("GET", "/teams", list_teams, READ, "Team", page=True, query=PAGING),
    Operation(
        "POST",
        "/teams",
        create_team,
        WRITE,
        "Team",
        status=201,
        fields=TEAM,
        example={"name": "My Creative Team"},
    ),
    Operation("POST", "/teams/join/{invite_code}", join_team, WRITE, "Team"),
    Operation("GET", "/teams/{id}", get_team, READ, "Team"),
    Operation("DELETE", "/teams/{id}", leave_team, WRITE, "TeamLeft"),
    Operation(
        "POST",
        "/teams/{id}/members",
        add_member,
        WRITE,
        "Team",
        fields=MEMBER,
        example={"username": "janedoe"},
    ),
    Operation(
        "DELETE",
        "/teams/{id}/members/{user_id}",
        remove_member,
        WRITE,
        "Team",
        refuses=("VALIDATION_ERROR",),
    ),
    Operation("POST", "/teams/{id}/invite", renew_invite, WRITE, "Team"),
    Operation("GET", "/teams/{id}/creations", list_team_creations, READ, "Creation", page=True, query=PAGING),
)
ACCOUNT = (
    Operation("GET", "/credits/balance", get_balance, READ, "Balance"),
    Operation(
        "GET",
        "/credits/transactions",
        list_transactions,
        READ,
        "Transaction",
        page=True,
        query=BY_TYPE,
    ),
    Operation("GET", "/api-keys", list_api_keys, READ, "ApiKey", page=True, query=PAGING),
    Operation(
        "POST",
        "/api-keys",
        create_api_key,
        WRITE,
        "NewApiKey",
        status=201,
        fields=KEY,
        example={"name": "My App", "scopes": ["read", "generate"]},
    ),
    Operation("DELETE", "/api-keys/{id}", revoke_api_key, WRITE, "ApiKeyRevoked"),
)
OPERATIONS = (*GENERATORS, *CREATIONS, *COMMENTS, *PEOPLE, *TEAMS, *ACCOUNT)

# Beside the API: the files of creations, at the addresses that the API gives.
MEDIA = Operation("GET", "/users/{user_id}/{folder}/{name}", get_media, PUBLIC, "")
