// The page: GraphiQL with the explorer, the worked examples, and the tokens that the demo hands out.
import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import '@graphiql/plugin-explorer/style.css'

import { explorerPlugin } from '@graphiql/plugin-explorer'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { createRoot } from 'react-dom/client'

import { bearer, callersOfThisPage, NO_TOKEN_YET } from './callers.js'
import { examples } from './examples.js'
import { fetcher } from './fetcher.js'
import { Footer } from './footer.jsx'
import { Links } from './links.jsx'
import { isKept, KEEPS_HEADERS, renewTokens, storage } from './storage.js'

// GraphiQL loads the editors when it needs them; who has switched tabs by then gets the wrong text. So: first.
const [callers] = await Promise.all([
  callersOfThisPage(),
  import('monaco-graphql/esm/monaco-editor.js'),
  import('monaco-graphql/esm/lite.js'),
])
const isDemo = callers.length > 0
// A demo begins afresh in every new tab of the browser, with the tokens of this run.
const kept = storage(isDemo ? sessionStorage : localStorage)
renewTokens(kept, callers)

const plugins = [explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN]

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    storage={kept}
    defaultTabs={examples(callers)}
    defaultHeaders={isDemo ? bearer(callers[0]) : NO_TOKEN_YET}
    defaultEditorToolsVisibility="headers"
    // Elsewhere a token is forgotten with the page, unless its owner says otherwise in the settings.
    shouldPersistHeaders={isDemo || isKept(kept, KEEPS_HEADERS)}
    showPersistHeadersSettings={!isDemo}
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>
      <Links />
    </GraphiQL.Logo>
    <GraphiQL.Footer>
      <Footer />
    </GraphiQL.Footer>
  </GraphiQL>,
)
