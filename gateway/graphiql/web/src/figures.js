// What an answer has cost. The gateway tells it to requests that ask for it; the page shows it below the answer.

const MOST = 50 // answers of which the figures are kept

/** The extensions of a request that asks for them. */
export const FIGURES = { cost: true, timing: true }

const kept = new Map()

export function isIntrospection({ operationName }) {
  return operationName === 'IntrospectionQuery'
}

/** Keep the figures of an answer, and return the answer without them. */
export function withoutFigures(answer, milliseconds) {
  const { cost, timing, ...extensions } = answer.extensions ?? {}
  const shown = { ...answer, extensions }
  if (Object.keys(extensions).length === 0) delete shown.extensions
  if (cost || timing) keep(keyOf(JSON.stringify(shown, null, 2)), { cost, timing, milliseconds })
  return shown
}

/** The figures of an answer, by its text as GraphiQL shows it. */
export function figuresOf(text) {
  return text ? kept.get(keyOf(text)) : undefined
}

function keep(key, figures) {
  kept.delete(key)
  kept.set(key, figures)
  if (kept.size > MOST) kept.delete(kept.keys().next().value)
}

// Answers may have megabytes, so they are told apart by length and hash (FNV-1a).
function keyOf(text) {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return `${text.length}:${hash >>> 0}`
}
