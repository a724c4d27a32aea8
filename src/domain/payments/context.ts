import type { Context } from '../context'

/** What a call on payments needs: whose it is, and which businesses it may reach. */
export type PaymentsContext = Context & {
  /** null = every business of the publisher. */
  readonly businesses: readonly string[] | null
}

/** Whether a call may reach a business. */
export function reaches(ctx: Pick<PaymentsContext, 'businesses'>, businessId: string): boolean {
  return ctx.businesses === null || ctx.businesses.includes(businessId)
}
