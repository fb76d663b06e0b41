// Where the logo would be: what else there is to read. All of it comes from the gateway.
import { useGraphiQL } from '@graphiql/react'
import { printSchema } from 'graphql'

export function Links() {
  const schema = useGraphiQL((state) => state.schema)
  return (
    <nav className="links">
      <strong>Segment gateway</strong>
      <button type="button" className="link" disabled={!schema} onClick={() => save(printSchema(schema))}>
        Schema (SDL)
      </button>
      <a className="link" href="customer-segment/" target="_blank" rel="noreferrer">
        REST explorer
      </a>
    </nav>
  )
}

// Printed from what introspection told: where that is switched off, there is nothing to save either.
function save(sdl) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([`${sdl}\n`], { type: 'text/plain' }))
  link.download = 'schema.graphql'
  link.click()
  URL.revokeObjectURL(link.href)
}
