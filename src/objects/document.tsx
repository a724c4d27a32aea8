import type { Child, FC } from 'hono/jsx'

/**
 * What every page has around its body: the style sheet, the viewport, and no place in a search engine. A page that needs
 * less than the whole style sheet names its own.
 */
export const Document: FC<{
  title: string
  kind: 'single' | 'portal'
  language?: string
  styleSheet?: string
  children?: Child
}> = ({ title, kind, language = 'en', styleSheet = '/daybook.css', children }) => (
  <html lang={language}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      <title>{title}</title>
      <link rel="stylesheet" href={styleSheet} />
    </head>
    <body class={kind}>{children}</body>
  </html>
)
