import fc from 'fast-check'
import { BY_SCHEMA, isForm, isJson, type Mutation, textOf } from './mutation'
import { oddParameters, oddSegments } from './mutations-addresses'
import { judgedBy, oddTexts, oddValues, placesOf, withValue } from './mutations-values'
import { type Draft, withHeaders } from './request'

/** A mutation that chance made: of whatever valid request it is put on. */
export type Generated = { readonly route: number; readonly mutate: (draft: Draft) => Mutation }

const anyText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('%', '0', '\u00e9', '\u{1f600}', '\\', '"', '\u0000', '\r', '\n', '&', '='),
    maxLength: 20,
  }),
  fc.nat({ max: 5_000 }).map((length) => 'x'.repeat(length)),
)

const anyValue = fc.oneof(
  fc.constantFrom(...oddValues.filter(({ length }) => length < 70_000)),
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)),
  fc.double().map(String),
  fc.bigInt().map(String),
  anyText.map((text) => JSON.stringify(text)),
  fc.date({ noInvalidDate: true }).map((date) => JSON.stringify(date)),
  fc.tuple(fc.constantFrom('[', '{"a":'), fc.nat({ max: 3_000 })).map(([open, depth]) => open.repeat(depth)),
)

const headerNames = [
  'Accept',
  'Accept-Language',
  'Authorization',
  'Content-Type',
  'Content-Encoding',
  'Cookie',
  'Daybook-Bookmark',
  'Idempotency-Key',
  'If-None-Match',
  'If-Modified-Since',
  'Origin',
  'Range',
  'Sec-Fetch-Site',
  'Sec-WebSocket-Protocol',
  'Upgrade',
  'User-Agent',
]

/** Printable ASCII: other characters are sent by the table. */
const headerText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    'null',
    ',',
    ';',
    '"',
    'a=b; c',
    'websocket',
    '*',
    'gzip',
    'same-origin',
    'cross-site',
    'daybook, token.x',
  ),
  fc.nat({ max: 9_000 }).map((length) => 'x'.repeat(length)),
)

const CHANCE = 'what chance made of this part may be valid, or not be read here'

/** A text with some characters of it replaced. */
const spliced = (text: string, at: number, count: number, more: string) => {
  const from = text.length === 0 ? 0 : at % (text.length + 1)
  return text.slice(0, from) + more + text.slice(from + count)
}

type Mutate = (draft: Draft) => Mutation

const onBody: fc.Arbitrary<Mutate> = fc
  .record({
    place: fc.nat(),
    value: anyValue,
    text: anyText,
    at: fc.nat(),
    count: fc.nat({ max: 30 }),
    asText: fc.boolean(),
  })
  .map(
    ({ place, value, text, at, count, asText }): Mutate =>
      (draft) => {
        const whole = textOf(draft)
        if (draft.body === null || whole === '') return onQueryOf(draft, place, text)
        if (asText) {
          const body = spliced(whole, at, count, text)
          return {
            name: `body ${body.slice(0, 200)}`,
            draft: { ...draft, body },
            ifAccepted: isJson(draft) ? judgedBy(draft) : CHANCE,
          }
        }
        if (isForm(draft)) return formField(draft, place, text)
        const places = placesOf(JSON.parse(whole))
        return places.length === 0
          ? { name: 'body', draft: { ...draft, body: value }, ifAccepted: judgedBy(draft) }
          : withValue(draft, places[place % places.length] ?? [], value)
      },
  )

function formField(draft: Draft, place: number, text: string): Mutation {
  const fields = [...new URLSearchParams(textOf(draft))]
  const odd = place % 3 === 0 ? (oddTexts[place % oddTexts.length] ?? text) : text
  const body = new URLSearchParams(
    fields.map(([name, own], at) => [name, at === place % fields.length ? odd : own]),
  ).toString()
  return { name: `form ${body.slice(0, 200)}`, draft: { ...draft, body }, ifAccepted: CHANCE }
}

function onQueryOf(draft: Draft, at: number, text: string): Mutation {
  const query = spliced(draft.query, at, at % 5, encodeURI(text.toWellFormed()))
  return { name: `?${query.slice(0, 100)}`, draft: { ...draft, query }, ifAccepted: BY_SCHEMA }
}

const onQuery: fc.Arbitrary<Mutate> = fc
  .tuple(fc.nat(), fc.oneof(anyText, fc.constantFrom(...oddParameters)))
  .map(
    ([at, text]): Mutate =>
      (draft) =>
        onQueryOf(draft, at, text),
  )

const onPath: fc.Arbitrary<Mutate> = fc
  .tuple(
    fc.nat(),
    fc.oneof(
      fc.constantFrom(...oddSegments),
      anyText.map((text) => encodeURIComponent(text.toWellFormed())),
    ),
  )
  .map(
    ([place, text]): Mutate =>
      (draft) => {
        const segments = draft.path.split('/')
        const at = 1 + (place % (segments.length - 1))
        const path = segments.map((each, turn) => (turn === at ? text : each)).join('/')
        return { name: `path ${path.slice(0, 100)}`, draft: { ...draft, path }, ifAccepted: CHANCE }
      },
  )

const onHeader: fc.Arbitrary<Mutate> = fc.tuple(fc.constantFrom(...headerNames), headerText).map(
  ([name, text]): Mutate =>
    (draft) => {
      return {
        name: `${name}: ${text.slice(0, 80)}`,
        draft: withHeaders(draft, { [name]: text }),
        ifAccepted: CHANCE,
      }
    },
)

const generated = fc.record({
  route: fc.nat(),
  mutate: fc.oneof(
    { weight: 5, arbitrary: onBody },
    { weight: 2, arbitrary: onQuery },
    { weight: 1, arbitrary: onPath },
    { weight: 1, arbitrary: onHeader },
  ),
})

/** So many mutations, always the same of a seed. */
export const generate = (seed: number, numRuns: number): Generated[] =>
  fc.sample(generated, { seed, numRuns })
