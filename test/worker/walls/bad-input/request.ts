import { apiSigns } from '../../../../src/surfaces/publisher/signature/api-sign'
import { parseSignedQuery } from '../../../../src/surfaces/publisher/signature/query'
import { sendToWorker } from '../../../support/front-door'
import { type Api, ORIGIN } from '../../../support/publisher'

/** A request before it is sent: its parts are texts, so that a mutation may make anything of them. */
export type Draft = {
  /** The route whose valid request this was: `POST /apiv2/event`. */
  readonly route: string
  readonly method: string
  readonly path: string
  /** Without `?`. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
  /** Who signs it, after it was mutated: so that what is wrong is met behind the signature. */
  readonly signer: Api | null
}

export type Seen = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Where the request went, as the runtime read its address. */
  readonly pathname: string
}

/** What became of a request: an answer, or why there is none. `unsendable`: the runtime makes no such request. */
export type Outcome = Seen | { readonly unsendable: string } | { readonly thrown: string }

/** Sends a request; an open socket is closed again. */
export async function sendDraft(draft: Draft): Promise<Outcome> {
  const address = `${ORIGIN}${draft.path}${searchOf(draft.signer ? await signed(draft, draft.signer) : draft.query)}`
  let request: Request
  try {
    const { method, body, headers } = draft
    request = new Request(address, { method, headers, body, redirect: 'manual' })
  } catch (error) {
    return { unsendable: String(error) }
  }
  try {
    const response = await sendToWorker(request)
    response.webSocket?.accept()
    response.webSocket?.close(1000)
    const text = response.status === 101 ? '' : await response.text()
    return { status: response.status, headers: response.headers, text, pathname: new URL(address).pathname }
  } catch (error) {
    return { thrown: String(error) }
  }
}

const searchOf = (query: string) => (query === '' ? '' : `?${query}`)

/** The query with a signature, which is a wrong one where the query can't be read as one that is signed. */
async function signed({ method, query, body }: Draft, { apiKey, secret }: Api): Promise<string> {
  const whole = `${query === '' ? '' : `${query}&`}apiKey=${apiKey}`
  // What the runtime makes of it is what the other side reads.
  const parsed = parseSignedQuery(new URL(`?${whole}`, ORIGIN).search.slice(1))
  if (!parsed.ok) return `${whole}&apiSign=${'0'.repeat(32)}`
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array())
  const [sign = ''] = await apiSigns(secret, method, parsed.parameters, bytes)
  return `${whole}&apiSign=${sign}`
}

/** The same request with another header; null takes it away. */
export function withHeaders(draft: Draft, more: Readonly<Record<string, string | null>>): Draft {
  const names = Object.keys(more).map((name) => name.toLowerCase())
  const kept = Object.entries(draft.headers).filter(([name]) => !names.includes(name.toLowerCase()))
  const added = Object.entries(more).filter((pair): pair is [string, string] => pair[1] !== null)
  return { ...draft, headers: Object.fromEntries([...kept, ...added]) }
}

export const isSafe = ({ method }: Pick<Draft, 'method'>): boolean => method === 'GET' || method === 'HEAD'
