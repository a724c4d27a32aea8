import { assemble } from './platform/openapi/assemble'
import type { Document } from './platform/openapi/document'
import { docsReference } from './surfaces/docs/reference'
import { eventsReference } from './surfaces/events/reference'
import { feedReference } from './surfaces/feed/reference'
import { identityReference } from './surfaces/identity/reference'
import { marketplaceReference } from './surfaces/marketplace/reference'
import { paymentsReference } from './surfaces/payments/reference'
import { publisherReference } from './surfaces/publisher/reference'
import { widgetReference } from './surfaces/widget/reference'

const info = {
  title: 'Daybook',
  version: '2',
  description:
    'Connect a person’s calendar once and keep it right from then on: public calendars, private events, invitations ' +
    'and payment dates.',
  license: { name: 'MIT', identifier: 'MIT' },
}

/** The reference of everything public. It is made when it is first asked for: no other call waits for it. */
export function publicReference(): Document {
  return assemble({ info }, [
    publisherReference(),
    widgetReference(),
    feedReference(),
    identityReference(),
    eventsReference(),
    paymentsReference(),
    marketplaceReference(),
    docsReference(),
  ])
}
