import { isId } from '../../platform/ids'
import { DomainError } from '../errors'
import { SCHEDULE_PREFIX } from '../events/bounds'
import { changeEvent } from '../events/change'
import { createEvent } from '../events/create'
import { deleteEvent } from '../events/delete'
import type { ChangedEventFields, NewEventFields } from '../events/fields'
import { type FoundEvent, findEvent } from '../events/read'
import { audited } from './audit'
import type { PortalContext } from './context'
import { type Made, once, type PostedForm } from './once'
import { unlessOvertaken } from './revisions'

/** Events as staff see and change them (`portal.md`, `/portal/events/{id}`). */

/** A live event by its id alone, public or private, drafts too. @throws DomainError `not_found` */
export async function findEventById(ctx: PortalContext, id: string): Promise<FoundEvent> {
  const found = isId(id) ? await findEvent(ctx, id) : null
  if (found?.event.id !== id) throw new DomainError('not_found')
  return found
}

/** Why an event is only looked at here: who keeps it; null for one that staff may change. */
export function keeperOf({ event, source }: FoundEvent): 'source' | 'schedule' | null {
  if (source !== '') return 'source'
  return event.reference.startsWith(SCHEDULE_PREFIX) ? 'schedule' : null
}

/** Makes an event of a public calendar, once for each form. @throws DomainError */
export function makeEvent(
  ctx: PortalContext,
  form: PostedForm,
  event: { readonly id: string; readonly calendarId: string; readonly fields: NewEventFields },
): Promise<Made> {
  const { id, calendarId, fields } = event
  const make = (acting: PortalContext) =>
    createEvent(acting, { id, fields, target: { calendarId, type: 'fixture' } })
  return once(audited(ctx, 'event.created', id), form, make, id)
}

/** Changes an event, unless somebody did since `revision`. @throws Overtaken, DomainError */
export async function saveEvent(
  ctx: PortalContext,
  id: string,
  revision: number,
  fields: ChangedEventFields,
): Promise<void> {
  await unlessOvertaken(audited(ctx, 'event.updated', id), 'events', id, revision, (acting) =>
    changeEvent(acting, id, fields),
  )
}

/** Deletes an event. @throws DomainError `not_found`, `forbidden` */
export async function dropEvent(ctx: PortalContext, id: string): Promise<void> {
  const isThere = {
    sql: 'EXISTS (SELECT 1 FROM events WHERE id = ?10 AND publisher_id = ?9 AND deleted_at IS NULL)',
    values: [ctx.publisher.id, id],
  }
  await deleteEvent(audited(ctx, 'event.deleted', id, isThere), id)
}
