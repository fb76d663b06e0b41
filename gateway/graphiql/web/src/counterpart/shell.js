// Requests as commands for a POSIX shell. The token is never written out: the shell puts in $TOKEN.

const BEARER = '-H "Authorization: Bearer $TOKEN"'

/** A text as one word of the shell, whatever it has: quotes, newlines, dollars, backslashes. */
export function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** The curl command of a request `{ method, url, headers, body }`; `headers` are pairs. */
export function curl({ method, url, headers, body }, hasToken) {
  const words = [`curl ${quoted(url)}`]
  // curl sends GET, and POST where there is a body; dots in a path are names here, no folders.
  if (method !== (body === undefined ? 'GET' : 'POST')) words.push(`-X ${method}`)
  if (/\/\.{1,2}(\/|\?|$)/.test(url)) words.push('--path-as-is')
  if (hasToken) words.push(BEARER)
  for (const [name, value] of headers) words.push(`-H ${quoted(`${name}: ${value}`)}`)
  if (body !== undefined) words.push(`--data-raw ${quoted(JSON.stringify(body, null, 1))}`)
  return words.join(' \\\n  ')
}
