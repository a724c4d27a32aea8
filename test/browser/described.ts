import Ajv, { type ValidateFunction } from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { demo } from '../../scripts/demo-data.mjs'
import { signUrl } from '../../scripts/signing.mjs'
import {
  type Content,
  type Document,
  type Operation,
  operationsOf,
} from '../../src/platform/openapi/document'

/** A client that knows of the API what its reference says, and nothing else. */

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
type Wire = any

type Given = {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** Fields of the body in place of the example's. */
  readonly body?: Readonly<Record<string, unknown>>
  readonly as?: keyof typeof credentials
}

type Called = { readonly status: number; readonly data: Wire; readonly body: Wire; readonly text: string }

const credentials = {
  publisher: { apiKey: demo.apiKey, secret: demo.secret },
  partner: { apiKey: demo.partnerKey, secret: demo.partnerSecret },
}

/** Schemas of a document, ready to judge. */
export function judgeOf(document: Document) {
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'reference')
  const part = (text: string) => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'))
  /** What is wrong with a value by the schema at these steps of the document. */
  return (value: unknown, ...steps: (string | number)[]): string[] => {
    const reference = `reference#/${steps.map((step) => part(String(step))).join('/')}`
    const judge: ValidateFunction = ajv.getSchema(reference) ?? ajv.compile({ $ref: reference })
    if (judge(value)) return []
    return (judge.errors ?? []).map(
      ({ instancePath, message }) => `${steps.join(' ')}: ${instancePath} ${message}`,
    )
  }
}

export async function readDocument(origin: string, path = '/openapi.json', headers = {}): Promise<Document> {
  return (await fetch(`${origin}${path}`, { headers })).json() as Promise<Document>
}

export class DescribedClient {
  /** What is sent beside what the reference says: tokens, once they are there. */
  readonly tokens: Record<string, string> = {}
  readonly called = new Set<string>()
  private readonly judge: ReturnType<typeof judgeOf>
  private readonly operations: ReadonlyMap<string, ReturnType<typeof operationsOf>[number]>

  constructor(
    private readonly origin: string,
    document: Document,
  ) {
    this.judge = judgeOf(document)
    this.operations = new Map(operationsOf(document).map((each) => [each.operation.operationId ?? '', each]))
  }

  /** Makes a call with the reference's example, and holds the answer against what the reference says of it. */
  async call(operationId: string, given: Given = {}): Promise<Called> {
    const found = this.operations.get(operationId)
    if (!found) throw new Error(`the reference has no ${operationId}`)
    const { method, path, operation } = found
    this.called.add(operationId)
    const url = new URL(
      path.replaceAll(/\{(\w+)\}/g, (_, name) => segmentOf(operation, name, given)),
      this.origin,
    )
    for (const [name, value] of Object.entries(given.query ?? {})) url.searchParams.set(name, value)
    const sent = bodyOf(operation, given)
    const body = sent?.body ?? ''
    const scheme = (operation.security ?? []).flatMap((each) => Object.keys(each)).find(this.isAtHand)
    const signer = credentials[given.as ?? 'publisher']
    const address =
      scheme === 'apiKey' ? signUrl({ method: method.toUpperCase(), url: url.href, body, ...signer }) : url
    const response = await fetch(address, {
      method: method.toUpperCase(),
      redirect: 'manual',
      headers: { ...this.headersOf(scheme), ...(sent ? { 'Content-Type': sent.type } : {}) },
      ...(body === '' ? {} : { body }),
    })
    const text = await response.text()
    const type = (response.headers.get('Content-Type') ?? '').split(';')[0] ?? ''
    const answered = type === 'application/json' ? JSON.parse(text) : text
    this.compare(found, response.status, type, answered)
    return { status: response.status, data: answered?.data, body: answered, text }
  }

  private readonly isAtHand = (scheme: string) => scheme === 'apiKey' || scheme in this.tokens

  private headersOf(scheme = ''): Record<string, string> {
    if (scheme === 'personToken') return { Authorization: `Token ${this.tokens[scheme]}` }
    return scheme in this.tokens ? { Authorization: `Bearer ${this.tokens[scheme]}` } : {}
  }

  private compare(
    { method, path, operation }: ReturnType<typeof operationsOf>[number],
    status: number,
    type: string,
    answered: unknown,
  ): void {
    const told = operation.responses[status]
    const at = `${method.toUpperCase()} ${path} answered ${status}`
    if (!told) throw new Error(`${at}, which the reference does not tell: ${JSON.stringify(answered)}`)
    if (answered === '' && !told.content) return
    if (!told.content?.[type]) throw new Error(`${at} as ${type}, which the reference does not tell`)
    const steps = ['paths', path, method, 'responses', status, 'content', type, 'schema']
    const wrong = this.judge(answered, ...steps)
    if (wrong.length > 0) throw new Error(`${at}: ${wrong.join('; ')}\n${JSON.stringify(answered)}`)
  }
}

function segmentOf(operation: Operation, name: string, given: Given): string {
  const example = operation.parameters?.find((each) => each.in === 'path' && each.name === name)?.example
  return encodeURIComponent(given.path?.[name] ?? String(example))
}

function bodyOf({ requestBody }: Operation, given: Given): { type: string; body: string } | null {
  const content: Content = requestBody?.content ?? {}
  const [type] = Object.keys(content)
  if (type === undefined) return null
  const fields = { ...(content[type]?.example as object), ...given.body }
  if (type === 'application/json') return { type, body: JSON.stringify(fields) }
  return { type, body: new URLSearchParams(fields as Record<string, string>).toString() }
}
