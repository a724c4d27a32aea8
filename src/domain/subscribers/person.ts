import { type Contact, logNames, newWriteId } from '../../changes'
import { emailKey } from '../../objects/email'
import { primaryEmailSql, primaryPhoneSql } from '../../objects/relation-rows'
import { type Context, commit } from '../context'
import { DomainError } from '../errors'
import { USABLE } from './subscribers'

/** A person as they see themselves (`event-subscriptions.md` 8, *persons/me*). */
export type PersonProfile = {
  readonly id: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string | null
  readonly phone: string | null
  readonly contacts: readonly (Contact & { readonly verified: boolean })[]
}

type ProfileRow = {
  first_name: string
  last_name: string
  email: string | null
  phone: string | null
  contacts: string
}

/** @throws DomainError `not_authenticated` for a person who left meanwhile */
export async function readPerson(ctx: Context, id: string): Promise<PersonProfile> {
  const row = await ctx.db
    .prepare(
      `SELECT s.first_name, s.last_name, ${primaryEmailSql('s')} AS email, ${primaryPhoneSql('s')} AS phone,
         (SELECT json_group_array(json_array(c.kind, c.value, c.verified)) FROM (
           SELECT kind, value, verified FROM contacts WHERE subscriber_id = s.id
           ORDER BY signed_up_with DESC, created_at, kind, value) c) AS contacts
       FROM subscribers s WHERE s.id = ?1 AND s.publisher_id = ?2 AND s.state IN ${USABLE}`,
    )
    .bind(id, ctx.publisher.id)
    .first<ProfileRow>()
  if (!row) throw new DomainError('not_authenticated')
  const contacts = JSON.parse(row.contacts) as [Contact['kind'], string, number][]
  return {
    id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email === null ? null : emailKey(row.email),
    phone: row.phone,
    contacts: contacts.map(([kind, value, verified]) => ({ kind, value, verified: verified === 1 })),
  }
}

/** Gives a person names, which show wherever the person does. Those that don't differ change nothing. */
export async function renamePerson(
  ctx: Context,
  id: string,
  names: { readonly firstName?: string | undefined; readonly lastName?: string | undefined },
): Promise<void> {
  const write = newWriteId()
  await commit(ctx, [
    ctx.db
      .prepare(
        `UPDATE subscribers SET first_name = coalesce(?1, first_name), last_name = coalesce(?2, last_name),
           modified_at = ?3, write_id = ?4
         WHERE id = ?5 AND publisher_id = ?6 AND state IN ${USABLE}
           AND (first_name <> coalesce(?1, first_name) OR last_name <> coalesce(?2, last_name))`,
      )
      .bind(names.firstName ?? null, names.lastName ?? null, ctx.now, write, id, ctx.publisher.id),
    ...logNames(ctx, id, write),
  ])
}
