import { atHomeOfName, inEach } from '../../databases'
import type { Env } from '../../env'
import { DEFAULT_TENANT } from './marketplaces'

/**
 * The bindings of the database in which the marketplace of a path lives (`marketplaceOfPath`); null where a path without
 * a name means none, or several databases have one that it could mean.
 */
export async function atHomeOfPath(env: Env, tenant: string | undefined): Promise<Env | null> {
  if (tenant !== undefined) return atHomeOfName(env, 'marketplace', tenant)
  const all = inEach(env)
  if (all.length === 1) return env
  const found = await Promise.all(
    all.map(async (each) => {
      const { results } = await each.DB.withSession('first-primary')
        .prepare(
          'SELECT tenant FROM marketplaces WHERE tenant = ?1 OR enabled = 1 ORDER BY tenant <> ?1 LIMIT 1',
        )
        .bind(DEFAULT_TENANT)
        .all<{ tenant: string }>()
      return results.map((row) => ({ tenant: row.tenant, home: each }))
    }),
  )
  const meant = found.flat()
  const byDefault = meant.find((each) => each.tenant === DEFAULT_TENANT)
  if (byDefault) return byDefault.home
  return meant.length === 1 ? (meant[0]?.home ?? null) : null
}
