import { describe } from '../../platform/openapi/describe'
import type { Answer, Document, Method, Operation, Parameter } from '../../platform/openapi/document'
import { publisherApp } from './index'

const tags = [
  { name: 'Calendars', description: 'Public calendars, which any number of people may follow.' },
  { name: 'Events', description: 'Events of public calendars, and private events of one subscriber.' },
  { name: 'Batch', description: 'Up to 500 events in one call. Each item is judged by itself.' },
  { name: 'Subscribers', description: 'The people who connected their calendar, and what they follow.' },
  { name: 'Widgets', description: 'The "Sync to Calendar" pages by which people sign up.' },
  {
    name: 'Webhooks',
    description: 'Endpoints that are told of changes, and the log of what they were told.',
  },
  { name: 'Accounts', description: 'Publishers that a partner makes: for partner keys only.' },
]

const inQuery = (name: string, description: string) =>
  ({ type: 'apiKey', in: 'query', name, description }) as const

const securitySchemes = {
  apiKey: inQuery('apiKey', 'The key of the publisher.'),
  apiSign: inQuery(
    'apiSign',
    'MD5, in lower-case hex, of the API secret, then every other query parameter as name and value, decoded, sorted by ' +
      'name and joined without separators, then, for POST and PUT, the body as it is sent.',
  ),
  apiSign256: inQuery(
    'apiSign256',
    'HMAC-SHA256, in lower-case hex, keyed with the API secret, of four lines: the method, the path, the other query ' +
      'parameters (sorted by name, percent-encoded by RFC 3986, as `name=value` joined with `&`) and the SHA-256 of the body.',
  ),
  ts: inQuery('ts', 'Unix seconds, within 300 s of now.'),
}

const security = [
  { apiKey: [], apiSign: [] },
  { apiKey: [], apiSign256: [], ts: [] },
]

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A repeat with the same key and request answers what the first did, and does nothing. Kept 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  example: 'loan-7/2030-05',
}

const pastTheEnd: Answer = { description: 'A page past the end: no body' }

/** What the surface does for every call of a kind, whatever its route says. */
function each(operation: Operation, method: Method): Operation {
  const { parameters = [], responses } = operation
  if (method === 'post') return { ...operation, parameters: [...parameters, idempotencyKey] }
  const isPaged = parameters.some((parameter) => parameter.name === 'page')
  return isPaged ? { ...operation, responses: { ...responses, 204: pastTheEnd } } : operation
}

/** The reference of the publisher API. */
export function publisherReference(): Document {
  return describe(publisherApp, { tags, security, securitySchemes, each })
}
