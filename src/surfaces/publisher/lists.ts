import type { Context } from 'hono'
import { success } from './envelope'
import type { PublisherEnv } from './environment'

/** The answer of a list: a page past the end is 204, page 1 without rows an empty list (`publisher-api.md` 2). */
export function listed<T>(c: Context<PublisherEnv>, data: T[]) {
  const page = Number(c.var.parameters.get('page') ?? 1)
  // 204 is no answer that the reference's schema knows of: it has no body.
  if (data.length === 0 && page > 1) return c.body(null, 204) as never
  return c.json(success(data), 200)
}
