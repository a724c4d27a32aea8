import { readCookie } from '../../platform/cookies'

/** What a page says once after a post: a code in a cookie of its own, which the page takes away. */
export const notices = {
  plan_chosen: 'The plan is chosen.',
  plan_cancelled: 'The plan is cancelled.',
  extra_bought: 'Bought. The bill is on its way to your marketplace.',
  bill_retried: 'The bill is being sent once more.',
  key_revoked: 'The key is revoked: calls signed with it are refused from now on.',
  user_blocked: 'The user is blocked and signed out.',
  webhook_saved: 'Saved. Messages that wait go by what is there now.',
  webhook_deleted: 'The endpoint is deleted.',
  webhook_tested: 'The test is on its way. Its answer shows below in a moment: open this page again.',
  webhook_enabled: 'The endpoint is on: it gets what happens from now on.',
  webhook_disabled: 'The endpoint is off.',
  webhook_replayed:
    'The message is on its way again. Its answer shows below in a moment: open this page again.',
  schedule_created: 'The payment date is added.',
  schedule_deleted: 'The payment date is deleted.',
  user_unblocked: 'The user may sign in again.',
  calendar_created: 'The calendar is there. Add its first event below.',
  calendar_saved: 'The calendar is saved.',
  calendar_deleted: 'The calendar is deleted.',
  event_created: 'The event is in the calendar.',
  event_saved: 'The event is saved. Calendars show it at their next look.',
  event_deleted: 'The event is deleted.',
  follows_saved: 'The calendars are changed.',
  email_verified: 'The e-mail is confirmed already. Nothing was changed.',
  unsubscribed: 'The person is unsubscribed.',
  settings_saved: 'The settings are saved.',
} as const

export type NoticeCode = keyof typeof notices

const NAME = '__Host-daybook-notice'
const ATTRIBUTES = 'HttpOnly; Secure; SameSite=Lax; Path=/'

/** `Set-Cookie` of a notice: good for the page that follows at once. */
export function noticeCookie(code: NoticeCode): string {
  return `${NAME}=${code}; ${ATTRIBUTES}; Max-Age=60`
}

/** `Set-Cookie` once a notice was shown. */
export const shownNoticeCookie = `${NAME}=; ${ATTRIBUTES}; Max-Age=0`

/** The notice that a request came with; null for none. */
export function noticeOf(request: Request): NoticeCode | null {
  const code = readCookie(request, NAME)
  return code !== null && Object.hasOwn(notices, code) ? (code as NoticeCode) : null
}
