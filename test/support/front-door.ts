import { exports } from 'cloudflare:workers'
import { handle as handleUnchecked } from '../../src/app'
import { checkedFeed } from './checked-feed'

/** All requests of the tests go through here, so that each feed that any of them gets is checked. */

/** Sends a request to the Worker as it is deployed. */
export async function sendToWorker(request: Request): Promise<Response> {
  return checkedFeed(await exports.default.fetch(request))
}

/** Lets the app handle a request with bindings of a test's own. */
export const handle: typeof handleUnchecked = async (...args) => checkedFeed(await handleUnchecked(...args))
