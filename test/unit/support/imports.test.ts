import { describe, it } from 'vitest'

const architecture: Record<string, string> = import.meta.glob('../../../docs/architecture.md', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** The sources of the Worker; paths as from `src/`. */
const texts: Record<string, string> = import.meta.glob('../../../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Each with its path as from `src/`. */
const sources = Object.entries(texts).map(([path, source]) => ({
  path: path.slice('../../../src/'.length),
  source,
}))

/** The table of `docs/architecture.md`: from the top down, each part of the house and what it may import. */
const house = [
  ...Object.values(architecture)
    .join()
    .matchAll(/^\| `([\w./]+)` +\|.*\| ([^|]+?) +\|$/gm),
]
  .map(([, name = '', may = '']) => ({ name, may }))
  .filter(({ name }) => sources.some(({ path }) => path.startsWith(name)))

type Import = { readonly from: string; readonly to: string }

const isFile = new Set(sources.map(({ path }) => path))

/** What one file imports of ours. A built text, which is no source, is none. */
function importsOf({ path, source }: (typeof sources)[number]): Import[] {
  return [...source.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].flatMap(([, specifier = '']) => {
    const { pathname } = new URL(specifier, `file:///${path}`)
    const bare = pathname.slice(1).replace(/\/$/, '')
    const ways = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].map((end) => `${bare}${end}`)
    const to = ways.find((way) => isFile.has(way))
    return to === undefined ? [] : [{ from: path, to }]
  })
}

const imports = sources.flatMap(importsOf)

/** The row of the table that a file stands in; -1 for `env.ts`, which everybody may import. */
const rowOf = (path: string) => house.findIndex(({ name }) => path.startsWith(name))

/** What is wrong with an import by the table; null where it is fine. */
function against({ from, to }: Import): string | null {
  const [row, other] = [rowOf(from), rowOf(to)]
  const part = house[row]
  if (to === 'env.ts') return null
  if (part === undefined || other === -1) return 'has no place in the table'
  if (row === other)
    return part.name === 'surfaces/' && surface(from) !== surface(to) ? 'is another surface' : null
  if (other < row) return 'is above'
  if (part.may.startsWith('all below') || part.may === 'what is below') return null
  return part.may === `\`${house[other]?.name}\`` ? null : `is more than ${part.name} may import`
}

const surface = (path: string) => path.split('/')[1]

/** Folders with an `index.ts`: their only door. */
const doors = sources.flatMap(({ path }) => /^(.*\/)index\.tsx?$/.exec(path)?.[1] ?? [])

/** What the runtime or the reference takes from beyond a door: the classes of Durable Objects, and what each surface offers. */
const beyond = ({ from, to }: Import) =>
  from === 'worker.ts' || (from === 'reference.ts' && to.endsWith('/reference.ts'))

/** Whether an import enters a folder past its door. */
function isPastDoor({ from, to }: Import): boolean {
  return doors.some(
    (folder) =>
      to.startsWith(folder) && !from.startsWith(folder) && !/^index\.tsx?$/.test(to.slice(folder.length)),
  )
}

const named = ({ from, to }: Import) => `${from} → ${to}`

describe('an import', () => {
  it('is found, whatever it is of', ({ expect }) => {
    expect(house.length).toBeGreaterThan(12)
    expect(imports.length).toBeGreaterThan(2000)
    expect(imports.map(named)).toContain('worker.ts → timeline/subscriber-timeline.ts')
    expect(imports.map(named)).toContain('timeline/index.ts → env.ts')
  })

  it('points down the table of the architecture', ({ expect }) => {
    const wrong = imports.map((each) => ({ each, why: against(each) })).filter(({ why }) => why !== null)
    expect(wrong.map(({ each, why }) => `${named(each)} ${why}`)).toEqual([])
  })

  it('enters a folder by its door', ({ expect }) => {
    expect(imports.filter((each) => isPastDoor(each) && !beyond(each)).map(named)).toEqual([])
  })

  it.for([
    ['domain/sweeps.ts', 'surfaces/portal/index.ts', 'is above'],
    ['platform/ids.ts', 'domain/errors.ts', 'is above'],
    ['domain/errors.ts', 'worker.ts', 'is above'],
    ['surfaces/portal/gate.ts', 'surfaces/widget/index.ts', 'is another surface'],
    ['icalendar/text.ts', 'platform/ids.ts', 'is more than icalendar/ may import'],
    ['saml/verify.ts', 'db/schema/index.ts', 'is more than saml/ may import'],
    ['domain/errors.ts', 'elsewhere/errors.ts', 'has no place in the table'],
    ['saml/verify.ts', 'platform/ids.ts', 'is fine'],
    ['timeline/view.ts', 'domain/errors.ts', 'is fine'],
  ] as const)('by %s of %s %s', ([from, to, verdict], { expect }) => {
    expect(against({ from, to }) ?? 'is fine').toBe(verdict)
  })
})
