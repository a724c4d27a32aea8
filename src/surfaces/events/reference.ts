import { describe } from '../../platform/openapi/describe'
import type { Document } from '../../platform/openapi/document'
import { eventsApp } from './index'

const tags = [
  {
    name: 'Event subscriptions',
    description:
      'The relation of a person to an event: invitation, permission and answer. Lists sync by tokens.',
  },
  { name: 'Events of apps', description: 'The events that a person, or a publisher as a service, sees.' },
  { name: 'Calendars of apps', description: 'The calendars that the caller sees.' },
  { name: 'Persons', description: 'The person whose token is used, and their contacts.' },
]

const securitySchemes = {
  personToken: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      '`Token <40 hex digits>`, made with `POST /apiv2/subscriber/{ecal_id}/tokens`. Acts as the person.',
  },
} as const

/** Persons' own paths are for persons; the others are for services, too. */
const security = [{ personToken: [] }, { accessToken: [] }]

/** The reference of event subscriptions. Every path is also at `/api/v2`. */
export function eventsReference(): Document {
  return describe(eventsApp, {
    tags,
    security,
    securitySchemes,
    each: (operation) =>
      operation.tags?.includes('Persons') ? { ...operation, security: [{ personToken: [] }] } : operation,
  })
}
