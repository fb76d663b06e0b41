"""Random selections on what a customer sees, to be asked in several ways."""

from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_composite_type

from tests.schema.engine.plan.generated.operations import CORE, OperationWriter

VIEWER = CORE.get_type("Viewer")
LISTS = ("segments", "itemAssignments", "categoryTrees")
OF_CALLER = ("subject", "scopes", "readAccess", "canManage", "customer", "legalEntity", "tenant")


@dataclass(frozen=True, slots=True)
class Part:
    """Some fields of a selection, with the variables and fragments that they use."""

    fields: str
    declared: tuple[str, ...]
    variables: dict[str, Any]
    fragments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ViewOperation:
    """One selection on a Viewer: lists that Query has under the same names, and the rest."""

    lists: Part
    of_caller: Part

    def document(self, text: str) -> str:
        """An operation with the selected fields in the place of LISTS or ALL."""
        parts = [self.lists] * ("LISTS" in text) or [self.lists, self.of_caller] * ("ALL" in text)
        selected = text.replace("LISTS", self.lists.fields)
        selected = selected.replace("ALL", f"{self.of_caller.fields} {self.lists.fields}")
        declared = ", ".join(one for part in parts for one in part.declared)
        fragments = " ".join(one for part in parts for one in part.fragments)
        return f"query {f'({declared})' if declared else ''} {selected} {fragments}"

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of both parts."""
        return self.lists.variables | self.of_caller.variables


def view_operation(random: Random) -> ViewOperation:
    """A selection of some lists and of some fields of the caller."""
    return ViewOperation(_part(random, "lists", LISTS), _part(random, "own", OF_CALLER))


def _part(random: Random, prefix: str, names: tuple[str, ...]) -> Part:
    writer = OperationWriter(random, random.randint(3, 30), prefix)
    chosen = random.sample(names, random.randint(1, len(names)))
    fields = " ".join(_field(writer, name) for name in chosen)
    fragments = tuple(text for _, text in writer.fragments.values())
    return Part(fields, tuple(writer.declared.values()), writer.variables, fragments)


def _field(writer: OperationWriter, name: str) -> str:
    assert isinstance(VIEWER, GraphQLObjectType)
    definition = VIEWER.fields[name]
    found = get_named_type(definition.type)
    arguments = {key: argument for key, argument in definition.args.items() if key != "at"}
    text = f"{name}{writer.arguments(arguments, found.name)}"
    if not is_composite_type(found):
        return text
    return f"{text} {writer.selection(found, found, writer.random.randint(1, 6))}"
