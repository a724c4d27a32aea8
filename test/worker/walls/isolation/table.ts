import { fetchWorker } from '../../../support/publisher'
import type { World } from './world'

/** A request as somebody is about to send it; whoever calls adds what shows who they are. */
export type Asked = {
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly headers: Readonly<Record<string, string>>
}

export type Caller = (asked: Asked) => Asked | Promise<Asked>

/** An answer to the byte: its status, its body, and those headers that say something. */
export type Told = {
  readonly status: number
  /** The body as JSON, no key more or less; or as text; or the words of a page. */
  readonly json?: unknown
  readonly text?: string
  readonly words?: string
  readonly headers?: Readonly<Record<string, string | null>>
}

/** One route: what is asked of it of A's, and what A's own and another's callers are answered. */
export type Row = {
  readonly path: string
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
  /** What A's rightful caller is answered. */
  readonly rightful: number
  /** Who that is, where it isn't the surface's usual one. */
  readonly by?: Caller
  /** What the same request by another publisher's caller is answered; `own`: it is about what is theirs. */
  readonly foreign?: Told | 'own'
  /** What ends something that other rows need: it is tried after them, the highest last. */
  readonly last?: number
}

export type Rows = Readonly<Record<string, Row>>

/** Somebody who may not, and what they are told on a route; `own` as in a row, null where nothing is refused them. */
export type Refused = {
  readonly as: Caller
  readonly told: (route: string, row: Row) => Told | 'own' | null
  /** Tables that a contract wants a failed attempt to be written to. */
  readonly writes?: readonly string[]
  /** Who belongs to A sees A's name and their own, and nothing else. */
  readonly isOfA?: boolean
}

/** One surface's part of the table. */
export type Table = {
  readonly rows: (world: World) => Rows | Promise<Rows>
  readonly rightful: (world: World) => Caller | Promise<Caller>
  readonly refused: (world: World) => Promise<Readonly<Record<string, Refused>>>
  /** Takes away what others would stumble over. */
  readonly end?: (world: World) => Promise<void>
}

export const asNobody: Caller = (asked) => asked

/** Who sends a header. */
export const sending =
  (name: string, value: string): Caller =>
  (asked) => ({ ...asked, headers: { ...asked.headers, [name]: value } })

export const bearer = (token: string): Caller => sending('Authorization', `Bearer ${token}`)

/** The same answer on every route. */
export const always = (told: Told) => () => told

/** As another publisher's caller is answered. */
export const asForeign = (_: string, { foreign }: Row) => foreign ?? null

export type Answered = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly sent: string
}

/** Sends the request of a row as somebody. */
export async function ask(route: string, row: Row, as: Caller): Promise<Answered> {
  const [method = ''] = route.split(' ')
  const { path, headers = {} } = row
  const body = typeof row.body === 'object' ? JSON.stringify(row.body) : row.body
  const asked = await as({ method, path, headers, ...(body === undefined ? {} : { body }) })
  const response = await fetchWorker(asked.path, {
    method,
    headers: { ...asked.headers },
    ...(asked.body === undefined ? {} : { body: asked.body }),
  })
  if (response.webSocket) {
    response.webSocket.accept()
    response.webSocket.close(1000)
  }
  const text = await response.text()
  const sent = `${asked.path}${asked.body ?? ''}${JSON.stringify(asked.headers)}`
  return { status: response.status, headers: response.headers, text, sent }
}

/** What a person reads in the middle of a page; the reference of a failure differs each time. */
export const wordsOf = (html: string): string =>
  (/<main[^>]*>(.*)<\/main>/s.exec(html)?.[1] ?? html)
    .replace(/sso_[0-9a-f]+/, 'sso_…')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** In what an answer isn't as it should be; '' where it is. */
export function faultOf({ status, headers, text }: Answered, told: Told): string {
  const wanted = [told.status, ...Object.values(told.headers ?? {})]
  const got = [status, ...Object.keys(told.headers ?? {}).map((name) => headers.get(name))]
  if (JSON.stringify(got) !== JSON.stringify(wanted))
    return `${JSON.stringify(got)}, not ${JSON.stringify(wanted)}: ${text.slice(0, 200)}`
  const body = told.words !== undefined ? wordsOf(text) : text
  const should = told.words ?? told.text ?? JSON.stringify(told.json)
  return body === should ? '' : `${body.slice(0, 300)}, not ${should}`
}
