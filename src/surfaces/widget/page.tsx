import type { Child, FC } from 'hono/jsx'
import { STYLE_PATH } from './environment'
import { incompleteLink, refusalWords } from './messages'
import type { Refusal } from './refusals'

/** The shell of every page of this surface. */
export const Page: FC<{ title: string; children?: Child }> = ({ title, children }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      <title>{title}</title>
      <link rel="stylesheet" href={STYLE_PATH} />
    </head>
    <body class="single">
      <main>{children}</main>
    </body>
  </html>
)

/** The text of a page. */
export async function renderPage(page: ReturnType<FC>): Promise<string> {
  return `<!doctype html>${String(await page)}`
}

/** A page that only says why there is nothing to do. */
export const RefusalPage: FC<{ refusal: Refusal }> = ({ refusal }) => {
  const [title, text] = refusal.reason === 'invalid' ? incompleteLink : refusalWords[refusal.reason]('')
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p>{text}</p>
    </Page>
  )
}
