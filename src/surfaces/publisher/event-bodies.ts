import { z } from '@hono/zod-openapi'
import { invalid } from '../../domain/errors'
import { changedEventFields, newEventFields } from '../../domain/event-fields'
import type { EventTarget } from '../../domain/event-targets'
import { eventType, id } from './fields'

/** The subscriber of an event; '' for none, as the answer of a public event has it. */
const ownerId = z.union([z.literal(''), id], { error: 'Must be an id, 24 hex digits.' })

/** Where an event goes, as a body may say it. */
const target = {
  calendarId: id.nullable().optional(),
  ecalId: ownerId.nullable().optional(),
  ecal_id: ownerId.nullable().optional(),
  type: eventType.nullable().optional(),
}

export const newEventBody = newEventFields.extend(target)
export const changedEventBody = changedEventFields.extend(target)

type TargetBody = Partial<Record<'calendarId' | 'ecalId' | 'ecal_id', string | null | undefined>> & {
  type?: 'fixture' | 'private' | null | undefined
}

/** The target that query and body name together. @throws DomainError `invalid` where they differ */
export function targetOf(body: TargetBody, fromQuery?: string): EventTarget {
  const named = [fromQuery, body.ecalId, body.ecal_id].flatMap((value) => value || [])
  if (new Set(named).size > 1) throw invalid('ecal_id', 'Must be the same wherever it stands.')
  return {
    calendarId: body.calendarId ?? undefined,
    ecalId: named[0],
    type: body.type ?? undefined,
    clearsCalendar: body.calendarId === null,
  }
}
