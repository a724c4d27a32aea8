import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import {
  accounts,
  answers,
  applications,
  auditRecords,
  calendars,
  callNotes,
  connecInvoices,
  connecMap,
  contactRequests,
  contacts,
  directory,
  events,
  feedAddresses,
  follows,
  paySchedules,
  paySchedulesDeleted,
  portalAudit,
  relations,
  signups,
  subscribers,
  timelines,
  userTokens,
} from '../../db/schema'
import { personsSql } from './person'

/** A list of an export: rows of a table (`x`) that are the person's (`?1`). */
type Exported = { readonly name: string; readonly table: SQLiteTable; readonly where: string }

const PERSONS = personsSql('?1')
const own = (name: string, table: SQLiteTable): Exported => {
  return { name, table, where: `x.subscriber_id IN (${PERSONS})` }
}
const ofAccounts = (name: string, table: SQLiteTable): Exported => {
  return {
    name,
    table,
    where: `x.account_uid IN (SELECT a.id FROM accounts a WHERE a.subscriber_id IN (${PERSONS}))`,
  }
}
const ENTRIES = `SELECT d.id FROM directory d WHERE d.subscriber_id IN (${PERSONS}) OR d.id IN (${PERSONS})`

/** What an export has of each table, in its order. Persons: the person, and those who were merged into them. */
export const exportedTables: readonly Exported[] = [
  { name: 'persons', table: subscribers, where: `x.id IN (${PERSONS})` },
  own('contacts', contacts),
  own('contactRequests', contactRequests),
  own('applications', applications),
  own('feedAddresses', feedAddresses),
  own('signUps', signups),
  own('tokens', userTokens),
  own('follows', follows),
  {
    name: 'calendars',
    table: calendars,
    where: `x.owner_id IN (${PERSONS}) OR x.id IN (SELECT f.calendar_id FROM follows f WHERE f.subscriber_id IN (${PERSONS}))`,
  },
  { name: 'privateEvents', table: events, where: `x.owner_id IN (${PERSONS}) AND x.owner_id <> ''` },
  { name: 'ownEvents', table: events, where: `x.creator_id IN (${PERSONS}) AND x.creator_id <> ''` },
  own('relations', relations),
  own('answers', answers),
  { name: 'accounts', table: accounts, where: `x.subscriber_id IN (${PERSONS})` },
  ofAccounts('schedules', paySchedules),
  ofAccounts('deletedSchedules', paySchedulesDeleted),
  ofAccounts('auditRecords', auditRecords),
  ofAccounts('callNotes', callNotes),
  { name: 'directory', table: directory, where: `x.id IN (${ENTRIES})` },
  {
    name: 'idMap',
    table: connecMap,
    where: `x.entity = 'people' AND x.local_id IN (${ENTRIES} UNION ${PERSONS})`,
  },
  {
    name: 'invoices',
    table: connecInvoices,
    where: `x.person_connec_id IN (SELECT m.connec_id FROM connec_map m
      WHERE m.publisher_id = ?2 AND m.entity = 'people' AND m.local_id IN (${ENTRIES}))`,
  },
  { name: 'portalAudit', table: portalAudit, where: `x.target IN (${PERSONS})` },
  {
    name: 'timelines',
    table: timelines,
    where: `x.viewer IN (SELECT 'person:' || p.id FROM (${PERSONS}) p)`,
  },
]
