import {
  ASKS,
  BY_SCHEMA,
  EACH,
  isForm,
  isJson,
  type Mutation,
  type Mutator,
  NOTIFIED,
  textOf,
} from './mutation'
import { nested } from './mutations-bodies'
import type { Draft } from './request'

/** What may stand in place of a field's value, as JSON text. */
export const oddValues: readonly string[] = [
  'null',
  '[]',
  '{}',
  'true',
  'false',
  '-0',
  '1.5',
  '-1',
  '1e400',
  '-1e400',
  '1e-400',
  '1e99999999999',
  '9007199254740993',
  '99999999999999999999',
  '0.1e1',
  '""',
  '" "',
  '"NaN"',
  '"0x10"',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u0007"',
  '"\\u202e\\u2066"',
  '"\\ufeff"',
  '"a\\r\\nBEGIN:VEVENT"',
  '"2030-02-30"',
  '"+275760-09-13T00:00:00Z"',
  '"-000001-01-01"',
  '"24:61"',
  '"\' OR 1=1 --"',
  '"../../etc/passwd"',
  '"__proto__"',
  '"javascript:alert(1)"',
  '"http://[::1"',
  '"\\u0130\\u0049\\u0307\\ud83d\\ude00"',
  '{"__proto__":{"x":1}}',
  '[null]',
  '[[[[]]]]',
  nested(1_000),
  `"${'x'.repeat(60_000)}"`,
  `"${'\\u0000'.repeat(3_000)}"`,
  `"${'x'.repeat(1_048_576)}"`,
  `[${'0,'.repeat(99_999)}0]`,
  `[${'"a",'.repeat(15_000)}"a"]`,
]

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** Where a value of a JSON text stands. */
export type Place = readonly (string | number)[]

/** Every place of a value, the whole aside. */
export function placesOf(value: Json, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = [...at, Array.isArray(value) ? Number(name) : name]
    return [place, ...placesOf(inner, place)]
  })
}

/** The JSON text of a value with another text at a place; undefined there takes the member away. */
export function replaced(value: Json, [step, ...rest]: Place, text: string | undefined): string {
  if (step === undefined) return text ?? 'null'
  if (Array.isArray(value)) {
    const items = value.map((item, at) => (at === step ? replaced(item, rest, text) : JSON.stringify(item)))
    return `[${items.join(',')}]`
  }
  const members = Object.entries(value as Record<string, Json>).flatMap(([name, inner]) => {
    if (name !== step) return [`${JSON.stringify(name)}:${JSON.stringify(inner)}`]
    if (rest.length === 0 && text === undefined) return []
    return [`${JSON.stringify(name)}:${replaced(inner, rest, text)}`]
  })
  return `{${members.join(',')}}`
}

/** A body with another value at one of its places. */
export function withValue(draft: Draft, place: Place, text: string | undefined): Mutation {
  const body = replaced(JSON.parse(textOf(draft)), place, text)
  return {
    name: `${place.join('.')} = ${text?.slice(0, 30)}`,
    draft: { ...draft, body },
    ifAccepted: judgedBy(draft),
  }
}

/** Who says whether a body with another value is good. */
export function judgedBy({ route }: Draft): string {
  if (route.includes('/connec/')) return NOTIFIED
  return route === 'POST /apiv2/batch/events' ? EACH : BY_SCHEMA
}

/** Each odd value in some place of the body, and each place without its value. */
export const badValues: Mutator = (draft, at) => {
  if (!isJson(draft)) return []
  const places = placesOf(JSON.parse(textOf(draft)))
  const placeOf = (turn: number): Place => places[turn % places.length] ?? []
  return [
    ...oddValues.map((text, turn) => withValue(draft, placeOf(turn + at), text)),
    ...places.flatMap((place) => [withValue(draft, place, undefined), withValue(draft, place, 'null')]),
  ]
}

/** What may stand in place of a form's field. */
export const oddTexts: readonly string[] = [
  '',
  ' ',
  '-1',
  '1e400',
  '99999999999999999999',
  '0x10',
  'NaN',
  '\u0007',
  '\u202e',
  'a\r\nb',
  '2030-02-30',
  '+275760-09-13',
  '24:61',
  '[]',
  '{"a":',
  nested(5_000),
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '__proto__',
  'javascript:alert(1)',
  'http://[::1',
  'x'.repeat(60_000),
  '\u{1f600}'.repeat(3_000),
]

const TEXT = 'a field of a form may hold this text, or what is not known counts as not given'

/** Fields whose text nothing else decides on: a form with odd ones may well be valid. */
const freeText =
  /^(name|description|details|location|note|reference|categories|scheduleDescription|externalScheduleId|RelayState|data|action|draft|scope|email|timezone|endDate|endTime|startTime|url|application|calendarIds|apiKey|formId)$/

/** Each odd text in some field of a form, fields left out, fields twice, and forms that are none. */
export const badForms: Mutator = (draft, at) => {
  if (!isForm(draft)) return []
  const fields = [...new URLSearchParams(textOf(draft))]
  const encoded = (pairs: [string, string][]) => new URLSearchParams(pairs).toString()
  const nameOf = (turn: number) => fields[turn % fields.length]?.[0] ?? ''
  const whether = (name: string) => {
    if (name === 'confirm') return { ifAccepted: ASKS }
    return freeText.test(name) ? { ifAccepted: TEXT } : {}
  }
  const odd = oddTexts.map((text, turn): Mutation => {
    const name = nameOf(turn + at)
    const body = encoded(fields.map(([each, own]) => [each, each === name ? text : own]))
    return { name: `${name} = ${text.slice(0, 30)}`, draft: { ...draft, body }, ...whether(name) }
  })
  const raw: [string, string][] = [
    ['no fields', ''],
    ['%00 in it', `${textOf(draft)}&%00=%00`],
    ['a lone %', `${textOf(draft)}&%=%&%u0041=1`],
    ['bytes of no UTF-8, encoded', `${textOf(draft)}&x=%ff%fe`],
    ['__proto__', `${textOf(draft)}&__proto__=1&__proto__[x]=1&constructor=2`],
    ['2,000 other fields', `${textOf(draft)}&${'a=1&'.repeat(2_000)}`],
    ['each field twice', `${textOf(draft)}&${textOf(draft)}`],
  ]
  return [
    ...odd,
    ...fields.map(([name]) => ({
      name: `without ${name}`,
      draft: { ...draft, body: encoded(fields.filter(([each]) => each !== name)) },
      ...whether(name),
    })),
    ...raw.map(([name, body]) => ({
      name: `a form with ${name}`,
      draft: { ...draft, body },
      ...(name === 'no fields'
        ? {}
        : { ifAccepted: 'other fields are ignored, and of one that repeats one counts' }),
    })),
  ]
}
