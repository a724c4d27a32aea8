import { type Env, publicOrigin } from '../../env'

/**
 * Whether a request may be one of ours: forms are posted by our own page, and servers send no `Origin`. A sandboxed
 * or privacy-minded browser may hide ours (`null`); then it has to say itself that the page was of this origin.
 */
export function isOwnOrigin(request: Request, env: Env): boolean {
  const origin = request.headers.get('Origin')
  if (origin === null) return true
  if (origin === 'null') return request.headers.get('Sec-Fetch-Site') === 'same-origin'
  return origin === publicOrigin(env, request) || origin === new URL(request.url).origin
}
