// The OpenAPI document as the page shows it.
import { tenantOf } from '../token.js'
import counterparts from './counterparts.json'

/** The name of the one security scheme: whoever a token speaks for, it is sent in the same header. */
export const TOKEN = 'token'

/** The document with each operation's GraphQL counterpart, for requests to where the page comes from. */
export function explained(document_, callers) {
  const copy = structuredClone(document_)
  copy.servers = [{ url: new URL('..', location.href).href.replace(/\/$/, '') }]
  copy.components.securitySchemes = { [TOKEN]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }
  for (const path of Object.values(copy.paths)) {
    for (const operation of Object.values(path)) {
      operation.security = [{ [TOKEN]: [] }]
      const counterpart = counterparts[operation.operationId]
      if (counterpart) operation.description += inGraphQL(counterpart)
    }
  }
  if (callers.length > 0) copy.components.parameters.tenant.example = tenantOf(callers[0].token)
  return copy
}

function inGraphQL({ document, note }) {
  return `\n\n**The same in GraphQL**\n\n${note}\n\n\`\`\`graphql\n${document}\n\`\`\``
}
