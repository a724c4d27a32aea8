import type { FC } from 'hono/jsx'
import { type CommonErrorCode, commonCode, DomainError } from '../../domain/errors'
import { logFault } from '../../platform/fault-log'
import { answerBare, answerPage, type PageStatus } from './answers'
import type { PortalCall } from './environment'

/** What is said instead of a page: what is wrong, and what to do. */
const refusals = {
  malformed: [
    400,
    'This can’t be read',
    'What was sent is nothing that a form of ours sends. Nothing was done.',
  ],
  no_session: [403, 'You are not signed in', 'Nothing was done. Please sign in, and send the form again.'],
  bad_link: [
    403,
    'This link can’t be used',
    'It was used before, has expired, or never was one. Please ask whoever sent it for a new one.',
  ],
  forged: [
    403,
    'This form can’t be used',
    'It is of an earlier sign-in or of another site. Nothing was done. Please open the page again and send the form from there.',
  ],
  role: [
    403,
    'This is not for your role',
    'Nothing was done. An Admin of your company can do it, or give you a role that may.',
  ],
  forbidden: [403, 'This is not allowed', 'Nothing was done.'],
  not_found: [404, 'There is no such page', 'What you are looking for is not here, or no longer.'],
  method: [405, 'This address takes a form only', 'Please go back to the page with the form.'],
  conflict: [409, 'Something has changed meanwhile', 'Nothing was done. Please look at the page again.'],
  too_slow: [408, 'This took too long', 'What was sent did not arrive in time. Nothing was done.'],
  too_large: [413, 'This is too much', 'What was sent is larger than any form of ours. Nothing was done.'],
  media_type: [415, 'This can’t be read', 'What was sent is no form. Nothing was done.'],
  invalid: [422, 'Something is not right', 'Nothing was done. Please go back and look at the form again.'],
  too_many: [429, 'Too many requests', 'Please wait a minute, then try again.'],
  internal: [500, 'Something went wrong on our side', 'Please try again in a moment.'],
} as const satisfies Record<string, readonly [PageStatus, string, string]>

export type RefusalReason = keyof typeof refusals

/** Why a request isn't done. `text` says it better than the reason's own words. */
export class Refusal extends Error {
  constructor(
    readonly reason: RefusalReason,
    readonly text: string | null = null,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(reason)
    this.name = 'Refusal'
  }
}

/** This surface's reason for each domain error. A new code that is missing here does not compile. */
const reasons: Record<CommonErrorCode, RefusalReason> = {
  invalid: 'invalid',
  forbidden: 'forbidden',
  not_found: 'not_found',
  gone: 'not_found',
  inactive: 'conflict',
  already_exists: 'conflict',
  limit_reached: 'conflict',
  idempotency_conflict: 'conflict',
}

/** What was thrown as a refusal; what is our fault is logged, without any value of the request. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof DomainError) {
    const [issue] = error.issues
    return new Refusal(reasons[commonCode(error.code)], issue?.message ?? null)
  }
  logFault('portal', error)
  return new Refusal('internal')
}

/** The page that says why there is nothing to see or nothing was done. */
export function refuse(c: PortalCall, refusal: Refusal): Promise<Response> {
  const [status, title, words] = refusals[refusal.reason]
  const isIn = c.get('session') !== undefined
  const content = (
    <>
      <p>{refusal.text ?? words}</p>
      <p>
        {isIn ? <a href="/portal">Go to the first page</a> : <a href="/portal/sign-in">How to sign in</a>}
      </p>
    </>
  )
  const more = { headers: refusal.headers }
  return isIn ? answerPage(c, title, content, status, more) : answerBare(c, status, title, content, more)
}

/** Every page of a company whose subscription has ended. */
export function answerEnded(c: PortalCall, contact: string): Promise<Response> {
  return answerBare(c, 403, 'Your subscription has ended', <Ended contact={contact} />)
}

const Ended: FC<{ contact: string }> = ({ contact }) => (
  <>
    <p>Your company’s subscription to Daybook has ended, so the portal is closed.</p>
    {contact === '' ? null : <p>To go on, please turn to {contact}.</p>}
  </>
)
