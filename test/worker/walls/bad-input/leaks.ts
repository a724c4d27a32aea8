import { env } from 'cloudflare:workers'
import { MARKETPLACE_KEY } from '../../../support/marketplace'
import type { Draft, Seen } from './request'
import type { World } from './world'

/** What only our inside knows of: no answer has a word of it. */
const internals =
  /D1_ERROR|SqliteError|SQLITE_|\bno such (table|column)\b|ZodError|HTTPException|\b(Type|Range|Reference|Syntax)Error\b|\n\s+at \S|node_modules|file:\/\/|\/src\/|\bundefined is not\b|Cannot read prop|\[object Object\]/

/** What an answer tells that it should not: an internal of ours, or a secret of the deployment or the caller. */
export function leaksOf(world: World, draft: Draft, { status, headers, text }: Seen): string[] {
  const told = `${text}\n${[...headers].flat().join('\n')}`
  const secrets: Record<string, string | undefined> = {
    'the encryption key': env.ENCRYPTION_KEY,
    'the operator’s token': env.OPERATOR_TOKEN,
    'the marketplace’s key': MARKETPLACE_KEY,
    ...(status < 400
      ? {}
      : {
          'the API secret': world.publisher.secret,
          'the client’s secret': world.biller.client.clientSecret,
          'the caller’s credential': draft.headers.Authorization?.split(' ')[1],
          'the session': /__Host-daybook=([^;]+)/.exec(draft.headers.Cookie ?? '')?.[1],
        }),
  }
  const [internal] = isOurs(draft) ? [] : (internals.exec(told) ?? [])
  return [
    ...(internal === undefined ? [] : [`tells of ${internal}`]),
    ...Object.entries(secrets).flatMap(([name, secret]) =>
      secret !== undefined && secret.length > 12 && told.includes(secret) ? [`tells ${name}`] : [],
    ),
  ]
}

/** Files of ours, whose code has such words. */
const isOurs = ({ path }: Draft) => /\.(js|css)$/.test(path)
