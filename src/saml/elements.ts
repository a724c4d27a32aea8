import type { Element, Node } from '@xmldom/xmldom'

/** Reading of parsed XML, by namespace and local name; prefixes never count. */

const ELEMENT_NODE = 1

function isElement(node: Node): node is Element {
  return node.nodeType === ELEMENT_NODE
}

/** Whether an element has this namespace and local name. */
export function isNamed(element: Element, namespace: string, name: string): boolean {
  return element.namespaceURI === namespace && element.localName === name
}

/** The elements directly in one, in order. */
export function childElements(parent: Element): Element[] {
  const children: Element[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling) if (isElement(node)) children.push(node)
  return children
}

/** The elements of a namespace and local name directly in one, in order. */
export function childrenNamed(parent: Element, namespace: string, name: string): Element[] {
  return childElements(parent).filter((child) => isNamed(child, namespace, name))
}

/** The one such element directly in another; null where there is none or more than one. */
export function onlyChild(parent: Element | null, namespace: string, name: string): Element | null {
  const [child, ...more] = parent ? childrenNamed(parent, namespace, name) : []
  return child && more.length === 0 ? child : null
}

/** An element and all in it, in document order, each with its depth (1 for the first). No recursion. */
export function* elementsOf(root: Element): Generator<{ element: Element; depth: number }> {
  const waiting = [{ element: root, depth: 1 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next
    const depth = next.depth + 1
    for (const element of childElements(next.element).reverse()) waiting.push({ element, depth })
  }
}

/** The whole text of an element that holds nothing else, as it is written; null where it holds elements. */
export function plainText(element: Element | null): string | null {
  return element && childElements(element).length === 0 ? element.textContent : null
}

/** The text of an element without the white space around it; null where it is empty or no plain text. */
export function trimmedText(element: Element | null): string | null {
  return plainText(element)?.trim() || null
}

/** Base64 or another list-free value in which white space means nothing. */
export function compactText(element: Element | null): string | null {
  return plainText(element)?.replace(/[ \t\r\n]+/g, '') ?? null
}
