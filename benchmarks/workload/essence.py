"""What an answer says once the manners of its server are taken off: ids in their order.

Two servers that give the same essence have found, joined, sorted and cut the same rows.
"""

from typing import Any

from benchmarks.workload.documents import Dialect

Essence = tuple[Any, ...]


class WrongAnswer(Exception):
    """An answer that is no answer: an error, or not the shape that was asked for."""


def essence(query: str, dialect: Dialect, answer: Any) -> Essence:
    """The ids (and versions) in an answer. Raises WrongAnswer."""
    try:
        if query.startswith("R"):
            return _rest(query, answer)
        if answer.get("errors"):
            raise WrongAnswer(f"{query}: {answer['errors']}")
        read = _of_gateway if dialect == "gateway" else _of_postgraphile
        return read(query, answer["data"])
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise WrongAnswer(f"{query}: {error!r} in {str(answer)[:500]}") from error


def _rest(query: str, answer: Any) -> Essence:
    match query:
        case "R3":
            return answer["customer"]["id"], answer["assignmentType"], answer["metadata"]["version"]
        case "R4" | "R5":
            return answer["segmentId"], answer["item"]["id"], answer["metadata"]["version"]
        case "R6":
            return tuple(map(_tree, answer))
        case "R7":
            return tuple(document["id"] for document in answer)
        case _:
            documents = answer if isinstance(answer, list) else [answer]
            return tuple((document["id"], document["metadata"]["version"]) for document in documents)


def _tree(node: Any) -> Essence:
    """A category with those below it."""
    return node["id"], node["isSegmentAssigned"], *map(_tree, node.get("subcategories", ()))


def _of_gateway(query: str, data: Any) -> Essence:
    match query:
        case "Q1":
            return (_segment(data["segment"], "id", data["segment"]["metadata"]["version"]),)
        case "Q2" | "Q7":
            nodes = data["segments"]["nodes"] if query == "Q2" else data["_entities"]
            return tuple(_segment(node, "id", node["metadata"]["version"]) for node in nodes)
        case "Q3":
            return tuple(
                (
                    node["id"],
                    tuple(_customer(row, "id") for row in node["customerAssignments"]["nodes"]),
                    tuple(_item(row["item"], "id") for row in node["itemAssignments"]["nodes"]),
                )
                for node in data["segments"]["nodes"]
            )
        case "Q5":
            return data["node"]["assignmentType"], data["node"]["metadata"]["version"]
        case "Q6":
            return tuple(map(_tree, data["categoryTrees"]))
        case _:
            rows = data["itemAssignments"]["nodes"]
            items = tuple((row["segment"]["id"], *_item(row["item"], "id")) for row in rows)
            return tuple(node["id"] for node in data["segments"]["nodes"]), items


def _of_postgraphile(query: str, data: Any) -> Essence:
    match query:
        case "Q1":
            return (_segment(data["segment"], "rowId", data["segment"]["version"]),)
        case "Q2":
            return tuple(_segment(node, "rowId", node["version"]) for node in data["segments"]["nodes"])
        case "Q3":
            return tuple(
                (
                    node["rowId"],
                    tuple(_customer(row, "rowId") for row in node["customerAssignments"]["nodes"]),
                    tuple(_item(_either(row), "rowId") for row in node["itemAssignments"]["nodes"]),
                )
                for node in data["segments"]["nodes"]
            )
        case _:
            rows = data["itemAssignments"]["nodes"]
            items = tuple((row["segmentId"], *_item(_either(row), "rowId")) for row in rows)
            return tuple(node["rowId"] for node in data["segments"]["nodes"]), items


def _segment(node: Any, key: str, version: Any) -> Essence:
    return node[key], node["status"], node["siteCode"], bool(node["mixins"]), int(version)


def _customer(row: Any, key: str) -> Essence:
    company = row["legalEntity"]
    return row["assignmentType"], row["customer"][key], row["customer"]["email"], company and company[key]


def _either(row: Any) -> Any:
    """PostGraphile joins both kinds of items; one of them is there."""
    return row["product"] or row["category"]


def _item(item: Any, key: str) -> Essence:
    return item[key], item["code"]
