/**
 * Where a request comes from, as limits count it: the client's address as the edge tells it; of an IPv6 address the
 * first 64 bits, since whoever has one has all that share them. null where nothing stands in front that would tell.
 */
export function clientOf(request: Pick<Request, 'headers'>): string | null {
  const address = request.headers.get('CF-Connecting-IP')
  if (address === null || address === '') return null
  // An IPv4 address may be written as an IPv6 one.
  if (address.includes('.')) return address.slice(address.lastIndexOf(':') + 1)
  return networkOf(address)
}

/** The first four groups of an IPv6 address, zeros written out. */
function networkOf(address: string): string {
  const [before = '', after] = address.toLowerCase().split('::')
  const groups = before === '' ? [] : before.split(':')
  if (after !== undefined) {
    const rest = after === '' ? [] : after.split(':')
    while (groups.length + rest.length < 8) groups.push('0')
    groups.push(...rest)
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
