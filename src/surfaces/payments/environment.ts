import type { Context } from 'hono'
import type { PaymentsContext } from '../../domain/payments'
import type { Env } from '../../env'
import type { Target } from './paths'

/** What handlers of this surface find in `c.var`. */
export type PaymentsEnv = {
  Bindings: Env
  Variables: {
    context: PaymentsContext
    /** What the context's statements go through. */
    session: D1DatabaseSession
    target: Target
    /** `/CustomerServices/v1.0`, or '' where the path did not begin with it. */
    prefix: string
  }
}

export type PaymentsCall = Context<PaymentsEnv>
