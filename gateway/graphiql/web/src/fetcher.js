// How the page asks the gateway: a failure becomes a sentence, and the stop button really stops.

// Relative to the page, so that a gateway under a prefix is found as well.
const endpoint = new URL('graphql', document.baseURI)

/** Sends an operation. GraphiQL can stop what it observes, and only that. */
export function fetcher(operation, { headers } = {}) {
  return {
    subscribe(observer) {
      const request = new AbortController()
      let isOpen = true
      ask(withItsName(operation), headers, request.signal)
        .then((answer) => {
          if (!isOpen) return
          isOpen = false
          observer.next(answer)
          observer.complete()
        })
        .catch((failure) => {
          if (!isOpen) return
          isOpen = false
          observer.error(failure)
        })
      return {
        unsubscribe() {
          if (!isOpen) return
          isOpen = false
          request.abort()
          observer.error({ message: 'Stopped before the answer came.' })
        },
      }
    },
  }
}

// For a tenth of a second after the text has changed, GraphiQL has the name of the former operation.
function withItsName({ operationName, ...operation }) {
  const isItsOwn = operationName && new RegExp(`\\b${operationName}\\b`).test(operation.query)
  return isItsOwn ? { ...operation, operationName } : operation
}

async function ask(operation, headers, signal) {
  const response = await send(operation, headers, signal)
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    // Not the gateway's own voice: a proxy in between, or another program on this port.
    throw { message: `The answer is not JSON but HTTP ${response.status}: ${text.slice(0, 300)}` }
  }
}

async function send(operation, headers, signal) {
  const request = new Request(endpoint, {
    method: 'POST',
    body: JSON.stringify(operation),
    headers: withOwn(headers),
    signal,
  })
  try {
    return await fetch(request)
  } catch {
    throw { message: `The gateway at ${endpoint} does not answer. Is it running?` }
  }
}

function withOwn(headers) {
  const all = { Accept: 'application/json', 'Content-Type': 'application/json', ...headers }
  try {
    return new Headers(all)
  } catch (problem) {
    throw { message: `Request not sent. The headers cannot be sent as they are: ${problem.message}` }
  }
}
