"""Plans: compiled operations, ready to run."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLNonNull,
    OperationDefinitionNode,
    OperationType,
    located_error,
)
from graphql.execution.values import VariableValues
from strawberry.types import ExecutionResult

from models.connection.failure import DATABASE_FAILURES, DatabaseFailure
from resolvers.caller import Scope
from resolvers.errors import InvalidArgument
from schema.engine.plan.arguments import ReadArguments
from schema.engine.plan.compilation import Compilation, Selected
from schema.engine.plan.compile import connection_shape, row_shapes
from schema.engine.plan.connection import ConnectionShape
from schema.engine.plan.list_reading import ListReading
from schema.engine.plan.question import Question
from schema.engine.plan.request import Language, PlanRequest
from schema.engine.plan.selection import Selector
from schema.engine.plan.shape import RowShape
from schema.engine.plan.text import text_connection
from schema.engine.plan.text_connection import TextConnection
from schema.engine.plan.top_texts import TopText, TopTexts
from schema.engine.plan.unplanned import Unplanned
from schema.vocabulary.context import Context
from schema.vocabulary.node import decode_node_id, is_key_of
from schema.vocabulary.relation import Origin, TopEntities, TopList, TopNode, TopOne, TopRows
from schema.vocabulary.representation import Reference, read_representations

RunField = Callable[[PlanRequest], Awaitable[Any]]
TopField = tuple[RunField, int]
"""The function that runs a top-level field, and its number of statements: 2 stands for any number above one.
"""


@dataclass(frozen=True, slots=True)
class PlannedField:
    """A planned top-level field."""

    selected: Selected
    run: RunField

    @property
    def is_required(self) -> bool:
        """Whether a null field makes `data` null."""
        return isinstance(self.selected.definition.type, GraphQLNonNull)

    def error(self, failure: DatabaseFailure) -> GraphQLError:
        """The failure as the standard execution reports it."""
        return located_error(failure, self.selected.nodes, [self.selected.key])


@dataclass(frozen=True, slots=True)
class Plan:
    """The top-level fields of a query by response key.

    They are in order; `__typename` has only its value. `single` is set if they take at most one statement.
    """

    fields: Mapping[str, PlannedField | str]
    single: bool
    languages: tuple[Language, ...]
    texts: TopTexts

    async def run(self, context: Context, variables: VariableValues) -> ExecutionResult:
        """Run the plan.

        JSON may stand as text in the `data` of the result. Its errors are failures of the database. After
        any exception the standard execution has to run instead.
        """
        data: dict[str, Any] = {}
        errors: list[GraphQLError] = []
        request: PlanRequest | None = None
        for key, field in self.fields.items():
            if isinstance(field, str):
                data[key] = field
                continue
            try:
                request = request or await self._request(context, variables)
                data[key] = await field.run(request)
            except DATABASE_FAILURES as failure:
                errors.append(field.error(failure))
                if field.is_required:
                    return ExecutionResult(None, errors)
                data[key] = None
        return ExecutionResult(data, errors or None)

    async def _request(self, context: Context, variables: VariableValues) -> PlanRequest:
        context.caller.require(Scope.READ, Scope.READ_OWN)  # before a connection is taken
        languages = [language(context.language, variables) for language in self.languages]
        default = context.policy.default_language
        looked_up = tuple(language.looked_up(default) for language in languages)
        reader = await context.own_reader(single=self.single, languages=looked_up)
        return PlanRequest(context, reader, variables, languages)


def compile_plan(
    schema: strawberry.Schema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    conditions: Mapping[str, Any],
    lists: ListReading,
) -> Plan:
    """Compile a valid query.

    Raises Unplanned. The values of the variables in its directives are known.
    """
    if operation.operation is not OperationType.QUERY or operation.directives:
        raise Unplanned(operation.operation.value)
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    core = schema._schema  # noqa: SLF001  (Strawberry's own extensions use it as well)
    compilation = Compilation(schema, Selector(core, fragments, conditions), lists)
    query = core.query_type
    if query is None:
        raise Unplanned("there is no query type")
    fields = compilation.selected(query, [operation.selection_set])
    planned: dict[str, PlannedField | str] = {}
    texts = TopTexts()
    statements = 0
    for field in fields:
        if isinstance(field, str):
            planned[field] = query.name
            continue
        run, more = _top_field(compilation, field, texts)
        planned[field.key] = PlannedField(field, run)
        statements += more
    return Plan(planned, statements <= 1, tuple(compilation.languages), texts)


def _top_field(compilation: Compilation, selected: Selected, texts: TopTexts) -> TopField:
    match selected.declaration:
        case TopOne() as top:
            shape = row_shapes(compilation, selected)[top.node]
            return _one(top, shape, compilation.arguments(selected)), 1 + shape.leads_on
        case TopNode() as top:
            shapes = row_shapes(compilation, selected)
            leads_on = any(shape.leads_on for shape in shapes.values())
            return _node(top, shapes, compilation.arguments(selected)), 1 + leads_on
        case TopEntities() as top:
            shapes = row_shapes(compilation, selected)
            return _entities(top, shapes, compilation.arguments(selected))
        case TopRows() as top:
            shape = row_shapes(compilation, selected)[top.node]
            return _rows(top, shape, compilation.arguments(selected)), 1 + shape.leads_on
        case TopList() as top:
            return _top_list(compilation, selected, top, texts)
        case _:
            raise Unplanned(selected.field.python_name)


def _top_list(compilation: Compilation, selected: Selected, top: TopList, texts: TopTexts) -> TopField:
    arguments = compilation.arguments(selected)
    text = text_connection(compilation, selected, with_lists=compilation.lists.in_one)
    if text is None:
        connection = connection_shape(compilation, selected)
        leads_on = connection.counts or any(shape.leads_on for shape in connection.shapes)
        return _list(top, connection, arguments), 1 + bool(leads_on)
    top_text = TopText(top, Question(top, arguments, text.rows), text.rows)
    if not compilation.lists.in_one:
        return _text(top_text, text), 1 + text.counts
    is_first = not texts.lists
    texts.lists[selected.key] = top_text
    return _text_in_one(texts, selected.key, text), is_first + text.counts


def _one(top: TopOne, shape: RowShape, arguments: ReadArguments) -> RunField:
    columns = shape.columns | {"id"}

    async def run(request: PlanRequest) -> Any:
        row_id = arguments(request.variables)["id"]
        rows = await top.batch(request.reader, [row_id], columns=columns)
        if row_id not in rows:
            return None
        [result] = await shape.objects([rows[row_id]], request)
        return result

    return run


def _node(top: TopNode, shapes: Mapping[str, RowShape], arguments: ReadArguments) -> RunField:
    async def run(request: PlanRequest) -> Any:
        type_name, key = decode_node_id(arguments(request.variables)["node_id"], ("nodeId",))
        if not is_key_of(type_name, key):
            return None
        shape = shapes[type_name]
        rows = await top.by_type[type_name](request.reader, [key], columns=shape.columns | {"id"})
        if key not in rows:
            return None
        [result] = await shape.objects([rows[key]], request)
        return result

    return run


def _entities(top: TopEntities, shapes: Mapping[str, RowShape], arguments: ReadArguments) -> TopField:
    """The field for entities.

    It takes one statement if its selection is on the columns of one type, as most routers ask.
    """
    shown = [shape for shape in shapes.values() if shape.columns or shape.links]
    is_single = len(shown) == 1 and not shown[0].leads_on

    async def run(request: PlanRequest) -> Any:
        representations = arguments(request.variables)["representations"]
        references = _well_formed(read_representations(representations, top.by_type))
        ids: dict[str, dict[str, None]] = {}
        for type_name, entity_id in references:
            ids.setdefault(type_name, {})[entity_id] = None
        if is_single and len(ids) > 1:
            raise Unplanned("entities of types that are not selected")
        objects: dict[Reference, Any] = {}
        for type_name, keys in ids.items():
            shape = shapes[type_name]
            rows = await top.by_type[type_name](request.reader, list(keys), columns=shape.columns | {"id"})
            made = await shape.objects(list(rows.values()), request)
            objects.update(zip([(type_name, key) for key in rows], made, strict=True))
        return [objects.get(reference) for reference in references]

    return run, 1 if is_single else 2


def _well_formed(references: Sequence[Reference | InvalidArgument]) -> list[Reference]:
    """The references.

    Raises InvalidArgument: the standard execution shows the others beside its error.
    """
    for reference in references:
        if isinstance(reference, InvalidArgument):
            raise reference
    return cast("list[Reference]", references)


def _rows(top: TopRows, shape: RowShape, arguments: ReadArguments) -> RunField:
    async def run(request: PlanRequest) -> Any:
        rows = await top.rows(request.reader, columns=shape.columns | {"id"}, **arguments(request.variables))
        return await shape.objects(rows, request)

    return run


def _list(top: TopList, shape: ConnectionShape, arguments: ReadArguments) -> RunField:
    question = Question(top, arguments, shape)

    async def run(request: PlanRequest) -> Any:
        list_request = question.of(request)
        rows = top.rows(request.reader, **dict(list_request.selection))
        page = await rows.page(list_request.query)
        total = await rows.total(list_request.query) if shape.counts else None
        origin = Origin(None, dict(list_request.selection))
        [nodes] = await shape.objects([page], [origin], request)
        return shape.connection(page, nodes, total)

    return run


def _text(top: TopText, connection: TextConnection) -> RunField:
    async def run(request: PlanRequest) -> Any:
        text = await top.text(request)
        total = await top.total(request) if connection.counts else None
        return connection.object(text, total)

    return run


def _text_in_one(texts: TopTexts, key: str, connection: TextConnection) -> RunField:
    """The field of a list that is read with others."""

    async def run(request: PlanRequest) -> Any:
        text = await texts.text(key, request)
        total = await texts.lists[key].total(request) if connection.counts else None
        return connection.object(text, total)

    return run
