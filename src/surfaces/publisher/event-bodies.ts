import { z } from '@hono/zod-openapi'
import { invalid } from '../../domain/errors'
import { changedEventFields, newEventFields } from '../../domain/events/fields'
import type { EventTarget } from '../../domain/events/targets'
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

export const newEventBody = newEventFields.extend(target).openapi('NewEvent', {
  example: {
    name: 'Payment Due',
    startDate: '2030-05-01',
    allDay: true,
    details: '$120.00',
    showAs: 'free',
    alert: '1D',
    quickLink: [{ name: 'Pay now', url: 'https://example.com/pay' }],
    reference: 'loan-7/2030-05',
    referenceType: 'payment',
  },
})
export const changedEventBody = changedEventFields.extend(target).openapi('ChangedEvent', {
  example: { startDate: '2030-05-08', details: '$120.00, postponed by a week' },
})

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
