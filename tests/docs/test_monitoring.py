"""The dashboard and the alert rules ask for metrics, labels and values that the gateway has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import promql_parser
import pytest
import yaml
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings.settings import Settings
from tests.gateway.serving import client_of

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples"
DASHBOARD = json.loads((EXAMPLES / "monitoring" / "grafana-dashboard.json").read_text())
ALERTS = [
    rule
    for group in yaml.safe_load((EXAMPLES / "monitoring" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
MANIFESTS = list(yaml.safe_load_all((EXAMPLES / "kubernetes" / "gateway.yaml").read_text()))
OPERATIONS = (DOCS / "operations.md").read_text()
ROW = re.compile(r"^\| (`segments_[^|]+) \| ([^|]*) \|", re.MULTILINE)
OF_HISTOGRAMS = {"le"}


def expressions() -> list[str]:
    queries = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [query.replace("$__rate_interval", "5m") for query in queries] + [rule["expr"] for rule in ALERTS]


def parts(expression: Any) -> Iterator[Any]:
    """The expression, and each that it consists of."""
    yield expression
    children = [getattr(expression, name, None) for name in ("expr", "lhs", "rhs", "vector_selector", "args")]
    for child in children:
        for one in child if isinstance(child, list) else [child]:
            if isinstance(one, promql_parser.Expr):
                yield from parts(one)


def selectors(query: str) -> list[Any]:
    return [part for part in parts(promql_parser.parse(query)) if hasattr(part, "matchers")]


def labels_by_metric() -> dict[str, set[str]]:
    """What the table in the documentation says."""
    return {
        name: set(re.findall(r"`(\w+)`", labels))
        for names, labels in ROW.findall(OPERATIONS)
        for name in re.findall(r"`(\w+)`", names)
    }


async def metrics_of(settings: Settings) -> set[str]:
    """The names that Prometheus knows them by."""
    async with client_of(create_app(settings)) as client:
        page = (await client.get("/metrics")).text
    names = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", page, flags=re.MULTILINE):
        names |= {f"{name}_bucket", f"{name}_count", f"{name}_sum"} if kind == "histogram" else {name}
    return names


async def test_every_metric_exists(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'db'}"
    names = await metrics_of(Settings(database_url=url, token_secret=SecretStr("s" * 32)))
    asked = {selector.name for query in expressions() for selector in selectors(query)}
    assert len(asked) > 15
    assert asked <= names


@pytest.mark.parametrize("query", expressions())
def test_every_label_exists(query: str) -> None:
    labels = labels_by_metric()
    of_query: set[str] = set()
    for selector in selectors(query):
        family = selector.name.removesuffix("_bucket")
        of_query |= labels.get(family, set())
        for matcher in selector.matchers.matchers:
            assert matcher.name in labels[family]
            for value in matcher.value.split("|"):
                assert f"`{value}`" in OPERATIONS
    groupings = {label for part in parts(promql_parser.parse(query)) for label in _grouping(part)}
    assert groupings <= of_query | OF_HISTOGRAMS


def _grouping(part: Any) -> list[str]:
    if isinstance(part, promql_parser.AggregateExpr) and part.modifier is not None:
        return list(part.modifier.labels)
    return []


def test_every_alert_and_panel_has_its_place() -> None:
    for rule in ALERTS:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest["kind"])
def test_kubernetes_knows_every_field(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def test_kubernetes_starts_commands_and_settings_that_exist() -> None:
    settings = {f"SEGMENTS_{name.upper()}" for name in Settings.model_fields}
    pods = [one["spec"]["template"]["spec"] for one in MANIFESTS if one["kind"] in {"Job", "Deployment"}]
    containers = [container for pod in pods for container in pod["containers"]]
    assert [container["args"][0] for container in containers] == ["migrate", "serve"]
    for container in containers:
        assert {variable["name"] for variable in container["env"]} <= settings
