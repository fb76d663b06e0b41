"""Queries of the schema as tools write them: in fragments or in full, and with what each of them adds."""

from dataclasses import dataclass
from itertools import product

from graphql import get_introspection_query


@dataclass(frozen=True, slots=True)
class Tool:
    """How a tool writes its query: how many wrappers of a type it follows, and in which style."""

    wrappers: int
    in_fragments: bool
    conditional: bool = False
    """Each optional part under a directive, as sgqlc does."""

    def query(self) -> str:
        """The whole document."""
        if not self.in_fragments:
            return f"query{self._variables} {{ __schema {{ {self._schema(self._type_(), self._value())} }} }}"
        return "\n".join(
            [
                f"query IntrospectionQuery{self._variables} {{",
                f"  __schema {{ {self._schema('...FullType', '...InputValue')} }}",
                "}",
                f"fragment FullType on __Type {{ {self._type_('...InputValue', '...TypeRef')} }}",
                f"fragment InputValue on __InputValue {{ {self._value('...TypeRef')} }}",
                f"fragment TypeRef on __Type {{ {self._reference()} }}",
            ]
        )

    @property
    def _variables(self) -> str:
        return "($d: Boolean = true)" if self.conditional else ""

    def _optional(self, field: str) -> str:
        return f"{field} @include(if: $d)" if self.conditional else field

    def _schema(self, type_: str, value: str) -> str:
        roots = "queryType { name } mutationType { name } subscriptionType { name }"
        directives = f"directives {{ name {self._described} {self._optional('isRepeatable')} locations "
        return f"{self._described} {roots} types {{ {type_} }} {directives} args {{ {value} }} }}"

    @property
    def _described(self) -> str:
        return self._optional("description")

    def _type_(self, value: str = "", reference: str = "") -> str:
        value, reference = value or self._value(), reference or self._reference()
        deprecated = f"{self._optional('isDeprecated')} {self._optional('deprecationReason')}"
        return (
            f"kind name {self._described} {self._optional('specifiedByURL')} {self._optional('isOneOf')} "
            f"fields(includeDeprecated: true) {{ name {self._described} args {{ {value} }} "
            f"type {{ {reference} }} {deprecated} }} inputFields {{ {value} }} interfaces {{ {reference} }} "
            f"enumValues(includeDeprecated: true) {{ name {self._described} {deprecated} }} "
            f"possibleTypes {{ {reference} }}"
        )

    def _value(self, reference: str = "") -> str:
        return f"name {self._described} type {{ {reference or self._reference()} }} defaultValue"

    def _reference(self) -> str:
        return "kind name " + "ofType { kind name " * self.wrappers + "}" * self.wrappers


TOOLS = {
    "graphql-ruby client, older graphql-js, GraphiQL, Insomnia, Postman": Tool(7, in_fragments=True),
    "graphql-js 16 and later, Apollo, GraphQL Code Generator, Relay, gql": Tool(9, in_fragments=True),
    "sgqlc": Tool(7, in_fragments=True, conditional=True),
    "cautious": Tool(20, in_fragments=True),
    "shallow, without fragments": Tool(3, in_fragments=False),
    "without fragments": Tool(9, in_fragments=False),
    "without fragments, cautious and conditional": Tool(12, in_fragments=False, conditional=True),
}

OPTIONS = (
    "descriptions",
    "specified_by_url",
    "directive_is_repeatable",
    "schema_description",
    "input_value_deprecation",
    "one_of",
)


def graphql_core_queries() -> list[str]:
    """What graphql-core, and so graphql-js, writes for each set of its options and some depths."""
    chosen = [
        dict(zip(OPTIONS, values, strict=True)) for values in product([True, False], repeat=len(OPTIONS))
    ]
    return [get_introspection_query(**options) for options in chosen] + [
        get_introspection_query(**chosen[0], type_depth=depth) for depth in (3, 7, 9, 15, 20)
    ]
