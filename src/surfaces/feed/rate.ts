import type { FeedSource } from '../../domain/feeds/state'
import type { Env } from '../../env'
import { clientOf } from '../../platform/client-address'
import { Burst } from '../../platform/rates'
import { Strangers } from '../../platform/strangers'

/** Calendar apps come every few minutes: what this isolate sees no oftener than this in 10 s isn't asked about. */
const burst = new Burst(30)

/** Clients that ask for addresses which don't exist. */
export const guessers = new Strangers('feed')

/**
 * Whether a feed may be read once more: in 10 s 1,000 times by one client, and a person's feed 4,000 times by all. The
 * client comes first, so that what one is refused doesn't count for the others. A public calendar's feed is
 * everybody's: it is counted by client only, and not at all where no client is told.
 */
export async function mayRead(
  { FEED_RATE, FEED_TOTAL_RATE }: Pick<Env, 'FEED_RATE' | 'FEED_TOTAL_RATE'>,
  request: Request,
  { key, isPersonal }: Pick<FeedSource, 'key' | 'isPersonal'>,
  now: number,
): Promise<boolean> {
  const client = clientOf(request)
  if (client === null && !isPersonal) return true
  const byClient = `${key}\n${client ?? ''}`
  if (!burst.includes(isPersonal ? key : byClient, now)) return true
  if (!(await FEED_RATE.limit({ key: byClient })).success) return false
  return !isPersonal || (await FEED_TOTAL_RATE.limit({ key })).success
}
