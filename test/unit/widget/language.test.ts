import { describe, it } from 'vitest'
import { acceptedLanguages, pickLanguage } from '../../../src/surfaces/widget/language'
import { wordsFor } from '../../../src/surfaces/widget/messages'

describe('the language of a page', () => {
  it.for([
    ['de-CH, fr;q=0.9', 'de'],
    ['fr;q=0.4, de;q=0.8, en;q=0.1', 'de'],
    ['FR', 'fr'],
    ['pt-BR, pt;q=0.9', 'en'],
    ['de;q=0, fr', 'fr'],
    ['*', 'en'],
    ['', 'en'],
    ['de;q=x', 'en'],
    [',;q=1,;;', 'en'],
    ['constructor, __proto__', 'en'],
  ] as const)(
    'of a browser that wants “%s” is %s, where there are English, German and French',
    ([wanted, language], { expect }) => {
      expect(pickLanguage(acceptedLanguages(wanted), ['en', 'de', 'fr'])).toBe(language)
    },
  )

  it('is English for all others', ({ expect }) => {
    expect(wordsFor('xx').language).toBe('en')
    expect(wordsFor(undefined).language).toBe('en')
  })
})
