"""Random valid query operations, led by the schema: what it can be asked, they ask."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import orjson
from graphql import (
    GraphQLArgument,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_composite_type,
    is_required_argument,
)
from graphql import GraphQLEnumType as Enum
from hypothesis import strategies as st

from schema.federation.root import federated_schema as schema
from schema.vocabulary.declaration import Relation, declaration_of
from tests.schema.engine.plan.generated.values import one_in, value_for

CORE: Final[GraphQLSchema] = schema._schema  # noqa: SLF001  (Strawberry's own extensions use it as well)
PARTS: Final = ("field",) * 12 + ("__typename", "fragment", "fragment", "spread", "spread")
DEEPEST: Final = 9
MEMBER: Final = re.compile(r'"(\w+)":')
"""A member's name in JSON, which GraphQL writes without quotes."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A request, and which of its variables can turn a page."""

    document: str
    name: str | None
    variables: dict[str, Any]
    cursors: tuple[str, ...]


@dataclass(slots=True)
class OperationWriter:
    """Writes one operation.

    Two fields under one response key must be the same field with the same arguments, so what was
    written for an alias once is written again; `home` is the type that a field leads to, within
    which this holds whatever fragments say in between.
    """

    random: Random
    size: int
    prefix: str = ""
    declared: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    cursors: list[str] = field(default_factory=list)
    fragments: dict[str, tuple[str, str]] = field(default_factory=dict)
    calls: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    parts: int = 0

    def written(self, name: str) -> str:
        """The operation and its fragments."""
        query = CORE.query_type
        assert query is not None
        selection = self.selection(query, query, self.random.randint(2, DEEPEST))
        declared = f"({', '.join(self.declared.values())})" if self.declared else ""
        return "\n".join(
            [f"query {name}{declared} {selection}", *(text for _, text in self.fragments.values())]
        )

    def selection(self, type_: GraphQLCompositeType, home: GraphQLCompositeType, depth: int) -> str:
        most = 3 if self.parts < self.size else 1
        parts = [self.part(type_, home, depth) for _ in range(self.random.randint(1, most))]
        return f"{{ {' '.join(parts)} }}"

    def part(self, type_: GraphQLCompositeType, home: GraphQLCompositeType, depth: int) -> str:
        self.parts += 1
        match self.random.choice(PARTS):
            case "fragment" if self.parts < self.size:
                return self.inline_fragment(type_, home, depth)
            case "spread" if self.parts < self.size:
                return self.spread(type_, home, depth)
            case "field" if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
                return self.field(type_, home, depth)
            case _:
                alias = self.random.choice(["", "kind: "])
                return f"{alias}__typename{self.directives()}"

    def field(
        self, type_: GraphQLObjectType | GraphQLInterfaceType, home: GraphQLCompositeType, depth: int
    ) -> str:
        names = _fields_to_ask(type_, depth)
        if not names:
            return "__typename"
        name = self.random.choice(names)
        definition = type_.fields[name]
        found = get_named_type(definition.type)
        key = name + self.random.choice(["", "", "", "1", "2"])
        if (home.name, key) not in self.calls:
            arguments = self.arguments(definition.args, found.name)
            call = f"{name}{arguments}" if key == name else f"{key}: {name}{arguments}"
            self.calls[home.name, key] = call, bool(arguments)
        call, has_arguments = self.calls[home.name, key]
        if has_arguments and not definition.args:  # the field of this name of another type
            return "__typename"
        text = call + self.directives()
        return f"{text} {self.selection(found, found, depth - 1)}" if is_composite_type(found) else text

    def inline_fragment(self, type_: GraphQLCompositeType, home: GraphQLCompositeType, depth: int) -> str:
        condition = self.random.choice([None, *_conditions(type_, home)])
        on = f" on {condition.name}" if condition else ""
        return f"...{on}{self.directives()} {self.selection(condition or type_, home, depth)}"

    def spread(self, type_: GraphQLCompositeType, home: GraphQLCompositeType, depth: int) -> str:
        condition = self.random.choice(_conditions(type_, home))
        kind = f"{condition.name} in {home.name}"
        known = [name for name, (for_kind, _) in self.fragments.items() if for_kind == kind]
        name = self.random.choice([None, *known])
        if name is None:
            body = self.selection(condition, home, depth)
            name = f"{self.prefix}F{len(self.fragments)}"
            self.fragments[name] = (kind, f"fragment {name} on {condition.name} {body}")
        return f"...{name}{self.directives()}"

    def directives(self) -> str:
        names = self.random.choice([()] * 24 + [("skip",), ("include",), ("skip", "include")])
        return "".join(f" @{name}(if: {self.condition()})" for name in names)

    def condition(self) -> str:
        """What a directive depends on: a literal, or a variable in one of the ways to declare it."""
        match self.random.choice(["true", "false", "Boolean!", "Boolean = true", "Boolean! = false"]):
            case "true" | "false" as literal:
                return literal
            case "Boolean = true" as declared if one_in(10, self.random):
                return self.variable(declared, None)
            case declared:
                is_missing = "=" in declared and one_in(3, self.random)
                return self.variable(declared, Undefined if is_missing else one_in(2, self.random))

    def arguments(self, definitions: Mapping[str, GraphQLArgument], found: str) -> str:
        chosen = [
            (name, definition)
            for name, definition in definitions.items()
            if is_required_argument(definition) or one_in(4, self.random)
        ]
        names = {name for name, _ in chosen}
        if {"first", "last"} <= names and not one_in(20, self.random):
            chosen = [(name, definition) for name, definition in chosen if name != "last"]
        written = [f"{name}: {self.argument(name, definition, found)}" for name, definition in chosen]
        return f"({', '.join(written)})" if written else ""

    def argument(self, name: str, definition: GraphQLArgument, found: str) -> str:
        if name in {"after", "before"} and not one_in(10, self.random):
            cursor = self.variable("String", Undefined)
            self.cursors.append(cursor.removeprefix("$"))
            return cursor
        value = value_for(self.random, definition.type, name, found)
        return self.value(definition.type, value)

    def value(self, type_: GraphQLInputType, value: Any) -> str:
        """The value at a place of this type: literally, or as one of the ways to hand over a variable."""
        bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        match self.random.choice(["literal"] * 6 + ["variable", "default", "overridden default"]):
            case "variable":
                is_missing = bare is type_ and one_in(4, self.random)
                return self.variable(str(type_), Undefined if is_missing else value)
            case "default":
                return self.variable(f"{bare} = {self.literal(bare, value, with_variables=False)}", Undefined)
            case "overridden default" if value is not None:
                return self.variable(f"{bare} = {self.literal(bare, value, with_variables=False)}", value)
            case _:
                return self.literal(bare, value)

    def literal(self, type_: GraphQLInputType, value: Any, *, with_variables: bool = True) -> str:
        bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        inner = self.value if with_variables else self._plain
        match bare, value:
            case _, None:
                return "null"
            case GraphQLList(), list():
                return f"[{', '.join(inner(bare.of_type, one) for one in value)}]"
            case GraphQLList(), _:
                return self.literal(bare.of_type, value, with_variables=with_variables)
            case GraphQLInputObjectType(), dict():
                members = (f"{name}: {inner(bare.fields[name].type, one)}" for name, one in value.items())
                return f"{{{', '.join(members)}}}"
            case Enum(), _:
                return str(value)
            case _:
                return MEMBER.sub(r"\1:", orjson.dumps(value).decode())

    def _plain(self, type_: GraphQLInputType, value: Any) -> str:
        return self.literal(type_, value, with_variables=False)

    def variable(self, type_: str, value: Any) -> str:
        """A new variable with a value, or without one."""
        name = f"{self.prefix}v{len(self.declared)}"
        self.declared[name] = f"${name}: {type_}"
        if value is not Undefined:
            self.variables[name] = value
        return f"${name}"


def _fields_to_ask(type_: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> Sequence[str]:
    """The field names that still fit; those that lead on more often, and seldom what has no plan."""
    names: list[str] = []
    for name, definition in type_.fields.items():
        if not _leads_on(definition):
            names.append(name)
        elif depth > 0:
            names += [name] * _weight(type_, name, definition)
    return names


def _weight(type_: GraphQLCompositeType, name: str, definition: GraphQLField) -> int:
    """Links and rows before the rest, and a query's fields without a plan seldom."""
    if isinstance(declaration_of(definition.extensions["strawberry-definition"]), Relation):
        return 8
    if type_ is CORE.query_type:
        return 1
    return 8 if name in {"nodes", "edges", "node"} else 2


def _leads_on(definition: GraphQLField) -> bool:
    return is_composite_type(get_named_type(definition.type))


def _possible(type_: GraphQLCompositeType) -> set[str]:
    if isinstance(type_, GraphQLObjectType):
        return {type_.name}
    return {one.name for one in CORE.get_possible_types(type_)}


def _conditions(type_: GraphQLCompositeType, home: GraphQLCompositeType) -> list[GraphQLCompositeType]:
    """The types that a fragment may ask for here."""
    candidates = [one for one in CORE.type_map.values() if is_composite_type(one)]
    return [
        one
        for one in candidates
        if _possible(one) & _possible(type_)
        and _possible(one) & _possible(home)
        and (one.name != "_Entity" or one is home)  # elsewhere it is for gateways outside of federations, too
    ]


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    """One operation, at times in a document with another.

    Size and seed are what is drawn: a failing operation shrinks to a small one, and draws are cheap.
    """
    random = Random(draw(st.integers(0, 2**32)))  # noqa: S311  (no secret)
    size = draw(st.integers(1, 30))
    writer = OperationWriter(random, size)
    name = random.choice(["", "", "Asked"])
    documents = [writer.written(name)]
    if name and one_in(3, random):
        documents.insert(random.randrange(2), OperationWriter(random, 2, "other").written("Other"))
    is_named = len(documents) > 1 or (name and one_in(2, random))
    return Operation(
        "\n".join(documents), name if is_named else None, writer.variables, tuple(writer.cursors)
    )
