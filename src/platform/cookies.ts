/** The value of a request's cookie; null where it has none of the name, or several (RFC 6265, 4.2). */
export function readCookie(request: Request, name: string): string | null {
  const pairs = (request.headers.get('Cookie') ?? '').split(';').map((pair) => pair.trim())
  const values = pairs
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  const [value] = values
  return value !== undefined && values.length === 1 ? value : null
}
