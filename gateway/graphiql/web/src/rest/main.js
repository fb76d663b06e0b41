// The page of the REST API: Swagger UI with the GraphQL counterpart of each operation and the demo's tokens.
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'
import 'swagger-ui-dist/swagger-ui.css'
import './page.css'

import { offerCallers } from './callers.js'
import { explained } from './document.js'

const json = async (path) => {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path} is ${response.status}`)
  return response.json()
}

const [document_, callers] = await Promise.all([json('openapi.json'), json('../graphql/callers.json')])

const page = SwaggerUI({
  spec: explained(document_, callers),
  domNode: document.getElementById('rest'),
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  docExpansion: 'list',
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null, // it would send the document to another site
  onComplete: () => offerCallers(page, callers),
})
