import type { SurfaceName } from '../routes'
import type { Table } from '../table'
import { eventsTable } from './events'
import { feedTable } from './feed'
import { marketplaceTable } from './marketplace'
import { besideTable, docsTable, identityTable, widgetTable } from './open'
import { operatorTable } from './operator'
import { paymentsTable } from './payments'
import { portalTable } from './portal'
import { publisherTable } from './publisher'

/** The table, by surface; those whose rightful callers end most come last. A surface that is missing does not compile. */
export const tables: Readonly<Record<SurfaceName, Table>> = {
  beside: besideTable,
  docs: docsTable,
  identity: identityTable,
  widget: widgetTable,
  feed: feedTable,
  events: eventsTable,
  payments: paymentsTable,
  publisher: publisherTable,
  portal: portalTable,
  operator: operatorTable,
  marketplace: marketplaceTable,
}
