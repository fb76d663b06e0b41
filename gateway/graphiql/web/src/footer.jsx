// Below the answer: what it has cost, and the request as commands.
import { useGraphiQL } from '@graphiql/react'
import { useMemo, useState } from 'react'

import { Commands } from './commands.jsx'
import { figuresOf } from './figures.js'

const number = new Intl.NumberFormat('en')
const plural = (count, noun) => `${number.format(count)} ${noun}${count === 1 ? '' : 's'}`
const short = (milliseconds) => `${number.format(Number(milliseconds.toPrecision(2)))} ms`

export function Footer() {
  const response = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.response)
  const figures = useMemo(() => figuresOf(response), [response])
  const [isOpen, setIsOpen] = useState(false)
  return (
    <div className="below-answer">
      <ul aria-label="What the answer has cost" aria-live="polite">
        {figures && <Figures {...figures} />}
      </ul>
      <button type="button" className="graphiql-un-styled as-curl" onClick={() => setIsOpen(true)}>
        As curl
      </button>
      {isOpen && <Commands onClose={() => setIsOpen(false)} />}
    </div>
  )
}

function Figures({ cost, timing, milliseconds }) {
  return (
    <>
      {cost && (
        <li title="The estimated cost: objects that the answer may have, of as many as are allowed">
          {number.format(cost.nodes)} of {plural(cost.maximum, 'object')}
        </li>
      )}
      {timing && <li title="What the gateway asked its database">{plural(timing.statements, 'SQL statement')}</li>}
      {timing && (
        <li title="Time of the execution in the gateway, and until the whole answer was here">
          {short(timing.milliseconds)} of {short(milliseconds)}
        </li>
      )}
    </>
  )
}
