// @ts-check
// Writes XML that already is in its exclusive canonical form (W3C xml-exc-c14n, without comments), so that what is
// signed is what is sent. A prefix is declared where it is first used on the way down, and nowhere else.

/** @typedef {{ name: string, attributes: Record<string, string | null>, children: Node[] }} Element */
/** @typedef {Element | string | null} Node A null is left out, like an attribute that is null. */

/** @type {Record<string, string>} */
const namespaces = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  samlp: 'urn:oasis:names:tc:SAML:2.0:protocol',
}

/**
 * @param {string} name with one of the prefixes above
 * @param {Record<string, string | null>} [attributes] without prefixes
 * @param {Node[]} children
 * @returns {Element}
 */
export const element = (name, attributes = {}, ...children) => ({ name, attributes, children })

/** @param {Node} node @param {readonly string[]} [declared] prefixes that stand declared around it @returns {string} */
export function canonical(node, declared = []) {
  if (node === null) return ''
  if (typeof node === 'string') return escapeText(node)
  const { name, attributes, children } = node
  const prefix = name.slice(0, name.indexOf(':'))
  const declaration = declared.includes(prefix) ? '' : ` xmlns:${prefix}="${namespaces[prefix]}"`
  const written = Object.keys(attributes)
    .sort()
    .map((key) => (attributes[key] == null ? '' : ` ${key}="${escapeAttribute(attributes[key])}"`))
  const inside = children.map((child) => canonical(child, [...declared, prefix]))
  return `<${name}${declaration}${written.join('')}>${inside.join('')}</${name}>`
}

/** @type {Record<string, string>} */
const references = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}
const reference = (/** @type {string} */ character) => references[character] ?? character
const escapeText = (/** @type {string} */ text) => text.replace(/[&<>\r]/g, reference)
const escapeAttribute = (/** @type {string} */ text) => text.replace(/[&<"\t\n\r]/g, reference)
