"""Only `models.cache` keeps what comes from clients."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway.app
from gateway.graphql.trusted_documents import TrustedDocuments
from gateway.identity.keys import SharedSecret
from gateway.identity.tokens import JwtVerifier
from models.cache import BUDGET, DEFAULT_BYTES
from schema.engine.document import Documents
from schema.root import schema

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "resolvers", "schema", "rest_compat", "gateway")
UNBOUNDED = frozenset({"cache", "lru_cache"})
ALLOWED = {
    ("models/sql/selection.py", "language_parameter"): "numbers of languages in a plan",
    ("models/sql/selection.py", "text_columns"): "tables",
    ("models/sql/languages.py", "_names"): "numbers of languages in a plan",
    ("resolvers/writing/table.py", "_names"): "tables",
    ("resolvers/writing/table.py", "_select_and_keep"): "tables",
    ("resolvers/writing/table.py", "_select_and_lock"): "tables",
    ("resolvers/writing/table.py", "_select_between"): "tables and columns",
    ("resolvers/writing/save.py", "_tables"): "no argument",
    ("models/migrate.py", "_known_revisions"): "no argument",
    ("models/sql/ordering.py", "_key_names"): "counts of sort terms",
    ("models/filter/pattern/syntax.py", "case_variants"): "no argument",
    ("rest_compat/openapi/endpoint.py", "_rendered"): "no argument",
    ("gateway/home/page.py", "_schema_text"): "no argument",
}
"""Functions whose arguments no client can choose freely, with what those are."""


def cached_functions() -> Iterator[tuple[str, str]]:
    """File and name of each function that functools caches, whatever it is called there."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(file.read_text())
            imported = {
                alias.asname or alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module == "functools"
                for alias in node.names
                if alias.name in UNBOUNDED
            }
            functions = {
                id(part): node.name
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                for decorator in node.decorator_list
                for part in ast.walk(decorator)
            }
            for node in ast.walk(tree):
                is_name = isinstance(node, ast.Name) and node.id in imported
                is_attribute = (
                    isinstance(node, ast.Attribute)
                    and node.attr in UNBOUNDED
                    and isinstance(node.value, ast.Name)
                    and node.value.id == "functools"
                )
                if is_name or is_attribute:
                    yield str(file.relative_to(ROOT)), functions.get(id(node), "no function")


@pytest.mark.slow
def test_functools_caches_nothing_of_a_client() -> None:
    assert set(cached_functions()) == set(ALLOWED)


def test_ordered_dicts_are_for_the_cache_alone() -> None:
    """Every cache that counted entries was one."""
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    users = [str(file.relative_to(ROOT)) for file in files if "OrderedDict" in file.read_text()]
    assert users == ["models/cache.py"]


def test_all_caches_of_an_application_fit_into_the_budget() -> None:
    assert gateway.app.__name__  # it has made the caches of all modules
    application = (Documents(schema), TrustedDocuments(), JwtVerifier(SharedSecret("x" * 32)))
    shares = BUDGET.shares()
    assert len(application) == 3
    assert 0.9 < round(sum(shares.values()), 6) <= 1.0
    assert max(shares.values()) * DEFAULT_BYTES < 20_000_000
