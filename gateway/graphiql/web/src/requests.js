// What each request has in common: where it goes, its headers, and the sentences for its failures.

// Relative to the page, so that a gateway under a prefix is found as well.
export const endpoint = new URL('graphql', document.baseURI)

/** The headers of a request, for who needs an object. Throws a sentence. */
export function withOwn(headers) {
  const all = { Accept: 'application/json', 'Content-Type': 'application/json', ...headers }
  try {
    return Object.fromEntries(new Headers(all))
  } catch (problem) {
    throw { message: `Request not sent. The headers cannot be sent as they are: ${problem.message}` }
  }
}

/** The response's JSON. Throws a sentence. */
export async function answerOf(response) {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    // Not the gateway's own voice: a proxy in between, or another program on this port.
    throw { message: `The answer is not JSON but HTTP ${response.status}: ${text.slice(0, 300)}` }
  }
}

/** What is thrown where no response comes. */
export const NO_ANSWER = { message: `The gateway at ${endpoint} does not answer. Is it running?` }
