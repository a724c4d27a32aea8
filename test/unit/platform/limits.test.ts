import { describe, it } from 'vitest'

const texts = import.meta.glob('../../../{wrangler.toml,docs/limits.md}', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>

const settings = texts['../../../wrangler.toml'] ?? ''
const page = texts['../../../docs/limits.md'] ?? ''

/** The rate limits that are deployed: name, how many, in how many seconds. */
const deployed = [
  ...settings.matchAll(
    /\[\[ratelimits\]\]\nname = "(\w+)"\nnamespace_id = "(\d+)"\nsimple = \{ limit = (\d+), period = (\d+) \}/g,
  ),
].map(([, name, id, limit, period]) => ({ name, id, limit: Number(limit), period }))

describe('the rate limits', () => {
  it('are those that the page on limits tells of', ({ expect }) => {
    expect(deployed).toHaveLength(settings.split('[[ratelimits]]').length - 1)
    const told = [...page.matchAll(/^\|.*\| +([\d,]+) in (\d+) s \|.*`(\w+_RATE)`/gm)]
    const rows = told.map(([, limit, period, name]) => `${name} ${limit} in ${period} s`)
    const wanted = deployed.map(
      ({ name, limit, period }) => `${name} ${limit.toLocaleString('en')} in ${period} s`,
    )
    expect(rows.sort()).toEqual(wanted.sort())
  })

  it('count apart from each other', ({ expect }) => {
    expect(new Set(deployed.map(({ id }) => id)).size).toBe(deployed.length)
  })
})
