import type { Publisher } from './context'

/** Columns of `publishers p` that make a `Publisher`. */
export const publisherColumns = `p.id, p.org_id, p.name, p.timezone, p.default_region, p.is_partner, p.cancelled_at`

export type PublisherRow = {
  id: number
  org_id: number | null
  name: string
  timezone: string
  default_region: string
  is_partner: number
  cancelled_at: number | null
}

export function toPublisher(row: PublisherRow): Publisher {
  return {
    id: row.id,
    orgId: row.org_id ?? row.id,
    name: row.name,
    timezone: row.timezone,
    defaultRegion: row.default_region,
    isPartner: row.is_partner === 1,
  }
}
