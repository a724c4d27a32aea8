import { BY_SCHEMA, type Mutation, type Mutator } from './mutation'
import { type Draft, isSafe } from './request'

/** What may stand in place of one segment of a path, as it is sent. */
export const oddSegments: readonly string[] = [
  '',
  '%',
  '%00',
  '%ff',
  '%2525',
  '%c0%af',
  '%ed%a0%80',
  '..%2f..',
  '%2e%2e',
  '%252e%252e%252f',
  '.',
  'a'.repeat(9_000),
  '%F0%9F%98%80'.repeat(200),
  '\u00e9',
  '-1',
  '1e400',
  '9007199254740993',
  '99999999999999999999',
  '0x1',
  'null',
  '__proto__',
  'constructor',
  "'%20OR%201=1%20--",
  '%0d%0aSet-Cookie:x=y',
  '*',
  ':id',
  '{id}',
  ';a=b',
  'x?ecal_id=1',
  'x#y',
]

const SAME = 'the path means the same route, or another one that takes this request'

/** The path with odd segments, one at a time, where the route has a name; and with odd ends. */
export const badPaths: Mutator = (draft, at) => {
  const pattern = draft.route.split(' ')[1]?.split('/') ?? []
  const segments = draft.path.split('/')
  const named = pattern.flatMap((each, place) => (each.startsWith(':') ? [place] : []))
  const replacing = (place: number, text: string): Mutation => ({
    name: `path segment ${place} = ${text.slice(0, 20)}`,
    draft: { ...draft, path: segments.map((each, turn) => (turn === place ? text : each)).join('/') },
    ifAccepted: SAME,
  })
  const odd = oddSegments.filter((_, turn) => named.length > 0 || turn % 4 === at % 4)
  const places = named.length > 0 ? named : [segments.length - 1]
  const ends = ['/', '//', '/.', '/..', '/%2e%2e/', '/x', '/%00', '.ics', '%20', ';x', `/${'a/'.repeat(500)}`]
  return [
    ...odd.map((text, turn) => replacing(places[(turn + at) % places.length] ?? 1, text)),
    ...[
      ...ends.map((end) => draft.path + end),
      draft.path.toUpperCase(),
      draft.path.replace(/^\//, '//'),
      draft.path.replaceAll('/', '//'),
      `/.${draft.path}`,
      `/x/..${draft.path}`,
      `/api/v2${draft.path}`,
      `/CustomerServices/v1.0${draft.path}`,
    ].map((path) => ({ name: `path ${path.slice(0, 60)}`, draft: { ...draft, path }, ifAccepted: SAME })),
  ]
}

/** What may stand in place of a parameter's value, as it is sent. */
export const oddParameters: readonly string[] = [
  '',
  '%00',
  '%ff',
  '%',
  '%0d%0a',
  '-1',
  '-0',
  '0',
  '1.5',
  '1e3',
  '1e400',
  '9007199254740993',
  '99999999999999999999',
  '0x10',
  '%2B1',
  '%D9%A1',
  '[]',
  '[[a]]',
  `[${'a,'.repeat(101)}a]`,
  'null',
  'true',
  '2030-02-30',
  '2030-13-01T00:00:00Z',
  '%2B275760-09-13T00:00:00Z',
  "'%20OR%201=1%20--",
  '%25%25%25_',
  '%F0%9F%98%80'.repeat(30),
  'a'.repeat(2_001),
  'x'.repeat(15_000),
  '__proto__',
  'Etc/Nowhere',
]

const UNKNOWN = 'parameters that a route doesn’t know are ignored'

/** The query with odd values of what it has, and with more than it has. */
export const badQueries: Mutator = (draft, at) => {
  const pairs = draft.query.split('&').filter((pair) => pair !== '')
  const values = oddParameters.flatMap((text, turn): Mutation[] => {
    if (pairs.length === 0) return []
    const place = (turn + at) % pairs.length
    const name = pairs[place]?.split('=')[0]
    return [
      withQuery(
        draft,
        pairs.map((pair, each) => (each === place ? `${name}=${text}` : pair)).join('&'),
        BY_SCHEMA,
      ),
    ]
  })
  const more = draft.query === '' ? '' : `${draft.query}&`
  const whole = [
    `${more}${draft.query}`,
    `${more}a=1&a=2&a[]=3&a[b]=4`,
    `${more}__proto__=1&constructor=2&toString=3`,
    `${more}%=%&%ff=%fe`,
    `${more}%00=%00`,
    `${more}&&&===&=`,
    `${more}${'a=1&'.repeat(3_000)}`,
    `${more}${Array.from({ length: 500 }, (_, turn) => `n${turn}=1`).join('&')}`,
    `${more}x=${'y'.repeat(14_000)}`,
    `${more}\u00e9=\u00e9`,
    `${more}apiKey=x&apiSign=y`,
    `${more}apiSign256=${'0'.repeat(64)}`,
    `${more}ts=1e9&nonce=%00`,
    `${more}ts=${'9'.repeat(400)}`,
    `${more}?x=1?y=2#z`,
  ].filter((_, turn) => isSafe(draft) || turn % 3 === at % 3)
  return [...values, ...whole.map((query) => withQuery(draft, query, UNKNOWN))]
}

function withQuery(draft: Draft, query: string, ifAccepted: string): Mutation {
  return { name: `?${query.slice(0, 80)}`, draft: { ...draft, query }, ifAccepted }
}

const READS = 'HEAD is answered as GET, and OPTIONS tells what there is'

/** Other methods on the same path, with and without the body. */
export const badMethods: Mutator = (draft) => {
  const others = [
    'HEAD',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'PURGE',
    'LOCK',
    'MKCOL',
    'SEARCH',
    'BREW',
    'CONNECT',
    'get',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
  ]
  return others
    .filter((method) => method !== draft.method)
    .map((method) => ({
      name: `method ${method}`,
      draft: { ...draft, method, body: method === 'HEAD' || method === 'get' ? null : draft.body },
      ifAccepted: READS,
    }))
}
