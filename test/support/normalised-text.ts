/** The documented normalisation of TEXT (`widget-and-feeds.md` 4), said in another way than the serializer says it. */
export function normalised(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n|[\r\n\u0085\u2028\u2029]/g, '\n')
    .replaceAll(/[^\P{Cc}\t\n]/gu, '')
}
