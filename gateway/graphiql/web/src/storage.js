// What the page remembers, apart from any other GraphiQL that was ever opened at this address.

const PREFIX = 'segment-gateway:'
export const KEEPS_HEADERS = 'graphiql:shouldPersistHeaders'

/** A store in a browser's storage area, whose keys are our own. */
export function storage(area) {
  const ownKeys = () => Object.keys(area).filter((key) => key.startsWith(PREFIX))
  return {
    getItem: (key) => area.getItem(PREFIX + key),
    setItem: (key, value) => area.setItem(PREFIX + key, value),
    removeItem: (key) => area.removeItem(PREFIX + key),
    clear: () => ownKeys().forEach((key) => area.removeItem(key)),
    get length() {
      return ownKeys().length
    },
  }
}

/** Whether a switch of the settings is on. */
export function isKept(kept, key) {
  return kept.getItem(key) === 'true'
}

/** Put the tokens of this run of the gateway into the tabs that remember those of an earlier one. */
export function renewTokens(kept, callers) {
  for (const { name, token } of callers) {
    const former = kept.getItem(`token:${name}`)
    for (const key of former ? ['graphiql:tabState', 'graphiql:headers'] : []) {
      const text = kept.getItem(key)
      if (text) kept.setItem(key, text.replaceAll(former, token))
    }
    kept.setItem(`token:${name}`, token)
  }
}
