/** The first of the wanted languages (BCP 47, best first) that there is, by its main part; else English. */
export function pickLanguage<Language extends string>(
  wanted: readonly string[],
  languages: readonly Language[],
): Language | 'en' {
  for (const tag of wanted) {
    const main = tag.split('-')[0]?.toLowerCase()
    const found = languages.find((language) => language === main)
    if (found !== undefined) return found
  }
  return 'en'
}

/** The languages of an `Accept-Language` (RFC 9110, 12.5.4), best first. */
export function acceptedLanguages(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((text) => text.trim())
      const quality = parameters.find((text) => /^q=/i.test(text))?.slice(2) ?? '1'
      return { tag, quality: Number(quality) }
    })
    .filter(({ tag, quality }) => tag !== '' && quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag)
}
