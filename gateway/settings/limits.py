"""Settings for the limits of a request."""

from pathlib import Path
from typing import Final, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings

from gateway.fairness.accounts import LOOP_SHARE
from gateway.graphql.request import RequestLimits
from models.cache import DEFAULT_BYTES
from resolvers.values.json_text import JsonLimits
from rest_compat.wire.responses import LARGEST_ANSWER
from schema.engine.limits.limits import Limits

LONGEST_URL: Final = 65_000
"""Bytes. The HTTP parser itself refuses 65,536 and more, with 400 and a plain text."""
USUAL_URL: Final = 10 * 1024
USUAL_HEADERS: Final = 60 * 1024
USUAL_REQUESTS: Final = 1_000
USUAL_SECONDS: Final = 10.0
"""The default limits of requests, in bytes, requests and seconds."""
READ_FOR_ANSWER: Final = 2
"""Bytes read from the database per byte of the largest response: some bytes are not shown."""
LARGEST_HEADERS: Final = 500_000
"""Bytes. The connection closes at twice as many (`gateway.server.connection_limits`), framing included."""


class LimitSettings(BaseSettings):
    """The limits of `gateway.settings.settings.Settings`."""

    max_depth: int = Field(default=15, ge=1, le=100, description="Levels of fields in a GraphQL operation.")
    max_aliases: int = Field(default=30, ge=0, description="Aliases in a GraphQL operation.")
    max_root_fields: int = Field(default=20, ge=1, description="Fields at the root of a GraphQL operation.")
    max_directives: int = Field(default=10, ge=0, description="Directives in a GraphQL operation.")
    max_fields: int = Field(
        default=1_000, ge=1, description="Fields in a GraphQL operation, fragments expanded."
    )
    max_same_name: int = Field(
        default=100, ge=1, description="Fields of one response name in a GraphQL operation."
    )
    max_tokens: int = Field(default=2_000, ge=1, description="Tokens in a GraphQL document.")
    max_characters: int = Field(default=100_000, ge=1, description="Characters in a GraphQL document.")
    max_validation_errors: int = Field(
        default=5, ge=1, description="Errors that are told of one GraphQL document."
    )
    max_input_objects: int = Field(
        default=500, ge=1, description="Input objects in the variables of a GraphQL query."
    )
    max_cost: int = Field(
        default=50_000,
        ge=1,
        description="Objects that the answer of a GraphQL operation is estimated to have.",
    )
    max_batch: int = Field(default=10, ge=1, le=1_000, description="Operations in a GraphQL batch.")
    batching: bool = Field(default=False, description="Accept lists of GraphQL operations.")
    introspection: bool = Field(
        default=True, description="Let clients ask for the GraphQL schema; false hides suggestions as well."
    )
    max_introspection: int = Field(
        default=50_000,
        ge=1,
        description="Values that the answer of a GraphQL operation has below `__schema` and `__type`.",
    )
    max_introspection_depth: int = Field(
        default=30, ge=1, le=100, description="Levels of fields below `__schema` and `__type`."
    )
    max_introspection_directives: int = Field(
        default=100, ge=0, description="Directives below `__schema` and `__type`."
    )
    max_graphql_body: int = Field(
        default=1_000_000, ge=1_000, description="Bytes of a GraphQL body, and of a message over WebSocket."
    )
    max_rest_body: int = Field(default=10 * 1024 * 1024, ge=1_000, description="Bytes of a REST body.")
    max_answer: int = Field(
        default=LARGEST_ANSWER,
        ge=1_000,
        description="Bytes of an answer's body; larger ones are an error. Twice as many may be read from the "
        "database for it.",
    )
    max_json_depth: int = Field(
        default=100, ge=3, le=500, description="Levels of JSON in the body of a request."
    )
    max_json_values: int = Field(
        default=50_000, ge=100, description="Names and values of JSON in the body of a request."
    )
    max_json_objects: int = Field(
        default=5_000, ge=10, description="Objects of JSON in the body of a request."
    )
    max_url: int = Field(
        default=USUAL_URL, ge=256, le=LONGEST_URL, description="Bytes of a path and its query."
    )
    max_headers: int = Field(
        default=USUAL_HEADERS, ge=1024, le=LARGEST_HEADERS, description="Bytes of all headers of a request."
    )
    max_requests: int = Field(
        default=USUAL_REQUESTS,
        ge=1,
        description="Requests that one process answers at the same time; others get 503.",
    )
    loop_share: float = Field(
        default=LOOP_SHARE,
        gt=0,
        le=1,
        description="Part of the time of a process beyond which the requests of one caller wait for those of "
        "others (a customer, the subject of a token, or an address without one); 1: they never do.",
    )
    max_waiting: int = Field(
        default=100,
        ge=1,
        description="Requests of one caller that wait because the caller exceeds SEGMENTS_LOOP_SHARE; others "
        "get 503.",
    )
    max_streams: int = Field(
        default=1_000,
        ge=0,
        description="Streams that one process has open: WebSockets and responses of server-sent events.",
    )
    streams_per_caller: int | None = Field(
        default=None,
        ge=1,
        description="Of them, those of one caller (a customer, or the subject of a token); unset: a tenth.",
    )
    max_socket_operations: int = Field(
        default=50,
        ge=1,
        description="GraphQL operations that one WebSocket has under way, subscriptions included.",
    )
    send_timeout: float = Field(
        default=30.0,
        ge=1,
        le=3600,
        description="Seconds that a client may take to read what was sent to it; then its connection ends.",
    )
    request_timeout: float = Field(
        default=USUAL_SECONDS,
        gt=0,
        le=3600,
        description="Seconds after which a request is given up with 504.",
    )
    cache_bytes: int = Field(
        default=DEFAULT_BYTES,
        ge=8_000_000,
        description="Bytes that one process keeps of requests, estimated: statements, documents, plans, "
        "tokens and other values that are costly to build.",
    )
    persisted_queries: bool = Field(
        default=True, description="Let clients register GraphQL documents by hash (Apollo's protocol)."
    )
    trusted_documents: Path | None = Field(
        default=None, description="A JSON file from SHA-256 to GraphQL document, known from the start."
    )
    trusted_documents_only: bool = Field(
        default=False, description="Execute no GraphQL document but those of SEGMENTS_TRUSTED_DOCUMENTS."
    )

    @model_validator(mode="after")
    def _only_what_is_listed(self) -> Self:
        if self.trusted_documents_only and self.trusted_documents is None:
            raise ValueError("SEGMENTS_TRUSTED_DOCUMENTS_ONLY needs SEGMENTS_TRUSTED_DOCUMENTS")
        return self

    @property
    def document_limits(self) -> Limits:
        """The limits of GraphQL documents, for the schema."""
        return Limits(
            characters=self.max_characters,
            tokens=self.max_tokens,
            depth=self.max_depth,
            aliases=self.max_aliases,
            root_fields=self.max_root_fields,
            directives=self.max_directives,
            fields=self.max_fields,
            same_name=self.max_same_name,
            validation_errors=self.max_validation_errors,
            inputs=self.max_input_objects,
            nodes=self.max_cost,
            introspection=self.introspection,
            introspection_depth=self.max_introspection_depth,
            introspection_directives=self.max_introspection_directives,
            introspection_values=self.max_introspection,
        )

    @property
    def json_limits(self) -> JsonLimits:
        """The limits of JSON bodies, for both APIs."""
        return JsonLimits(self.max_json_depth, self.max_json_values, self.max_json_objects)

    @property
    def request_limits(self) -> RequestLimits:
        """The limits of requests, for the GraphQL endpoint."""
        return RequestLimits(
            body=self.max_graphql_body,
            json=self.json_limits,
            batch=self.max_batch if self.batching else 0,
            tokens=self.max_tokens,
        )
