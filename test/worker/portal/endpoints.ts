import type { Receiver } from '../../support/receiver'
import { auditOf, type Browser } from './support'

export const PATH = '/portal/webhooks'

/** An endpoint made by the portal; answers its id and its secret. */
export async function made(admin: Browser, receiver: Receiver, fields: Record<string, string> = {}) {
  const page = await admin.send(PATH, PATH, { url: receiver.url, events: '*', ...fields })
  const [, secret = ''] = /value="(whsec_[^"]*)"/.exec(page.html) ?? []
  const [, id = ''] = /href="\/portal\/webhooks\/([0-9a-f]{24})"/.exec(page.html) ?? []
  return { page, id, secret, path: `${PATH}/${id}` }
}

/** What the audit says of webhooks, oldest first. */
export const actionsOf = async (publisherId: number) =>
  (await auditOf(publisherId)).filter(({ action }) => action.startsWith('webhook.'))
