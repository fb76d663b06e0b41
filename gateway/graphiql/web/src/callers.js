// Whom the page can speak as.

export const NO_TOKEN_YET = `{
  // "Authorization": "Bearer <token>"
}`

/** The demo's callers, each `{ name, description, token }`, the administrator first; elsewhere nobody. */
export async function callersOfThisPage() {
  const response = await fetch('graphql/callers.json')
  return response.ok ? response.json() : []
}

/** The header editor's text for a caller. */
export function bearer({ description, token }) {
  return `{
  // ${description}
  "Authorization": "Bearer ${token}"
}`
}
