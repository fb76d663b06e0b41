// How the page asks the gateway: a failure becomes a sentence, and the stop button really stops.
import { FIGURES, isIntrospection, withoutFigures } from './figures.js'
import { withItsName } from './named.js'
import { answerOf, endpoint, NO_ANSWER, withOwn } from './requests.js'
import { follow, isSubscription } from './subscription.js'

/** Sends an operation. GraphiQL can stop what it observes, and only that. */
export function fetcher(operation, { headers } = {}) {
  const named = withItsName(operation)
  const begin = isSubscription(named) ? follow : askOnce
  return {
    subscribe(observer) {
      let isOpen = true
      let hasNews = false
      const whileOpen = (tell, ends) => (value) => {
        if (!isOpen) return
        isOpen = !ends
        hasNews = true
        tell(value)
      }
      const end = begin(named, headers, {
        next: whileOpen((value) => observer.next(value), false),
        error: whileOpen((value) => observer.error(value), true),
        complete: whileOpen(() => observer.complete(), true),
      })
      return {
        unsubscribe() {
          if (!isOpen) return
          isOpen = false
          end()
          if (!hasNews) observer.error({ message: 'Stopped before the answer came.' })
        },
      }
    },
  }
}

function askOnce(operation, headers, observer) {
  const request = new AbortController()
  ask(operation, headers, request.signal)
    .then((answer) => {
      observer.next(answer)
      observer.complete()
    })
    .catch(observer.error)
  return () => request.abort()
}

async function ask(operation, headers, signal) {
  if (isIntrospection(operation)) return answerOf(await send(operation, headers, signal))
  const began = performance.now()
  const answer = await answerOf(await send({ ...operation, extensions: FIGURES }, headers, signal))
  return withoutFigures(answer, performance.now() - began)
}

async function send(operation, headers, signal) {
  const request = { method: 'POST', body: JSON.stringify(operation), headers: withOwn(headers), signal }
  try {
    return await fetch(endpoint, request)
  } catch {
    throw NO_ANSWER
  }
}
