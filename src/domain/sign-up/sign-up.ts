import { logNames, logSubscriber, newWriteId } from '../../changes'
import { subscribers } from '../../db/schema'
import { emailKey } from '../../objects/email'
import { GuardBroken } from '../../platform/d1'
import { newId } from '../../platform/ids'
import { insertPrivateCalendars } from '../calendars/private'
import { toColumns } from '../columns'
import { proveContact } from '../contacts/prove'
import { type Context, commit } from '../context'
import { DomainError } from '../errors'
import {
  type FeedAddress,
  giveAddress,
  limitAddress,
  newFeedAddress,
  readFeedAddress,
} from '../feed-addresses'
import { type MergePlan, planMerge } from '../merge/plan'
import { guardFollows, insertFollows, markActive } from '../subscribers/follows'
import { profileColumns, type Visitor, visitorTimeZone } from '../subscribers/profile'
import { endTokens } from '../user-tokens'
import { decideCase, guardCase } from './case'
import type { SignUpFields } from './fields'
import { type Repeat, rememberSignUp, repeatedSignUp } from './repeats'
import { insertApplication, insertRow, logOverwritten, personRow, updatePerson } from './rows'
import { type WidgetRow, welcomeEvent } from './welcome-event'

export type SignUp = {
  readonly widget: WidgetRow
  readonly fields: SignUpFields
  /** Calendars to follow, live and public. */
  readonly calendarIds: readonly string[]
  readonly visitor: Visitor
  /** Whether a good `emailSign` showed that the e-mail is this person's. */
  readonly signed: boolean
  /** The hosted form or Idempotency-Key by which a repeat is known. */
  readonly repeat?: Repeat | undefined
}

/** Connected, with the person's feed address and its name; or already connected, and nothing is shown. */
export type SignedUp =
  | {
      readonly connected: true
      readonly status: 200 | 201
      readonly ecalId: string
      readonly address: string
      readonly icsFilename: string
    }
  | { readonly connected: false }

/** More rounds than sign-ups with one e-mail that could sensibly meet. */
const ROUNDS = 100

/**
 * A person connects a calendar (`widget-and-feeds.md` 2). All that happens is one commit: the subscriber, the feed
 * address, the private calendar, the follows, the Welcome Event, the log. Of many sign-ups at once with one new
 * e-mail exactly one makes a subscriber.
 * @throws DomainError `limit_reached` where the person would follow too many calendars
 */
export async function signUp(ctx: Context, request: SignUp): Promise<SignedUp> {
  const email = emailKey(request.fields.email)
  let before = ''
  for (let round = 0; round < ROUNDS; round++) {
    const repeated = request.repeat && (await repeatedSignUp(ctx, request.widget.id, request.repeat))
    if (repeated) {
      await connectApplication(ctx, repeated.ecalId, request)
      return { connected: true, ...repeated }
    }
    const { decided, seen: holders } = await decideCase(ctx, email, request.signed)
    if (decided.kind === 'unproved') {
      await requestLink(ctx, decided.id, request.fields.application)
      return { connected: false }
    }
    const id = decided.kind === 'new' ? newId() : decided.id
    const proves = request.signed && decided.kind !== 'again'
    const plan = proves ? await planMerge(ctx, id, { kind: 'email', value: email }, 'subscriber') : null
    const seen = `${holders} ${plan?.seen}`
    // Nothing moved since the last round, and yet a guard broke: it was the bound.
    if (round > 0 && seen === before) throw new DomainError('limit_reached')
    before = seen
    try {
      const guard = guardCase(ctx.db, ctx.publisher.id, email, holders)
      if (decided.kind === 'new') return await subscribe(ctx, request, guard, id, plan)
      if (decided.kind === 'adopt') return await subscribe(ctx, request, guard, id, plan, decided)
      return await resubscribe(ctx, request, guard, id, plan)
    } catch (error) {
      if (!(error instanceof GuardBroken)) throw error
    }
  }
  throw new Error('an e-mail was signed up too often at once')
}

/** Makes a subscriber, or of a placeholder one: it keeps the private calendar that it may have. */
async function subscribe(
  ctx: Context,
  request: SignUp,
  guard: D1PreparedStatement,
  id: string,
  plan: MergePlan | null,
  placeholder?: { readonly calendarId: string | null },
): Promise<SignedUp> {
  const { widget, fields } = request
  const write = newWriteId()
  const proof = plan && proveContact(ctx, plan, write)
  const given = await newFeedAddress(ctx)
  const privateId = placeholder?.calendarId ?? newId()
  const welcome = widget.welcomeEnabled ? newId() : null
  const timezone = visitorTimeZone(ctx.publisher, request.visitor)
  const icsFilename = widget.icsFilename || ctx.publisher.name
  const row = personRow(ctx, request, icsFilename, write)
  await commit(ctx, [
    guard,
    ...(proof ? [proof.guard] : []),
    placeholder === undefined
      ? insertRow(ctx, 'subscribers', {
          ...row,
          ...toColumns(subscribers, { id, publisherId: ctx.publisher.id, createdAt: ctx.now }),
        })
      : updatePerson(ctx, id, row),
    ctx.db
      .prepare(
        `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, verified, signed_up_with, created_at)
         VALUES (?1, 'email', ?2, ?3, 0, 1, ?4)
         ON CONFLICT (publisher_id, kind, value, subscriber_id) DO UPDATE SET signed_up_with = 1`,
      )
      .bind(ctx.publisher.id, emailKey(fields.email), id, ctx.now),
    insertPrivateCalendars(ctx, [{ ownerId: id, id: privateId }], write),
    insertFollows(ctx, id, [...request.calendarIds, privateId], write),
    guardFollows(ctx, id, write),
    giveAddress(ctx, id, given, write),
    insertApplication(ctx, id, request),
    ...(welcome
      ? welcomeEvent(ctx, widget, { id: welcome, calendarId: privateId, ownerId: id, timezone }, write)
      : []),
    ...(proof?.state ?? []),
    logSubscriber(ctx, 'subscriber.subscribed', id, write, { welcomeEventId: welcome }),
    ...(placeholder ? logNames(ctx, id, write) : []),
    ...(proof?.log ?? []),
    ...remember(ctx, request, id, given, 201),
  ])
  return { connected: true, status: 201, ecalId: id, address: given.address, icsFilename }
}

/** A person comes again; where this proves the e-mail for the first time (`plan`), with a new address. */
async function resubscribe(
  ctx: Context,
  request: SignUp,
  guard: D1PreparedStatement,
  id: string,
  plan: MergePlan | null,
): Promise<SignedUp> {
  const write = newWriteId()
  const { fields } = request
  const proof = plan && proveContact(ctx, plan, write)
  const given = proof ? await newFeedAddress(ctx) : await readFeedAddress(ctx, id)
  await commit(ctx, [
    guard,
    ...(proof ? [proof.guard] : []),
    touchPerson(ctx, id, write),
    ...logOverwritten(ctx, id, fields, write),
    updatePerson(ctx, id, profileColumns(ctx.publisher, fields, request.visitor)),
    ...(proof
      ? [limitAddress(ctx, id, write), endTokens(ctx, id, write), giveAddress(ctx, id, given, write)]
      : []),
    insertFollows(ctx, id, request.calendarIds, write),
    guardFollows(ctx, id, write),
    insertApplication(ctx, id, request),
    ...(proof?.state ?? []),
    logSubscriber(ctx, 'subscriber.updated', id, write, { reason: 'resubscribed' }),
    ...(proof?.log ?? []),
    ...remember(ctx, request, id, given, 200),
  ])
  // A rotation may have come between: the answer is the address of now.
  const { address } = proof ? given : await readFeedAddress(ctx, id)
  return {
    connected: true,
    status: 200,
    ecalId: id,
    address,
    icsFilename: await readName(ctx, id),
  }
}

/** The name of a person's feed. */
async function readName(ctx: Context, id: string): Promise<string> {
  const row = await ctx.db
    .prepare('SELECT ics_filename AS name FROM subscribers WHERE id = ? AND publisher_id = ?')
    .bind(id, ctx.publisher.id)
    .first<{ name: string }>()
  return row?.name ?? ''
}

/** A repeat names another application: it is added. The same one changes nothing. */
async function connectApplication(ctx: Context, id: string, request: SignUp): Promise<void> {
  const write = newWriteId()
  const { application } = request.fields
  await commit(ctx, [
    ctx.db
      .prepare(`${markActive} AND application <> ?5`)
      .bind(ctx.now, write, ctx.publisher.id, id, application),
    ctx.db
      .prepare('UPDATE subscribers SET application = ? WHERE id = ? AND write_id = ?')
      .bind(application, id, write),
    insertApplication(ctx, id, request),
    logSubscriber(ctx, 'subscriber.updated', id, write, { reason: 'resubscribed' }),
  ])
}

const HOUR = 3_600_000

/** Tells the publisher, at most once an hour for a person, that somebody asked for their link. */
async function requestLink(ctx: Context, id: string, application: string): Promise<void> {
  const write = newWriteId()
  await commit(ctx, [
    ctx.db
      .prepare(
        `UPDATE subscribers SET link_requested_at = ?1, write_id = ?2
         WHERE publisher_id = ?3 AND id = ?4 AND state = 'active' AND link_requested_at <= ?5`,
      )
      .bind(ctx.now, write, ctx.publisher.id, id, ctx.now - HOUR),
    logSubscriber(ctx, 'subscriber.link_requested', id, write, { application }),
  ])
}

function remember(
  ctx: Context,
  request: SignUp,
  id: string,
  given: FeedAddress,
  status: 200 | 201,
): D1PreparedStatement[] {
  return request.repeat ? rememberSignUp(ctx, request.widget.id, request.repeat, id, given.hash, status) : []
}

/** The act of a person who comes again. */
function touchPerson(ctx: Context, id: string, write: string): D1PreparedStatement {
  return ctx.db.prepare(markActive).bind(ctx.now, write, ctx.publisher.id, id)
}
