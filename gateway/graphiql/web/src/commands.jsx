// A dialog with the request of the tab as curl commands: in GraphQL, and in REST where that can say the same.
import { tryParseJSONC, useGraphiQL } from '@graphiql/react'
import { useEffect, useRef, useState } from 'react'

import { graphqlCommand, restCommands } from './counterpart/commands.js'
import { withItsName } from './named.js'
import { tenantOf } from './token.js'

export function Commands({ onClose }) {
  const dialog = useRef(null)
  const state = useGraphiQL((store) => store)
  const [commands] = useState(() => commandsOf(state))
  useEffect(() => dialog.current.showModal(), [])
  return (
    <dialog ref={dialog} className="commands" aria-label="The request as curl" onClose={onClose}>
      <header>
        <strong>As curl</strong>
        <span>
          for a POSIX shell; the token comes from <code>$TOKEN</code>
        </span>
        <form method="dialog">
          <button>Close</button>
        </form>
      </header>
      {commands.map((command, index) => (
        <Command key={index} {...command} />
      ))}
    </dialog>
  )
}

function Command({ title, note, command, problem }) {
  const text = useRef(null)
  const [isCopied, setIsCopied] = useState(false)
  async function copy() {
    // Without a clipboard (a page that is not from this machine, over http) the text is selected instead.
    getSelection().selectAllChildren(text.current)
    await navigator.clipboard?.writeText(command).then(() => setIsCopied(true), () => {})
  }
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {note && <p>{note}</p>}
      {problem && <p>{problem}</p>}
      {command && (
        <>
          <pre ref={text} tabIndex={0}>
            {command}
          </pre>
          <button type="button" onClick={copy}>
            {isCopied ? 'Copied' : 'Copy'}
          </button>
        </>
      )}
    </section>
  )
}

function commandsOf({ queryEditor, variableEditor, headerEditor, operationName, schema }) {
  let operation
  try {
    const headers = tryParseJSONC(headerEditor?.getValue())
    const variables = tryParseJSONC(variableEditor?.getValue())
    operation = withItsName({ query: queryEditor.getValue(), operationName, variables, headers })
  } catch (problem) {
    return [{ title: 'GraphQL', problem: `Variables or headers ${problem.message}` }]
  }
  const graphql = { title: 'GraphQL', command: graphqlCommand(operation) }
  return schema ? [graphql, ...restCommands(schema, operation, tenant(operation.headers))] : [graphql]
}

function tenant(headers) {
  const bearer = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')
  return bearer && tenantOf(bearer[1])
}
