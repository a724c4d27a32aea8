import { atHome } from '../../databases'
import { chosenCalendars } from '../../domain/calendars/offered'
import { DomainError, invalid } from '../../domain/errors'
import { fieldIssues } from '../../domain/fields'
import { type Repeat, repeatMark } from '../../domain/sign-up/repeats'
import { type SignedUp, signUp } from '../../domain/sign-up/sign-up'
import type { Visitor } from '../../domain/subscribers/profile'
import type { Env } from '../../env'
import { comeAgain } from '../../platform/rates'
import { Strangers } from '../../platform/strangers'
import { type OpenWidget, openWidget, provesEmail } from './open-widget'
import { isOwnOrigin } from './origin'
import { isWithinRate, RATE_PERIOD } from './rate'
import type { SentRequest } from './read-request'
import { Refusal } from './refusals'
import { type RequestFields, requestFields } from './request-fields'
import { clientIp, describeVisitor } from './visitor'

/** A sign-up that was done: what was asked, of whom, and what came of it. */
export type DoneSignUp = {
  readonly open: OpenWidget
  readonly session: D1DatabaseSession
  readonly fields: RequestFields
  readonly visitor: Visitor
  readonly result: SignedUp
}

/** Clients that name widgets which don't exist: each name has a rate of its own. */
const strangers = new Strangers('widget')

/**
 * Checks a request to sign up, in the order of `widget-and-feeds.md` 2, and does it. Nothing is read from the
 * database before the client's rate and the form of the fields are good, and nothing by the e-mail before its
 * signature is. @throws Refusal, DomainError
 */
export async function handleSignUp(
  env: Env,
  now: number,
  request: Request,
  sent: SentRequest,
  announce: (env: Env) => void,
): Promise<DoneSignUp> {
  const widgetId = sent.fields?.widgetId
  if (!(await isWithinRate(env, clientIp(request), typeof widgetId === 'string' ? widgetId : ''))) {
    throw new Refusal('too_many', [], { 'Retry-After': String(RATE_PERIOD) })
  }
  if (!isOwnOrigin(request, env)) throw new Refusal('foreign_origin')
  const fields = parseFields(sent)
  const repeat = await repeatOf(request, sent, fields)
  const { open, home, session } = await knownWidget(env, now, request, fields)
  const signed = await provesEmail(open, fields)
  const { widget } = open
  const context = { ...open.context, announce: () => announce(home) }
  const calendarIds = await chosenCalendars(context, widget, {
    calendarIds: fields.calendarIds,
    reference: fields.calendar_reference,
    category: fields.category,
  })
  const source = sent.kind === 'form' ? 'Widget' : 'API V3'
  const visitor = await describeVisitor(request, context.publisher.id, source)
  const result = await signUp(context, { widget, fields, calendarIds, visitor, signed, repeat })
  return { open, session, fields, visitor, result }
}

/** The widget that is named, and where it lives. @throws Refusal, also where the client named too many that don't exist */
async function knownWidget(
  env: Env,
  now: number,
  request: Request,
  fields: RequestFields,
): Promise<{ open: OpenWidget; home: Env; session: D1DatabaseSession }> {
  const { widgetId } = fields
  if (strangers.bars(request, widgetId, now)) throw new Refusal('too_many', [], comeAgain)
  const home = await atHome(env, 'widget', widgetId)
  const session = home.DB.withSession('first-primary')
  try {
    const open = await openWidget(home, session, now, fields)
    strangers.passed(request, widgetId)
    return { open, home, session }
  } catch (error) {
    if (error instanceof Refusal) await strangers.failed(env.FAILED_RATE, request, widgetId, now)
    throw error
  }
}

function parseFields({ fields, kind }: SentRequest): RequestFields {
  if (fields === null) {
    const what = kind === 'json' ? 'one JSON object in UTF-8' : 'a form in UTF-8'
    throw invalid('body', `Must be ${what}.`)
  }
  const parsed = requestFields.safeParse(fields)
  if (!parsed.success) throw new DomainError('invalid', fieldIssues(parsed.error))
  return parsed.data
}

/** By what a repeat of this sign-up would be known: a form by its id, JSON by its Idempotency-Key. */
async function repeatOf(
  request: Request,
  { kind }: SentRequest,
  { formId, email }: RequestFields,
): Promise<Repeat | undefined> {
  if (kind === 'form') return formId === undefined ? undefined : repeatMark('form', formId, email)
  const key = request.headers.get('Idempotency-Key')
  if (key === null) return undefined
  if (!/^[\x20-\x7e]{12,255}$/.test(key)) {
    throw invalid('Idempotency-Key', 'Must be 12 to 255 printable ASCII characters.')
  }
  return repeatMark('key', key, email)
}
