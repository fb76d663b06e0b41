// Subscriptions come as server-sent events: the token is in a header, as with any other request.
import { createClient, NetworkError } from 'graphql-sse'
import { getOperationAST, parse } from 'graphql'

import { answerOf, endpoint, NO_ANSWER, withOwn } from './requests.js'

const ENDED = {
  message:
    'The stream has ended: the token is no longer valid, or the gateway stops. Run it again, ' +
    'with the last cursor as `after` to miss nothing.',
}

export function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription'
  } catch {
    return false // the gateway says what is wrong with it
  }
}

/** Sends each response to the observer; returns what ends the subscription. */
export function follow(operation, headers, observer) {
  let hasBegun = false
  // It does not connect again by itself: without `after` it would miss what comes meanwhile.
  const client = createClient({ url: endpoint.href, headers: () => withOwn(headers), retryAttempts: 0 })
  return client.subscribe(operation, {
    next(result) {
      hasBegun = true
      observer.next(result)
    },
    error: (failure) => sentence(failure, hasBegun).then(observer.error, observer.error),
    complete: () => observer.complete(),
  })
}

async function sentence(failure, hasBegun) {
  if (!(failure instanceof NetworkError)) return failure
  if (!failure.response) return hasBegun ? ENDED : NO_ANSWER
  const { errors } = await answerOf(failure.response)
  return errors
}
