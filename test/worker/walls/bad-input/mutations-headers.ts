import type { Mutator } from './mutation'
import { withHeaders } from './request'

/** Credentials that are none. */
const badCredentials: readonly string[] = [
  '',
  'Bearer',
  'Bearer  ',
  'Token',
  'Basic',
  'Basic ====',
  'Basic Og==',
  `Basic ${btoa('\u00ff:\u00fe')}`,
  `Basic ${btoa('a:b:c\u0000')}`,
  'Negotiate abc',
  'Digest username="a", realm="b", nonce="c"',
  'Bearer a.b.c',
  'Bearer eyJhbGciOiJub25lIn0.e30.',
  'Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA',
  `Bearer ${'a.'.repeat(5_000)}`,
  `Token ${'a'.repeat(30_000)}`,
  `Bearer ${','.repeat(5_000)}`,
  'Bearer \u00e9\u00ff',
  'Token \u00e9, Bearer x, Basic y',
  'Bearer a\tb',
  "Token ' OR 1=1 --",
]

const ELSEWHERE = 'this route doesn’t look at Authorization'

/** Another Authorization in place of what the caller has. */
export const badAuthorization: Mutator = (draft, at) => {
  const read = draft.headers.Authorization !== undefined
  const some = read ? badCredentials : badCredentials.filter((_, turn) => (turn + at) % 7 === 0)
  return some.map((credentials) => ({
    name: `Authorization ${credentials.slice(0, 30)}`,
    draft: withHeaders(draft, { Authorization: credentials }),
    ...(read ? {} : { ifAccepted: ELSEWHERE }),
  }))
}

const flood = (count: number, value = 'x') =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`X-Odd-${at}`, value]))

const oddHeaders: readonly Record<string, string>[] = [
  { Accept: '*'.repeat(2_000), 'Accept-Language': 'x'.repeat(2_000) },
  { 'Accept-Language': ',;q=,,*;q=9,\u00e9', 'Accept-Encoding': 'nonsense, , ;' },
  { 'Accept-Language': `${'en-'.repeat(2_000)}en;q=0.9` },
  { 'User-Agent': '' },
  { 'User-Agent': `Mozilla/5.0 (${'('.repeat(5_000)}` },
  { 'User-Agent': '\u00ff\u00fe\u0085' },
  { 'If-None-Match': '"', Range: 'bytes=9-1' },
  { 'If-None-Match': ',W/,"",*'.repeat(500) },
  { 'If-Modified-Since': 'Mon, 99 Foo 2030 99:99:99 GMT' },
  { 'If-Modified-Since': `Mon${'9'.repeat(5_000)}` },
  { Range: 'bytes=0-,-1,5-2', 'If-Range': '"x"', 'If-Match': '*', 'If-Unmodified-Since': '0' },
  { 'X-HTTP-Method-Override': 'DELETE', 'X-HTTP-Method': 'PUT', 'X-Method-Override': 'TRACE' },
  { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'gopher', Forwarded: 'host=evil' },
  { 'X-Original-URL': '/operator/publishers', 'X-Rewrite-URL': '/operator' },
  { Expect: '100-continue', TE: 'trailers', Trailer: 'Authorization' },
  { 'Daybook-Bookmark': 'nonsense' },
  { 'Daybook-Bookmark': '\u00e9'.repeat(500) },
  { 'Daybook-Bookmark': `${'f'.repeat(3_000)}-1-1` },
  { 'Daybook-Bookmark': 'first-primary' },
  {
    'Sec-WebSocket-Protocol': 'daybook, token.\u00e9',
    'Sec-WebSocket-Key': '!',
    'Sec-WebSocket-Version': '-1',
  },
  { 'Access-Control-Request-Method': 'X', 'Access-Control-Request-Headers': ','.repeat(1_000) },
  { 'CF-Connecting-IP': '\u00e9', 'X-Real-IP': ':::::' },
  { 'CF-Connecting-IP': '1'.repeat(5_000) },
  { Host: 'evil.example' },
  { 'Cache-Control': 'max-age=-1, no-store=x', Pragma: '"' },
  flood(500),
  flood(20, 'y'.repeat(8_000)),
]

const IGNORED = 'headers that a surface doesn’t read change nothing'

/** Headers that no client sends, beside all that the request has. */
export const odderHeaders: Mutator = (draft, at) =>
  oddHeaders
    .filter((_, turn) => draft.method === 'GET' || (turn + at) % 2 === 0)
    .map((headers) => ({
      name: JSON.stringify(headers).slice(0, 60),
      draft: withHeaders(draft, headers),
      ifAccepted: IGNORED,
    }))

const NO_KEY = 'this route knows no Idempotency-Key'

/** Values of Idempotency-Key that are none (`publisher-api.md` 2). */
export const badIdempotencyKeys: Mutator = (draft) => {
  if (draft.method === 'GET') return []
  const read =
    draft.route.startsWith('POST /apiv2') ||
    (draft.route.endsWith('v1/subscriptions') && draft.body?.[0] === '{')
  return [
    '',
    'k'.repeat(256),
    'k'.repeat(20_000),
    '\u00e9'.repeat(20),
    'a\tb'.repeat(9),
    '\u00a0'.repeat(20),
  ].map((key) => ({
    name: `Idempotency-Key ${key.slice(0, 20)}`,
    draft: withHeaders(draft, { 'Idempotency-Key': key }),
    ...(read ? {} : { ifAccepted: NO_KEY }),
  }))
}

const NONE_NEEDED = 'this route asks for no cookie'

/** Cookies that hold nothing, or too much. */
export const badCookies: Mutator = (draft, at) => {
  const read = draft.headers.Cookie !== undefined
  const cookies = [
    '',
    ';;;=;=;',
    '__Host-daybook=',
    '__Host-daybook=%00; __Host-daybook=\u00e9',
    `__Host-daybook=${'a'.repeat(20_000)}`,
    `${'a=b; '.repeat(3_000)}__Host-daybook=${'0'.repeat(64)}`,
    '__Host-daybook-sso=x.y; __Host-daybook-notice=<script>',
    "__Host-daybook=' OR 1=1 --",
  ]
  return cookies
    .filter((_, turn) => read || (turn + at) % 4 === 0)
    .map((cookie) => ({
      name: `Cookie ${cookie.slice(0, 30)}`,
      draft: withHeaders(draft, { Cookie: cookie }),
      ...(read ? {} : { ifAccepted: NONE_NEEDED }),
    }))
}
