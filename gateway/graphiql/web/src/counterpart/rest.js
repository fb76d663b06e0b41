// A REST request with its address, from what fields.js says and the table of operations.

/** `{ method, url, headers, body }` of a field's request; `table` is counterparts.json. */
export function restRequest({ id, path, query, body, counts }, { table, base, tenant, headers = [] }) {
  const { method, path: template, sort } = table[id]
  const values = { tenant, ...path }
  const below = template.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]))
  const { orderBy, ...others } = query
  const parameters = { ...others, sort: orderBy?.length > 0 ? sorted(orderBy, sort) : undefined }
  const own = [...(counts ? [['X-Total-Count', 'true']] : []), ...(body === undefined ? [] : [contentType(method)])]
  return {
    method,
    url: `${base}customer-segment${below}${queryString(parameters)}`,
    headers: [...headers, ...own],
    body,
  }
}

function contentType(method) {
  return ['Content-Type', method === 'PATCH' ? 'application/json-patch+json' : 'application/json']
}

function sorted(orderBy, paths) {
  return orderBy.map(({ field, direction }) => `${paths[field]}:${direction.toLowerCase()}`).join()
}

function queryString(parameters) {
  const pairs = Object.entries(parameters).filter(([, value]) => value !== undefined)
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return text && `?${text}`
}
