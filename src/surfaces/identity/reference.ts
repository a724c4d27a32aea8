import { describe } from '../../platform/openapi/describe'
import type { Document } from '../../platform/openapi/document'
import { identityApp } from './index'
import { TOKEN_PATH } from './token'

const tags = [
  {
    name: 'Tokens',
    description: 'Tokens of client systems, for payments and for event subscriptions as a service.',
  },
]

const securitySchemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    description: `A token of \`POST ${TOKEN_PATH}\`. A call needs the scope that stands beside it.`,
  },
  clientSecret: {
    type: 'http',
    scheme: 'basic',
    description: 'The client id and secret; they may stand in the form instead.',
  },
} as const

/** The reference of the token service. */
export function identityReference(): Document {
  return describe(identityApp, {
    tags,
    securitySchemes,
    each: (operation, method) =>
      method === 'post'
        ? { ...operation, security: [{ clientSecret: [] }, {}] }
        : { ...operation, security: [] },
  })
}
