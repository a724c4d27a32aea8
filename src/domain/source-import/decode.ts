/**
 * The text of bytes from outside. iCalendar is UTF-8 (RFC 5545 3.1.4), and what is valid UTF-8 is taken for it whatever
 * its server says; older programs write other charsets, which their servers may name.
 */
export function decodeText(bytes: Uint8Array, contentType: string): string {
  const marked = utf16Of(bytes)
  if (marked !== null) return new TextDecoder(marked).decode(bytes)
  const named = /charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType)?.[1] ?? ''
  const labels = /^utf-?16/i.test(named) ? [named] : ['utf-8', named]
  for (const label of [...labels, 'windows-1252']) {
    const text = tryDecode(bytes, label)
    if (text !== null) return text
  }
  return new TextDecoder().decode(bytes)
}

function utf16Of([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}

/** null where a label is unknown, or the bytes are none of its. */
function tryDecode(bytes: Uint8Array, label: string): string | null {
  if (label === '') return null
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return null
  }
}
