// From inputs of GraphQL to documents of REST.

/** Members that have a value. */
export function told(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined))
}

/** The same at every depth: defaults of inputs are null. */
export function toldDeeply(value) {
  if (Array.isArray(value)) return value.map(toldDeeply)
  if (value === null || typeof value !== 'object') return value
  return told(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toldDeeply(member)])))
}

export function segmentBody({ name, description, validity, mixinSchemas, expectedVersion, ...rest }, version) {
  return told({
    ...rest,
    name: byLanguage(name),
    description: byLanguage(description),
    validity: validity && told(validity),
    metadata: metadata(mixinSchemas, expectedVersion ?? version),
  })
}

/** The content of an assignment; whose it is stands in `key`. */
export function assignmentBody({ mixins, mixinSchemas, expectedVersion }, key = {}) {
  return told({ ...key, mixins, metadata: metadata(mixinSchemas, expectedVersion) })
}

export function patchBody(operations) {
  return operations.map(({ op, path, value }) => {
    const isRemoval = op === 'REMOVE'
    return { op: op.toLowerCase(), path, ...(isRemoval || value === undefined ? {} : { value }) }
  })
}

/** A condition: with nothing that its input leaves out. */
export function ruleBody({ where, q, subject, timeZone }) {
  return told({ where: where && toldDeeply(where), q, subject, timeZone })
}

function byLanguage(translations) {
  return translations && Object.fromEntries(translations.map(({ language, text }) => [language, text]))
}

function metadata(mixins, version) {
  const members = told({ mixins, version })
  return Object.keys(members).length > 0 ? members : undefined
}
