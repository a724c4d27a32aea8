import type { FC } from 'hono/jsx'
import type { AppClass, Seen, Told } from '../../../usage'
import { Time } from '../parts'

/** When the apps of people were last here, as it is counted beside feeds and sync. */

export type SeenOf = Told<ReadonlyMap<string, Seen>>

const apps: Readonly<Record<AppClass, string>> = {
  apple: 'Apple Calendar',
  google: 'Google Calendar',
  outlook: 'Outlook',
  thunderbird: 'Thunderbird',
  android: 'an Android app',
  browser: 'a browser',
  other: 'another app',
}

/** `28 Nov 2026, 14:05, by Apple Calendar`. `what`: of the feed, or of sync. */
export const LastSeen: FC<{ seen: SeenOf; ecalId: string; what: 'feed' | 'sync'; zone: string }> = ({
  seen,
  ecalId,
  what,
  zone,
}) => {
  if (seen.kind !== 'told') return <span class="soft">{untold[seen.kind]}</span>
  const fetched = seen.value.get(ecalId)?.[what] ?? null
  if (fetched === null) return <span class="soft">Not yet</span>
  return (
    <>
      <Time at={fetched.at} zone={zone} />, by {apps[fetched.app]}
    </>
  )
}

/** Why it isn't told. */
export const untold = {
  elsewhere: 'Counted in this deployment’s own dataset: whoever runs it can read it there.',
  away: 'It can’t be read just now. Look again later.',
} as const

/** The later of the two of a person; null for who wasn't seen. */
export function lastSeenAt(seen: Seen | undefined): number | null {
  const at = Math.max(seen?.feed?.at ?? 0, seen?.sync?.at ?? 0)
  return at === 0 ? null : at
}
