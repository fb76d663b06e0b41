// The fields of an operation that may have a counterpart in REST, with the values of their arguments.
import {
  getArgumentValues,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  parse,
} from 'graphql'

import { FIELDS } from './fields.js'

/** Raised for an operation that cannot be read; the message is for people. */
export class Unreadable extends Error {}

/** `{ path, args, outer, below }` for each field, in the operation's order. */
export function calls(schema, { query, operationName, variables }) {
  const { document, operation } = parsed(query, operationName)
  const known = FIELDS[operation.operation]
  if (!known) return []
  const root = schema.getRootType(operation.operation)
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {})
  if (errors) throw new Unreadable(errors[0].message)
  const read = reader(document, coerced)
  return read(operation, root).flatMap((field) => {
    if (field.name !== 'segment' && field.name !== 'viewer') return [call([field], read)]
    const below = read(field.node, field.type)
    const inner = below.filter(({ name }) => `${field.name}.${name}` in known)
    const own = inner.length < below.length ? [call([field], read)] : []
    return [...own, ...inner.map((child) => call([field, child], read))]
  })
}

function call(fields, read) {
  const [outer, field] = fields.length > 1 ? fields : [undefined, fields[0]]
  const below = field.type ? read(field.node, field.type) : []
  return {
    path: fields.map(({ name }) => name).join('.'),
    args: field.args,
    outer: outer?.args,
    below: Object.fromEntries(below.map(({ name, args }) => [name, args])),
  }
}

function parsed(query, operationName) {
  let document
  try {
    document = parse(query)
  } catch (problem) {
    throw new Unreadable(problem.message)
  }
  const operation = getOperationAST(document, operationName)
  if (!operation) throw new Unreadable('Put the cursor into the operation that is meant.')
  return { document, operation }
}

/** Reads the selection of a node: fragments are followed, fields that are skipped left out. */
function reader(document, variables) {
  const fragments = new Map(
    document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]),
  )

  function isIncluded(node) {
    const skipped = getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true
    return !skipped && getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
  }

  function nodes(parent, around = []) {
    return (parent?.selectionSet?.selections ?? []).filter(isIncluded).flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node]
      if (node.kind === Kind.INLINE_FRAGMENT) return nodes(node, around)
      const name = node.name.value
      return around.includes(name) ? [] : nodes(fragments.get(name), [...around, name])
    })
  }

  return (parent, type) =>
    nodes(parent).flatMap((node) => {
      const definition = type.getFields?.()[node.name.value]
      return definition ? [field(node, definition, variables)] : []
    })
}

function field(node, definition, variables) {
  let type = definition.type
  while (type.ofType) type = type.ofType
  try {
    const args = getArgumentValues(definition, node, variables)
    return { name: node.name.value, node, args, type: type.getFields ? type : undefined }
  } catch (problem) {
    throw new Unreadable(problem.message)
  }
}
