import { describe, it } from 'vitest'

/** The sources of all tests and of what supports them. */
const sources: Record<string, string> = import.meta.glob('../../**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

const DOOR = '../../support/front-door.ts'

/** Ways to an answer of the Worker that go past the check of feeds. */
const waysPast = [
  /import \{[^}]*\bhandle\b[^}]*\} from '[./]*\/src\/app'/,
  /import \{[^}]*\bexports\b[^}]*\} from 'cloudflare:workers'/,
  /\bSELF\b.*from 'cloudflare:test'/,
  /\bworker\.fetch\(/,
]

describe('a feed that a test gets', () => {
  it('is checked line by line, whichever way it was asked for', ({ expect }) => {
    expect(Object.keys(sources).length).toBeGreaterThan(100)
    const past = Object.entries(sources).filter(([, source]) => waysPast.some((way) => way.test(source)))
    // The door itself, which checks what comes through it.
    expect(past.map(([path]) => path)).toEqual([DOOR])
  })

  it('is checked in a browser test too, where its address is fetched', ({ expect }) => {
    const browser = Object.entries(sources).filter(([path]) => path.startsWith('../../browser/'))
    expect(browser.length).toBeGreaterThan(3)
    for (const [path, source] of browser) {
      const fetched = source.match(/fetch\([^()]*[cC]alUrl/g) ?? []
      const checked = source.match(/checkedFeed\(await fetch\([^()]*[cC]alUrl/g) ?? []
      expect([path, checked.length]).toEqual([path, fetched.length])
    }
  })
})
