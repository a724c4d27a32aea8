import type { Child, FC } from 'hono/jsx'
import { Document } from '../../objects/document'
import { PAGE_STYLE_PATH } from './environment'
import type { Words } from './messages'
import type { Refusal } from './refusals'

/** The shell of every page of this surface. */
export const Page: FC<{ title: string; words: Words; children?: Child }> = ({ title, words, children }) => (
  <Document title={title} kind="single" language={words.language} styleSheet={PAGE_STYLE_PATH}>
    <main>{children}</main>
  </Document>
)

/** The text of a page. */
export async function renderPage(page: ReturnType<FC>): Promise<string> {
  return `<!doctype html>${String(await page)}`
}

/** A page that only says why there is nothing to do. */
export const RefusalPage: FC<{ refusal: Refusal; words: Words }> = ({ refusal, words }) => {
  const [title, text] =
    refusal.reason === 'invalid' ? words.incompleteLink : words.refusals[refusal.reason]('')
  return (
    <Page title={title} words={words}>
      <h1>{title}</h1>
      <p>{text}</p>
    </Page>
  )
}
