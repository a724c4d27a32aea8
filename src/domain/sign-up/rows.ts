import { logNames } from '../../changes'
import { subscribers } from '../../db/schema'
import { toColumns } from '../columns'
import type { Context } from '../context'
import { profileColumns } from '../subscribers/profile'
import type { SignUpFields } from './fields'
import type { SignUp } from './sign-up'

/** Statements and rows of a sign-up. */

/** What a sign-up says of a person. */
export function personRow(
  ctx: Context,
  { fields, visitor, widget }: SignUp,
  icsFilename: string,
  write: string,
): Record<string, unknown> {
  return {
    ...profileColumns(ctx.publisher, fields, visitor),
    ...toColumns(subscribers, {
      state: 'active',
      email: fields.email,
      widgetId: widget.id,
      icsFilename,
      totalActivity: 1,
      subscribedAt: ctx.now,
      lastActiveAt: ctx.now,
      modifiedAt: ctx.now,
      writeId: write,
    }),
  }
}

/** Logs names and tags that a sign-up is about to overwrite with others: they show in event subscriptions. */
export function logOverwritten(
  ctx: Context,
  id: string,
  { first_name: firstName, last_name: lastName, tags }: SignUpFields,
  write: string,
): D1PreparedStatement[] {
  if (firstName === undefined && lastName === undefined && tags === undefined) return []
  return logNames(ctx, id, write, {
    sql: 's.first_name <> coalesce(?5, s.first_name) OR s.last_name <> coalesce(?6, s.last_name) OR s.tags <> coalesce(?7, s.tags)',
    values: [firstName ?? null, lastName ?? null, tags === undefined ? null : JSON.stringify(tags)],
  })
}

export function updatePerson(ctx: Context, id: string, row: Record<string, unknown>): D1PreparedStatement {
  const names = Object.keys(row)
  return ctx.db
    .prepare(
      `UPDATE subscribers SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ? AND publisher_id = ?`,
    )
    .bind(...Object.values(row), id, ctx.publisher.id)
}

export function insertRow(ctx: Context, table: string, row: Record<string, unknown>): D1PreparedStatement {
  const names = Object.keys(row)
  return ctx.db
    .prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
    .bind(...Object.values(row))
}

/** Enters a calendar application of a person who is there; a repeat with the same name replaces its entry in place. */
export function insertApplication(
  ctx: Context,
  id: string,
  { fields, visitor }: SignUp,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `INSERT INTO applications (publisher_id, subscriber_id, name, ip, fingerprint, os, device)
       SELECT ?1, id, ?3, ?4, ?5, ?6, ?7 FROM subscribers WHERE id = ?2 AND state = 'active'
       ON CONFLICT (subscriber_id, name)
       DO UPDATE SET ip = ?4, fingerprint = ?5, os = ?6, device = ?7`,
    )
    .bind(
      ctx.publisher.id,
      id,
      fields.application,
      visitor.ip,
      visitor.fingerprint,
      visitor.os,
      visitor.device,
    )
}
