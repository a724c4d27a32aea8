import { invalid } from '../../domain/errors'
import { changedEventFields, newEventFields } from '../../domain/event-fields'
import type { EventTarget } from '../../domain/event-targets'
import { eventType, id } from './fields'

/** Where an event goes, as a body may say it. */
const target = {
  calendarId: id.nullable().optional(),
  ecalId: id.nullable().optional(),
  ecal_id: id.nullable().optional(),
  type: eventType.nullable().optional(),
}

export const newEventBody = newEventFields.extend(target)
export const changedEventBody = changedEventFields.extend(target)

type TargetBody = Partial<Record<'calendarId' | 'ecalId' | 'ecal_id', string | null | undefined>> & {
  type?: 'fixture' | 'private' | null | undefined
}

/** The target that query and body name together. @throws DomainError `invalid` where they differ */
export function targetOf(body: TargetBody, fromQuery?: string): EventTarget {
  const named = [fromQuery, body.ecalId, body.ecal_id].filter(
    (value) => value !== undefined && value !== null,
  )
  if (new Set(named).size > 1) throw invalid('ecal_id', 'Must be the same wherever it stands.')
  return { calendarId: body.calendarId ?? undefined, ecalId: named[0], type: body.type ?? undefined }
}
