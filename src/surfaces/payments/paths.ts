/** The paths of this surface (`payments.md` 1.1): pure reading, with its exact rules for ids that are missing. */

export const ALIAS = '/CustomerServices/v1.0'

export type TargetKind =
  | 'accounts'
  | 'account'
  | 'schedules'
  | 'schedule'
  | 'status'
  | 'auditRecords'
  | 'callNotes'

/** The pattern of each path, as the log tells it. */
export const patterns: Record<TargetKind, string> = {
  accounts: '/accounts',
  account: '/accounts/:accountId',
  schedules: '/accounts/:accountId/oneOffSchedules',
  schedule: '/accounts/:accountId/oneOffSchedules/:scheduleId',
  status: '/accounts/:accountId/oneOffSchedules/:scheduleId/status',
  auditRecords: '/accounts/:accountId/auditRecords',
  callNotes: '/accounts/:accountId/callNotes',
}

/** What a path names; ids that it has not are ''. */
export type Target = { readonly kind: TargetKind; readonly accountId: string; readonly scheduleId: string }

export type ReadPath =
  | { readonly known: Target }
  /** An id is missing: 405, but 404 for the method that is told so. */
  | { readonly missing: 'id'; readonly notFoundFor?: 'DELETE' }
  | { readonly unknown: true }

const unknown: ReadPath = { unknown: true }
const missing: ReadPath = { missing: 'id' }

/** Words that stand where an account's id would, once it is left out. */
const BELOW_ACCOUNT = ['oneOffSchedules', 'auditRecords', 'callNotes']

/** A path without the alias, and the alias where it had it. */
export function splitPrefix(pathname: string): { prefix: string; path: string } {
  if (pathname !== ALIAS && !pathname.startsWith(`${ALIAS}/`)) return { prefix: '', path: pathname }
  return { prefix: ALIAS, path: pathname.slice(ALIAS.length) }
}

/** What a path, without the alias, names. */
export function readPath(path: string): ReadPath {
  const [root, base, ...rest] = path.split('/')
  if (root !== '' || base !== 'accounts') return unknown
  if (rest.length === 0) return known('accounts')
  if (rest.length === 1 && rest[0] === '') return missing
  const [first = '', ...below] = rest
  if (BELOW_ACCOUNT.includes(first)) return withoutAccount(rest)
  if (first === '') return BELOW_ACCOUNT.includes(below[0] ?? '') ? withoutAccount(below) : unknown
  return ofAccount(decode(first), below)
}

/** `oneOffSchedules/…` and its like, the account's id having been left out before it. */
function withoutAccount([word = '', ...rest]: string[]): ReadPath {
  const [id = '', last, ...more] = rest
  if (more.length > 0) return unknown
  if (rest.length === 0 || (rest.length === 1 && id === '' && word === 'oneOffSchedules')) return missing
  if (word !== 'oneOffSchedules') return unknown
  if (last !== undefined) return last === 'status' ? missing : unknown
  return { missing: 'id', notFoundFor: 'DELETE' }
}

function ofAccount(accountId: string, rest: string[]): ReadPath {
  const [word, id, last, ...more] = rest
  if (word === undefined) return known('account', accountId)
  if (word === 'auditRecords' || word === 'callNotes')
    return id === undefined ? known(word, accountId) : unknown
  if (word !== 'oneOffSchedules' || more.length > 0) return unknown
  if (id === undefined) return known('schedules', accountId)
  if (last === undefined) return id === '' ? missing : known('schedule', accountId, decode(id))
  if (last !== 'status') return unknown
  return id === '' ? missing : known('status', accountId, decode(id))
}

function known(kind: TargetKind, accountId = '', scheduleId = ''): ReadPath {
  return { known: { kind, accountId, scheduleId } }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
