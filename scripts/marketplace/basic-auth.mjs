// @ts-check
// Basic authentication, both ways.
import { fromBase64, toBase64, utf8 } from './bytes.mjs'

/** @typedef {{ apiId: string, apiKey: string }} Credentials */

/** The header value. @param {Credentials} credentials */
export const basic = ({ apiId, apiKey }) => `Basic ${toBase64(utf8(`${apiId}:${apiKey}`))}`

/** Whether a request carries these credentials. @param {Credentials} credentials @param {Request} request */
export const isAuthorized = (credentials, request) =>
  request.headers.get('Authorization') === basic(credentials)

/** The user name that a request gives, whatever its password; null where there is none. @param {Request} request */
export function userName(request) {
  const [, encoded] = /^Basic (.+)$/i.exec(request.headers.get('Authorization') ?? '') ?? []
  if (encoded === undefined) return null
  try {
    return new TextDecoder().decode(fromBase64(encoded)).split(':')[0] ?? null
  } catch {
    return null
  }
}
