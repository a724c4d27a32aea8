import { emailKey } from '../../objects/email'
import { hmacSha256Hex } from '../../platform/digest'

/**
 * The signature by which a publisher vouches that an e-mail is its visitor's (`widget-and-feeds.md` 2): 64 hex.
 * `expires`: unix seconds, as they were sent.
 */
export function emailSign(
  secret: string,
  widgetId: string,
  email: string,
  expires?: string,
): Promise<string> {
  const lines = [widgetId, emailKey(email), ...(expires === undefined ? [] : [expires])]
  return hmacSha256Hex(secret, lines.join('\n'))
}
