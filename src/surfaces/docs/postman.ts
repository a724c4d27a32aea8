import {
  type Content,
  type Document,
  type Method,
  type Operation,
  operationsOf,
  type Parameter,
} from '../../platform/openapi/document'
import { scripts } from './postman-scripts'

/** A Postman collection (v2.1), as far as it is written here. */
type Collection = {
  readonly info: { readonly name: string; readonly description: string; readonly schema: string }
  readonly variable: readonly Variable[]
  readonly event: readonly Event[]
  readonly item: readonly Folder[]
}

type Variable = { readonly key: string; readonly value: string; readonly description?: string }
type Event = {
  readonly listen: 'prerequest' | 'test'
  readonly script: { readonly type: 'text/javascript'; readonly exec: readonly string[] }
}
type Folder = { readonly name: string; readonly description: string; readonly item: readonly Item[] }
type Item = { readonly name: string; readonly request: object; readonly event?: readonly Event[] }
type Pair = Variable & { readonly disabled?: boolean }

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json'

/** What a person sets once. The demo data of a local server has these keys. */
const settings: readonly Variable[] = [
  { key: 'apiKey', value: 'demo-key', description: 'Of the publisher API' },
  { key: 'apiSecret', value: 'demo-secret', description: 'Signs the calls of the publisher API' },
  { key: 'clientId', value: 'demo-client', description: 'Of the token service' },
  { key: 'clientSecret', value: 'demo-client-secret' },
  { key: 'accessToken', value: '', description: 'Set by "Get a token"' },
  { key: 'personToken', value: '', description: 'Set by the call that makes a token of a person' },
  { key: 'marketplaceId', value: 'app-demo', description: 'The API id of the marketplace' },
  { key: 'marketplaceKey', value: 'demo-marketplace-key' },
]

/** The calls of a document as a Postman collection: one folder a tag, each call with its example. */
export function postmanCollection(document: Document, origin: string): Collection {
  const operations = operationsOf(document)
  const folders = (document.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    item: operations
      .filter(({ operation }) => operation.tags?.[0] === name)
      .map(({ method, path, operation }) => itemOf(method, path, operation)),
  }))
  return {
    info: { name: document.info.title, description: document.info.description ?? '', schema: SCHEMA },
    variable: [{ key: 'baseUrl', value: origin }, ...settings],
    event: [eventOf('prerequest', scripts.sign)],
    item: folders,
  }
}

const eventOf = (listen: Event['listen'], script: string): Event => ({
  listen,
  script: { type: 'text/javascript', exec: script.trim().split('\n') },
})

/** What is kept of an answer for later calls, by operation. */
const kept: Readonly<Record<string, string>> = {
  createToken: scripts.keepAccessToken,
  createUserToken: scripts.keepPersonToken,
}

function itemOf(method: Method, path: string, operation: Operation): Item {
  const { parameters = [], requestBody, security = [], summary, operationId, description } = operation
  const body = requestBody && bodyOf(requestBody.content)
  const script = kept[operationId ?? '']
  const schemes = new Set(security.flatMap((each) => Object.keys(each)))
  return {
    name: summary ?? path,
    ...(script ? { event: [eventOf('test', script)] } : {}),
    request: {
      method: method.toUpperCase(),
      ...(description ? { description } : {}),
      auth: authOf(schemes),
      header: [
        ...parameters.filter((parameter) => parameter.in === 'header').map(pairOf),
        ...(schemes.has('personToken') && !schemes.has('accessToken') ? [personToken] : []),
        ...(body ? [{ key: 'Content-Type', value: body.type }] : []),
      ],
      url: urlOf(path, parameters),
      ...(body ? { body: body.body } : {}),
    },
  }
}

const personToken: Pair = { key: 'Authorization', value: 'Token {{personToken}}' }

/** How Postman authorises a call; the publisher API's calls are signed by the collection's script. */
function authOf(schemes: ReadonlySet<string>): object {
  const basic = (username: string, password: string) => ({
    type: 'basic',
    basic: [
      { key: 'username', value: username, type: 'string' },
      { key: 'password', value: password, type: 'string' },
    ],
  })
  if (schemes.has('accessToken')) {
    return { type: 'bearer', bearer: [{ key: 'token', value: '{{accessToken}}', type: 'string' }] }
  }
  if (schemes.has('clientSecret')) return basic('{{clientId}}', '{{clientSecret}}')
  if (schemes.has('marketplaceKey')) return basic('{{marketplaceId}}', '{{marketplaceKey}}')
  return { type: 'noauth' }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** A parameter; one that may be left out stands there switched off. */
function pairOf({ name, description, required, example }: Parameter): Pair {
  return {
    key: name,
    value: example === undefined ? '' : textOf(example),
    ...(description ? { description } : {}),
    ...(required ? {} : { disabled: true }),
  }
}

function urlOf(path: string, parameters: readonly Parameter[]): object {
  const segments = path.slice(1).replace(/\{(\w+)\}/g, ':$1')
  const query = parameters.filter((parameter) => parameter.in === 'query').map(pairOf)
  const sent = query.filter((each) => !each.disabled).map(({ key, value }) => `${key}=${value}`)
  const variables = parameters.filter((parameter) => parameter.in === 'path').map(pairOf)
  return {
    raw: `{{baseUrl}}/${segments}${sent.length > 0 ? `?${sent.join('&')}` : ''}`,
    host: ['{{baseUrl}}'],
    path: segments.split('/'),
    ...(query.length > 0 ? { query } : {}),
    ...(variables.length > 0 ? { variable: variables } : {}),
  }
}

/** What Postman sends as Basic, and a form that has it would say twice. */
const inHeader = ['client_id', 'client_secret']

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

function bodyOf(content: Content): { type: string; body: object } {
  const json = content[JSON_TYPE]
  if (json) {
    const raw = JSON.stringify(json.example, null, 2)
    return { type: JSON_TYPE, body: { mode: 'raw', raw, options: { raw: { language: 'json' } } } }
  }
  const fields = Object.entries(content[FORM_TYPE]?.example ?? {}).filter(([key]) => !inHeader.includes(key))
  const urlencoded = fields.map(([key, value]) => ({ key, value: textOf(value) }))
  return { type: FORM_TYPE, body: { mode: 'urlencoded', urlencoded } }
}
