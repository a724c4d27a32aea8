import type { Context } from './context'

/** Who acts on event subscriptions: a person, or the publisher as a service (`event-subscriptions.md` 2). */
export type Acting = { readonly kind: 'person'; readonly id: string } | { readonly kind: 'service' }

/** A request of somebody who acts on event subscriptions. */
export type ActingContext = Context & { readonly acting: Acting }

/** The id under which somebody stands in relations: '' is the publisher. */
export function actorId({ acting }: ActingContext): string {
  return acting.kind === 'person' ? acting.id : ''
}
