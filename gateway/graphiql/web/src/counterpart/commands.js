// What the editors have, as commands: the GraphQL request itself, and its counterparts in REST.
import table from '../rest/counterparts.json'
import { endpoint } from '../requests.js'
import { calls, Unreadable } from './calls.js'
import { FIELDS, NotInRest } from './fields.js'
import { restRequest } from './rest.js'
import { curl } from './shell.js'

const OURS = ['authorization', 'content-type', 'content-length', 'accept']

/** The operation as one command. */
export function graphqlCommand({ query, operationName, variables, headers }) {
  const body = { query, ...(operationName ? { operationName } : {}), ...(variables ? { variables } : {}) }
  const sent = [...others(headers), ['Content-Type', 'application/json']]
  return curl({ method: 'POST', url: endpoint.href, headers: sent, body }, hasToken(headers))
}

/** For each field with a counterpart `{ title, note, command }`, or `{ title, problem }`. */
export function restCommands(schema, operation, tenant) {
  let fields
  try {
    fields = calls(schema, operation)
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem
    return [{ title: 'REST', problem: problem.message }]
  }
  return fields.map((field) => restCommand(field, operation, tenant))
}

function restCommand({ path, args, outer, below }, { headers }, tenant) {
  const asked = FIELDS.query[path] ?? FIELDS.mutation[path]
  if (!asked) return { title: path, problem: `REST has no counterpart of \`${path}\`.` }
  const options = { table, base: new URL('.', endpoint).href, tenant: tenant ?? 'TENANT', headers: others(headers) }
  try {
    const found = asked(args, outer, below)
    const command = curl(restRequest(found, options), hasToken(headers))
    return { title: `${path}: ${found.id}`, note: table[found.id].note, command }
  } catch (problem) {
    if (!(problem instanceof NotInRest)) throw problem
    return { title: path, problem: problem.message }
  }
}

function hasToken(headers) {
  return names(headers).includes('authorization')
}

const names = (headers) => Object.keys(headers ?? {}).map((name) => name.toLowerCase())

function others(headers) {
  return Object.entries(headers ?? {}).filter(([name]) => !OURS.includes(name.toLowerCase()))
}
