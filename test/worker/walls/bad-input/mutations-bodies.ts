import { BY_SCHEMA, isForm, isJson, type Mutator, NOTIFIED, textOf } from './mutation'
import { type Draft, isSafe, withHeaders } from './request'

const bytes = (...each: number[]) => new Uint8Array(each)

const utf16 = (text: string, littleEndian: boolean): Uint8Array => {
  const view = new DataView(new ArrayBuffer(2 * text.length + 2))
  for (const [at, char] of [...`\ufeff${text}`].entries())
    view.setUint16(2 * at, char.charCodeAt(0), littleEndian)
  return new Uint8Array(view.buffer)
}

/** A text with bytes in its midst that are no UTF-8. */
function broken(text: string, ...wrong: number[]): Uint8Array {
  const [whole, at] = [new TextEncoder().encode(text), Math.max(1, text.indexOf(':') + 2)]
  return Uint8Array.from([...whole.slice(0, at), ...wrong, ...whole.slice(at)])
}

export const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth)

const UNREAD = 'this route reads no body'
const LAST_WINS = 'of a name that stands twice, the last value counts, as JSON.parse reads it'
const OTHERS = 'fields that a surface doesn’t know are ignored'

/** Whole bodies that are no JSON object of UTF-8 text, and such as are, in unusual ways. */
export const badBodies: Mutator = (draft) => {
  if (isSafe(draft)) return []
  if (draft.body === null)
    return ['{"a":1}', 'x'.repeat(70_000), '{', bytes(0xff)].map((body) => extra(draft, body))
  const text = textOf(draft)
  const notified = draft.route.includes('/connec/') ? { ifAccepted: NOTIFIED } : { ifAccepted: undefined }
  const shared: [string, string | Uint8Array][] = [
    ['with a byte order mark', `\ufeff${text}`],
    ['in UTF-16, little-endian', utf16(text, true)],
    ['in UTF-16, big-endian', utf16(text, false)],
    ['with a byte of no UTF-8', broken(text, 0xff)],
    ['with an overlong slash', broken(text, 0xc0, 0xaf)],
    ['with a lone surrogate in UTF-8', broken(text, 0xed, 0xa0, 0x80)],
    ['with a raw U+0000', broken(text, 0)],
    ['of random bytes', bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)],
    ['over every limit', text + ' '.repeat(6 * 1_048_576)],
  ]
  const made = shared.map(([name, body]) => ({
    name: `a body ${name}`,
    draft: { ...draft, body },
    ...notified,
  }))
  if (isForm(draft)) return made
  const object = text.slice(1, -1)
  const wrong: [string, string][] = [
    ['that is cut off', text.slice(0, -1)],
    ['that is null', 'null'],
    ['that is a text', '"text"'],
    ['that is a number', '1e400'],
    ['that is an array of it', `[${text}]`],
    ['nested 10,000 deep', nested(10_000)],
    ['twice', text + text],
    ['with a comment', `/* */${text}`],
    ['in single quotes', text.replaceAll('"', "'")],
    ['with a comma too many', `${text.slice(0, -1)},}`],
    ['of a form', 'a=1&a=2&%=%'],
    ['of NaN', `{"a":NaN,${object}}`],
  ]
  const harmless: [string, string, string][] = [
    ['that is empty', '', BY_SCHEMA],
    ['of an empty object', '{}', BY_SCHEMA],
    ['of 5,000 objects in each other', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, BY_SCHEMA],
    ['with each name twice', `{${object},${object}}`, LAST_WINS],
    ['with __proto__', `{${object},"__proto__":{"isPartner":true,"name":"x"}}`, OTHERS],
    [
      'with constructor',
      `{${object},"constructor":{"prototype":{"x":1}},"toString":null,"hasOwnProperty":1}`,
      OTHERS,
    ],
    ['with 2,000 other names', `{${object},${names(2_000)}}`, OTHERS],
  ]
  return [
    ...made,
    ...wrong.map(([name, body]) => ({ name: `a body ${name}`, draft: { ...draft, body }, ...notified })),
    ...harmless.map(([name, body, why]) => ({
      name: `a body ${name}`,
      draft: { ...draft, body },
      ifAccepted: notified.ifAccepted ?? why,
    })),
  ]
}

const names = (count: number) => Array.from({ length: count }, (_, at) => `"n${at}":${at}`).join(',')

const extra = (draft: Draft, body: string | Uint8Array) => ({
  name: `a body where none belongs, ${String(body).slice(0, 10)}`,
  draft: { ...draft, body },
  ifAccepted: UNREAD,
})

const ANY_TYPE = 'this surface reads JSON whatever its Content-Type says'
const SAME_TYPE = 'parameters of the Content-Type don’t matter: JSON is UTF-8'
const PLAIN = 'Content-Encoding and Content-Length say nothing that is read: the bytes are judged'

/** The same body under headers that say something else of it. */
export const badTypes: Mutator = (draft) => {
  if (draft.body === null || isSafe(draft)) return []
  const type = isJson(draft) ? 'application/json' : 'application/x-www-form-urlencoded'
  const anyType = /^\/(apiv2|event|persons|accounts|operator|maestrano)/.test(draft.path)
    ? { ifAccepted: ANY_TYPE }
    : {}
  const types: (string | null)[] = [
    null,
    'text/plain',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    ';;',
    `application/${'x'.repeat(8_000)}`,
    'application/jsonp',
    'text/plain; charset=utf-7',
    `${type}/x`,
    '\u00e9/\u00e9',
  ]
  const parameters = [
    '; charset=latin1',
    ';charset="',
    '; charset=utf-16; charset=utf-8',
    ` ${';'.repeat(500)}`,
  ]
  const encodings: Record<string, string>[] = [
    { 'Content-Encoding': 'gzip' },
    { 'Content-Encoding': 'br, gzip, x' },
    { 'Content-Length': '1' },
    { 'Content-Length': '-1' },
    { 'Content-Length': '99999999999999999999' },
    { 'Content-Length': '1e9' },
    { 'Transfer-Encoding': 'nonsense' },
  ]
  return [
    ...types.map((given) => ({
      name: `Content-Type ${String(given).slice(0, 40)}`,
      draft: withHeaders(draft, { 'Content-Type': given }),
      ...anyType,
    })),
    ...parameters.map((more) => ({
      name: `Content-Type with ${more.slice(0, 40)}`,
      draft: withHeaders(draft, { 'Content-Type': type + more }),
      ifAccepted: SAME_TYPE,
    })),
    ...encodings.map((headers) => ({
      name: JSON.stringify(headers),
      draft: withHeaders(draft, headers),
      ifAccepted: PLAIN,
    })),
  ]
}
