import type { TokenError } from './answers'

/**
 * Reads a request for a token (RFC 6749 sections 2.3.1 and 4.4.2, `payments.md` 2). It judges the form alone: whether
 * the client is who it says and may have what it asks for is the domain's.
 */
export type TokenRequest = {
  readonly clientId: string
  readonly secret: string
  /** How the client gave its secret. */
  readonly scheme: 'form' | 'basic'
  /** The scopes asked for; null for all that the client has. */
  readonly scopes: readonly string[] | null
}

type Refused = { readonly error: Extract<TokenError, 'invalid_request' | 'unsupported_grant_type'> }

/** @param text the body, or null where it is no UTF-8 text */
export function readTokenRequest(headers: Headers, text: string | null): TokenRequest | Refused {
  const form = text !== null && isForm(headers.get('Content-Type')) ? readForm(text) : null
  if (!form) return { error: 'invalid_request' }
  const basic = readBasic(headers.get('Authorization'))
  if (basic && isTwice(form, basic)) return { error: 'invalid_request' }

  const grantType = form.get('grant_type')
  if (grantType === undefined) return { error: 'invalid_request' }
  if (grantType !== 'client_credentials') return { error: 'unsupported_grant_type' }

  const { clientId, secret } = basic ?? {
    clientId: form.get('client_id') ?? '',
    secret: form.get('client_secret') ?? '',
  }
  const scope = form.get('scope')
  const scopes = scope === undefined ? null : scope.split(' ').filter((each) => each !== '')
  return { clientId, secret, scheme: basic ? 'basic' : 'form', scopes }
}

function isForm(contentType: string | null): boolean {
  return /^application\/x-www-form-urlencoded *(;|$)/i.test(contentType ?? '')
}

/** The parameters of a form; null where one is repeated. One without a value counts as left out (RFC 6749, 3.2). */
function readForm(text: string): Map<string, string> | null {
  const seen = new Set<string>()
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (seen.has(name)) return null
    seen.add(name)
    if (value !== '') form.set(name, value)
  }
  return form
}

type Credentials = { readonly clientId: string; readonly secret: string }

/** Credentials of HTTP Basic; null without them. What can't be read is a client that does not exist. */
function readBasic(authorization: string | null): Credentials | null {
  const [, given] = /^Basic(?: +(.*))?$/is.exec(authorization ?? '') ?? [null, null]
  if (given === null) return null
  try {
    const bytes = Uint8Array.from(atob((given ?? '').trim()), (char) => char.charCodeAt(0))
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const [, clientId, secret] = /^([^:]*):(.*)$/s.exec(text) ?? ['', '', '']
    return { clientId: formDecoded(clientId ?? ''), secret: formDecoded(secret ?? '') }
  } catch {
    return { clientId: '', secret: '' }
  }
}

/** @throws URIError */
function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

/** Whether the form, too, authenticates. The client's own id beside Basic only says what Basic says. */
function isTwice(form: ReadonlyMap<string, string>, basic: Credentials): boolean {
  return form.has('client_secret') || (form.get('client_id') ?? basic.clientId) !== basic.clientId
}
