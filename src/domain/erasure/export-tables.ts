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
import { ofPersonsSql, personsSql, relationsSql } from './person'

/** A list of an export: rows of a table (`x`) that are the person's (`?1`). */
export type Exported = {
  readonly name: string
  readonly table: SQLiteTable
  readonly where: string
  /** The only fields that are told, where the rest is another person's. */
  readonly only?: readonly string[]
}

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
  { name: 'privateEvents', table: events, where: ofPersonsSql('x', 'owner_id', PERSONS) },
  { name: 'ownEvents', table: events, where: ofPersonsSql('x', 'creator_id', PERSONS) },
  { name: 'relations', table: relations, where: relationsSql('x', PERSONS) },
  {
    name: 'invitations',
    table: relations,
    where: `x.actor_id IN (${PERSONS}) AND x.actor_id <> '' AND x.message IS NOT NULL AND x.subscriber_id NOT IN (${PERSONS})`,
    only: ['eventId', 'subscriberId', 'message', 'createdAt', 'removedAt'],
  },
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
    where: `x.publisher_id = ?2 AND x.entity = 'people' AND x.local_id IN (${ENTRIES} UNION ${PERSONS})`,
  },
  {
    name: 'invoices',
    table: connecInvoices,
    where: `x.publisher_id = ?2 AND x.person_connec_id IN (SELECT m.connec_id FROM connec_map m
      WHERE m.publisher_id = ?2 AND m.entity = 'people' AND m.local_id IN (${ENTRIES}))`,
  },
  { name: 'portalAudit', table: portalAudit, where: `x.publisher_id = ?2 AND x.target IN (${PERSONS})` },
  {
    name: 'timelines',
    table: timelines,
    where: `x.viewer IN (SELECT 'person:' || p.id FROM (${PERSONS}) p)`,
  },
]
