import type { Env } from '../../env'

/** The period of `SIGNUP_RATE`, in seconds. */
export const RATE_PERIOD = 60

/**
 * Whether a client may still sign up through a widget: 120 a minute, refused ones included. Clients whose address
 * isn't known count as one.
 */
export async function isWithinRate(env: Env, ip: string, widgetId: string): Promise<boolean> {
  const { success } = await env.SIGNUP_RATE.limit({ key: `${ip}\n${widgetId}` })
  return success
}
