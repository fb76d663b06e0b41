// Prints the REST requests of the fields that come as JSON: [[path, args, outer, below], ...].
import { readFileSync } from 'node:fs'

const [folder] = process.argv.slice(2)
const { FIELDS, NotInRest } = await import(`${folder}/counterpart/fields.js`)
const { restRequest } = await import(`${folder}/counterpart/rest.js`)
const { curl } = await import(`${folder}/counterpart/shell.js`)
const table = JSON.parse(readFileSync(`${folder}/rest/counterparts.json`, 'utf8'))

function answer([path, args, outer = {}, below = {}]) {
  try {
    const field = (FIELDS.query[path] ?? FIELDS.mutation[path])(args, outer, below)
    const request = restRequest(field, { table, base: 'http://gateway/', tenant: 'acme' })
    return { id: field.id, ...request, curl: curl(request, true) }
  } catch (problem) {
    if (!(problem instanceof NotInRest)) throw problem
    return { problem: problem.message }
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(answer)))
