/** A credential as it was sent: a person's token, or a client's (`event-subscriptions.md` 2). */
export type Credential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'bearer'; readonly jwt: string }

/** What an `Authorization` header holds; null where it is missing or malformed. The scheme is written in any case. */
export function readAuthorization(header: string | undefined): Credential | null {
  const [, scheme = '', value = ''] = /^([A-Za-z]+) +(\S+)$/.exec(header?.trim() ?? '') ?? []
  return toCredential(scheme.toLowerCase(), value)
}

/** What `Sec-WebSocket-Protocol` holds beside `daybook`, where a browser can send no header. */
export function readProtocols(header: string | undefined): Credential | null {
  const offered = (header ?? '').split(',').map((protocol) => protocol.trim())
  if (!offered.includes('daybook')) return null
  for (const protocol of offered) {
    const at = protocol.indexOf('.')
    const credential = toCredential(protocol.slice(0, Math.max(0, at)), protocol.slice(at + 1))
    if (credential) return credential
  }
  return null
}

function toCredential(scheme: string, value: string): Credential | null {
  if (scheme === 'token' && /^[0-9a-f]{40}$/.test(value)) return { kind: 'token', token: value }
  if (scheme === 'bearer' && value !== '') return { kind: 'bearer', jwt: value }
  return null
}
