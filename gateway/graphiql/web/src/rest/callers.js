// Whom requests are sent as: in a demo, a choice of its callers.
import { TOKEN } from './document.js'

/** Offer the demo's callers, the first one chosen; without a demo, Swagger UI's own dialog asks for a token. */
export function offerCallers(page, callers) {
  if (callers.length === 0) return
  const label = document.getElementById('callers')
  const choice = label.querySelector('select')
  choice.replaceChildren(
    ...callers.map(({ description }, index) => new Option(description, index)),
  )
  const authorize = () => page.preauthorizeApiKey(TOKEN, callers[choice.value].token)
  choice.addEventListener('change', authorize)
  authorize()
  label.hidden = false
}
