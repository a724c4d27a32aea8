import { reasonOf } from './failures'

/**
 * The cache in front of the Worker (Workers Cache): it answers what it holds without running the Worker. Not every
 * runtime has it; without it, everything is answered here.
 */
export type FrontCache = Pick<CacheContext, 'purge'>

/** The cache in front, where there is one. */
export function frontCacheOf(execution: object): FrontCache | null {
  const { cache } = execution as { cache?: FrontCache }
  return typeof cache?.purge === 'function' ? cache : null
}

/**
 * Headers that let the cache in front keep an answer for some seconds under tags. It may not go on with it once the
 * time is up: as a rule it would, for as long as the Worker fails.
 */
export function frontCacheHeaders(tags: readonly string[], seconds: number): Record<string, string> {
  const control = seconds > 0 ? `public, max-age=${seconds}, must-revalidate` : 'no-store'
  return { 'Cloudflare-CDN-Cache-Control': control, 'Cache-Tag': tags.join(',') }
}

/** Takes all answers with one of some tags out of the cache in front. A failure is told in the log only. */
export async function purgeFrontCache(cache: FrontCache, tags: readonly string[]): Promise<void> {
  try {
    const { success, errors } = await cache.purge({ tags: [...tags] })
    if (!success) throw new Error(errors.map(({ code, message }) => `${code} ${message}`).join(', '))
  } catch (error) {
    console.warn(JSON.stringify({ purge: tags, error: reasonOf(error) }))
  }
}
