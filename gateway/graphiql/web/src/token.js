// What a token says, without its signature.

/** The tenant of a bearer's text, or undefined where it is no such token. */
export function tenantOf(bearer) {
  try {
    const claims = bearer.trim().split('.')[1]
    return JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))).tenant
  } catch {
    return undefined
  }
}
