// For a tenth of a second after the text has changed, GraphiQL has the name of the former operation.

/** An operation with its name, if it is one of its own text. */
export function withItsName({ operationName, ...operation }) {
  const isItsOwn = operationName && new RegExp(`\\b${operationName}\\b`).test(operation.query)
  return isItsOwn ? { ...operation, operationName } : operation
}
