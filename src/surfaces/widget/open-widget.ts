import { findKey, type UsableKey } from '../../domain/api-keys'
import type { Context as DomainContext } from '../../domain/context'
import { emailSign } from '../../domain/sign-up/email-sign'
import { findActiveWidget, type WidgetRow } from '../../domain/widgets'
import { type Env, required } from '../../env'
import { sameSecret } from '../../platform/digest'
import { Refusal } from './refusals'
import type { RequestFields } from './request-fields'

/** A widget that is open to visitors, and the context in which its publisher's things are read and written. */
export type OpenWidget = {
  readonly widget: WidgetRow
  /** The key that was named beside it: of the same publisher. */
  readonly key: UsableKey | null
  readonly context: DomainContext
}

/** Whether a text can be a widget's id or an API key at all; these are compared, never parsed. */
export function isName(text: string): boolean {
  return /^[\x21-\x7e]{1,100}$/.test(text)
}

/**
 * Finds an active widget, with an API key that has to be its publisher's where one is named.
 * @throws Refusal `not_found`, `cancelled`
 */
export async function openWidget(
  env: Env,
  db: DomainContext['db'],
  now: number,
  names: { readonly widgetId: string; readonly apiKey?: string | undefined },
): Promise<OpenWidget> {
  const { widgetId, apiKey } = names
  if (!isName(widgetId) || (apiKey !== undefined && !isName(apiKey))) throw new Refusal('not_found')
  const encryptionKey = () => required(env, 'ENCRYPTION_KEY')
  const [found, key] = await Promise.all([
    findActiveWidget(db, widgetId),
    apiKey === undefined ? null : findKey(db, apiKey, now, encryptionKey),
  ])
  if (!found) throw new Refusal('not_found')
  if (apiKey !== undefined && key?.publisher.id !== found.publisher.id) throw new Refusal('not_found')
  if (found.cancelled) throw new Refusal('cancelled')
  const context = {
    db,
    now,
    actor: `widget:${found.widget.id}`,
    publisher: found.publisher,
    encryptionKey,
    inEachWrite: [],
  }
  return { widget: found.widget, key, context }
}

/**
 * Whether the publisher has shown by `emailSign` that the e-mail is the visitor's; false where nothing was given and
 * the widget doesn't ask for it. @throws Refusal `unsigned`, before anything is looked up by the e-mail
 */
export async function provesEmail(
  { widget, key, context }: OpenWidget,
  fields: Pick<RequestFields, 'email' | 'emailSign' | 'emailSignExpires'>,
): Promise<boolean> {
  const { email, emailSign: given, emailSignExpires: expires } = fields
  if (given === undefined) {
    if (widget.requireSignedEmail) throw new Refusal('unsigned')
    return false
  }
  const good = await emailSign(key?.secret ?? '', widget.id, email, expires)
  const isGood = await sameSecret(given, good)
  const isStale = expires !== undefined && Number(expires) * 1000 < context.now
  // Without a key there is no secret, and nothing is good.
  if (key === null || !isGood || isStale) throw new Refusal('unsigned')
  return true
}
