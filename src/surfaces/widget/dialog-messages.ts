import { pickLanguage } from './language'

/** What `/widget.js` says; apart from the pages' words, which the script doesn't carry. */
const dialogWords = {
  en: { title: 'Sync to calendar', close: 'Close', opening: 'Opening …' },
}

/** What `/widget.js` says in the page that embeds it, in one of the browser's languages. */
export function dialogWordsFor(languages: readonly string[]) {
  return dialogWords[pickLanguage(languages, Object.keys(dialogWords) as (keyof typeof dialogWords)[])]
}
