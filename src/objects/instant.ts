/** Epoch milliseconds as ISO 8601 UTC with six fractional digits: `2042-02-12T15:19:21.000000Z`. */
export function wireInstant(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z')
}
