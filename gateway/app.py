"""The ASGI application: endpoints, middleware and process-wide state."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp
from strawberry import Schema

from gateway.fairness.loop_share import FairLoop, LoopShare
from gateway.graphiql.endpoints import BUNDLE, graphiql_endpoints
from gateway.graphiql.page import GraphiQLPage
from gateway.graphiql.rest_page import REST_PATH, RestPage
from gateway.graphql import errors as graphql_errors
from gateway.graphql.endpoint import GraphQLEndpoint
from gateway.graphql.operations import Operations
from gateway.graphql.trusted_documents import InvalidDocumentList, TrustedDocuments, load_documents
from gateway.home.page import SCHEMA_PATH, Home, schema_text
from gateway.http.apis import GRAPHQL_PATH
from gateway.http.bounds import Bounds
from gateway.http.cors import cors_middleware
from gateway.http.health import Readiness, healthz
from gateway.http.response_headers import ON_EVERY_ANSWER
from gateway.http.routing import Endpoint, Gateway, Router, endpoint, page
from gateway.http.traffic import RequestSize
from gateway.identity.authentication import Authentication, fault_refusal
from gateway.identity.jwks import PublishedKeys
from gateway.identity.keys import KeySource, SharedSecret
from gateway.identity.oauth import TokenEndpoint
from gateway.identity.tokens import JwtVerifier, TokenVerifier
from gateway.lifespan import lifespan
from gateway.observability.access_log import json_lines, log_request
from gateway.observability.logs import configure_logs
from gateway.observability.metrics.all import Metrics
from gateway.observability.observation import Observation, Recorder
from gateway.observability.tracing.switch import tracing_from_environment
from gateway.server.garbage import configure_collector
from gateway.server.threads import configure_threads
from gateway.settings.settings import NO_KEY, Settings, load_settings
from gateway.settings.source import InvalidSettings
from gateway.websocket.connection import Rules
from gateway.websocket.endpoint import WebSocketEndpoint
from gateway.websocket.operation import Answers
from models.cache import BUDGET
from rest_compat.app import create_rest_app
from rest_compat.openapi.endpoint import openapi_json
from rest_compat.routing import MOUNTED_AT
from rest_compat.wire.body import BodyLimits
from schema.root import schema

if TYPE_CHECKING:
    from gateway.observability.tracing.tracing import Tracing


def create_app(
    settings: Settings,
    *,
    verifier: TokenVerifier | None = None,
    tracing: "Tracing | None" = None,
    bundle: Path = BUNDLE,
    request_log: Recorder = log_request,
) -> Starlette:
    """Make the gateway's ASGI application.

    Raises InvalidSettings where no setting gives a key to verify tokens with.
    """
    BUDGET.total = settings.cache_bytes
    verifier = verifier or verifier_of(settings)
    operations = _operations(settings)
    fair = FairLoop(settings.loop_share, settings.max_waiting)
    graphql = LoopShare(_graphql(settings, operations, tracing), fair)
    guarded = Authentication(graphql, verifier=verifier, refusal=graphql_errors.error_response)
    metrics = Metrics(operations.documents, fair) if settings.metrics else None
    recorders: list[Recorder] = [request_log, *([metrics.requests] if metrics else [])]

    endpoints = {
        **_endpoints(settings, bundle),
        GRAPHQL_PATH: endpoint(GraphiQLPage(guarded, bundle=bundle), "GET", "POST"),
        **({"/metrics": page(metrics.page.answer)} if metrics else {}),
    }
    return Gateway(
        Router(
            endpoints,
            prefix=MOUNTED_AT,
            below=_rest_app(settings, verifier, fair),
            sockets={GRAPHQL_PATH: _sockets(settings, operations, verifier, fair, recorders)},
        ),
        middleware=_middleware(settings, tracing, recorders),
        lifespan=partial(lifespan, settings, tracing, metrics),
    )


def _middleware(
    settings: Settings, tracing: "Tracing | None", recorders: Sequence[Recorder]
) -> list[Middleware]:
    """The layers around all endpoints, the outermost first."""
    size = RequestSize(url=settings.max_url, headers=settings.max_headers)
    return [
        *_tracing_middleware(tracing),
        Middleware(Observation, recorders=recorders, headers=ON_EVERY_ANSWER),
        *cors_middleware(settings.cors_origins),
        Middleware(Bounds, size=size, most=settings.max_requests, seconds=settings.request_timeout),
    ]


def _operations(settings: Settings) -> Operations:
    return Operations(
        _schema(settings),
        compiled_plans=settings.compiled_plans,
        limits=settings.document_limits,
        trusted=_trusted_documents(settings),
    )


def _schema(settings: Settings) -> Schema:
    if not settings.federation:
        return schema
    from schema.federation.root import federated_schema  # noqa: PLC0415  (it takes 0.1 s and memory to make)

    return federated_schema


def _graphql(settings: Settings, operations: Operations, tracing: "Tracing | None") -> GraphQLEndpoint:
    return GraphQLEndpoint(
        operations,
        settings.policy,
        request_limits=settings.request_limits,
        largest_answer=settings.max_answer,
        request_timeout=settings.request_timeout,
        span=nullcontext if tracing is None else tracing.operation,
    )


def _sockets(
    settings: Settings,
    operations: Operations,
    verifier: TokenVerifier,
    fair: FairLoop,
    recorders: Sequence[Recorder],
) -> ASGIApp:
    answers = Answers(
        operations,
        settings.policy,
        fair,
        largest_answer=settings.max_answer,
        request_timeout=settings.request_timeout,
        most=settings.max_requests,
        recorders=recorders,
    )
    rules = Rules(answers, verifier, settings.request_limits, settings.max_socket_operations)
    return WebSocketEndpoint(rules, origins=settings.cors_origins, most=2 * settings.max_streams)


def _tracing_middleware(tracing: "Tracing | None") -> Sequence[Middleware]:
    if tracing is None:
        return []
    from gateway.observability.tracing.middleware import RequestSpan  # noqa: PLC0415  (its libraries are an extra)

    return [Middleware(RequestSpan, tracing=tracing)]


def _endpoints(settings: Settings, bundle: Path) -> Mapping[str, Endpoint]:
    """The endpoints of exact paths.

    All other paths are those of REST, or unknown.
    """
    return {
        "/": page(Home(settings).answer),
        **({SCHEMA_PATH: page(schema_text)} if settings.introspection else {}),
        "/healthz": page(healthz),
        "/readyz": page(Readiness(settings.rules).answer),
        **graphiql_endpoints(settings, bundle),
        REST_PATH: page(RestPage(bundle).answer),
        f"{MOUNTED_AT}/openapi.json": page(openapi_json),
        **_token_endpoint(settings),
    }


def _rest_app(settings: Settings, verifier: TokenVerifier, fair: FairLoop) -> ASGIApp:
    def authenticated(app: ASGIApp) -> ASGIApp:
        return Authentication(LoopShare(app, fair), verifier=verifier, refusal=fault_refusal)

    return create_rest_app(
        settings.policy,
        authenticated,
        limits=BodyLimits(settings.max_rest_body, settings.json_limits),
        largest_answer=settings.max_answer,
    )


def _trusted_documents(settings: Settings) -> TrustedDocuments:
    try:
        documents = load_documents(settings.trusted_documents) if settings.trusted_documents else {}
    except InvalidDocumentList as error:
        raise InvalidSettings(f"SEGMENTS_TRUSTED_DOCUMENTS: {error}") from None
    return TrustedDocuments(
        documents, only_listed=settings.trusted_documents_only, registers=settings.persisted_queries
    )


def _token_endpoint(settings: Settings) -> Mapping[str, Endpoint]:
    """The token endpoint, if tokens are signed with SEGMENTS_TOKEN_SECRET.

    An identity provider has a token endpoint itself.
    """
    if settings.token_secret is None:
        return {}
    tokens = TokenEndpoint(
        settings.oauth_clients,
        settings.token_secret.get_secret_value(),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
    )
    return {"/oauth/token": endpoint(tokens, "POST")}


def verifier_of(settings: Settings) -> TokenVerifier:
    """Make the verifier of tokens.

    Its keys are our own secret or those of an identity provider, whichever is set.
    """
    keys: KeySource
    if settings.token_secret is not None:
        keys = SharedSecret(settings.token_secret.get_secret_value())
    elif settings.jwks_url is not None:
        keys = PublishedKeys(settings.jwks_url)
    else:
        raise InvalidSettings(NO_KEY)
    return JwtVerifier(
        keys,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        leeway=settings.token_leeway,
    )


def app_from_environment() -> Starlette:
    """Make the application of a worker process."""
    settings = load_settings()
    configure_logs(settings.log_format)
    request_log = json_lines() if settings.log_format == "json" else log_request
    app = create_app(settings, tracing=tracing_from_environment(), request_log=request_log)
    configure_collector()
    configure_threads()
    return app
