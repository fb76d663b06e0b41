"""Answers of the GraphQL door to requests that are refused before they are executed."""

from collections.abc import Mapping

from starlette.responses import Response

from rest_compat.responses import json_response


def graphql_error_response(
    status: int, message: str, code: str, headers: Mapping[str, str] | None = None
) -> Response:
    """One error, with its code where clients look for it."""
    error = {"message": message, "extensions": {"code": code}}
    return json_response({"errors": [error]}, status, headers)
