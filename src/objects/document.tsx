import type { Child, FC } from 'hono/jsx'

/** What every page has around its body: the style sheet, the viewport, and no place in a search engine. */
export const Document: FC<{ title: string; kind: 'single' | 'portal'; children?: Child }> = ({
  title,
  kind,
  children,
}) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      <title>{title}</title>
      <link rel="stylesheet" href="/daybook.css" />
    </head>
    <body class={kind}>{children}</body>
  </html>
)
