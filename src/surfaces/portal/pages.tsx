import type { FC } from 'hono/jsx'

/** A list shows so many rows a page, and so many pages at most (`portal.md`, *Session*). */
export const PAGE_ROWS = 50
export const MOST_PAGES = 200

/** Which page of a list is asked for; null for one that there is not. */
export function pageAsked(query: string | undefined): number | null {
  if (query === undefined || query === '') return 1
  const page = /^\d{1,3}$/.test(query) ? Number(query) : 0
  return page >= 1 && page <= MOST_PAGES ? page : null
}

/** What to read for a page: one row more than it shows tells whether there is a next one. */
export function rowsOf(page: number): { limit: number; offset: number } {
  return { limit: PAGE_ROWS + 1, offset: (page - 1) * PAGE_ROWS }
}

/** The links to the pages before and after; nothing where all is on one. `query`: what else the list was asked for. */
export const Pager: FC<{
  path: string
  page: number
  hasNext: boolean
  query?: Readonly<Record<string, string>>
}> = ({ path, page, hasNext, query = {} }) => {
  const at = (other: number) => `${path}?${new URLSearchParams({ ...query, page: String(other) })}`
  const next = hasNext && page < MOST_PAGES
  if (page === 1 && !next) return null
  return (
    <nav class="pager" aria-label="Pages of the list">
      {page > 1 ? (
        <a rel="prev" href={at(page - 1)}>
          Back
        </a>
      ) : null}
      <span>Page {page}</span>
      {next ? (
        <a rel="next" href={at(page + 1)}>
          Next
        </a>
      ) : null}
    </nav>
  )
}
