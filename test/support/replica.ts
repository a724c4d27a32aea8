import type { App } from './apps'

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests compare it
type Item = any

/** A client's copy of what it sees, kept right by sync token; and a check of each answer on the way. */
export class Replica {
  items = new Map<string, Item>()
  token = 0

  constructor(
    readonly app: App,
    readonly path = '/event-subscriptions',
  ) {}

  /** Syncs in pages; answers the items that came. */
  async sync(limit = 100): Promise<Item[]> {
    const came: Item[] = []
    let from = this.token
    for (;;) {
      const page = await this.app.get(`${this.path}?sync_token=${from}&order_by=sync_token&limit=${limit}`)
      if (page.status !== 200) throw new Error(`a sync answered ${page.status}: ${page.text}`)
      let last = from
      for (const item of page.data) {
        if (!(item.sync_token > last)) throw new Error('tokens of a page must rise')
        last = item.sync_token
        came.push(item)
        if (item.permission === 'removed') this.items.delete(item.id)
        else this.items.set(item.id, item)
      }
      if (page.data.length < limit) {
        this.token = page.meta.sync_token
        return came
      }
      from = last
    }
  }

  /** A copy of this moment. */
  clone(): Replica {
    const copy = new Replica(this.app, this.path)
    copy.items = new Map(this.items)
    copy.token = this.token
    return copy
  }

  /** The items, by id. */
  sorted(): Item[] {
    return [...this.items.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }
}

/** Everything that an app sees now, by id. */
export async function fullRead(app: App, path = '/event-subscriptions'): Promise<Item[]> {
  const all: Item[] = []
  for (;;) {
    const page = await app.get(`${path}?limit=100&offset=${all.length}`)
    if (page.status !== 200) throw new Error(`a full read answered ${page.status}: ${page.text}`)
    all.push(...page.data)
    if (page.data.length < 100) return all.sort((a, b) => (a.id < b.id ? -1 : 1))
  }
}
