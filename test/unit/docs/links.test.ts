import { describe, it } from 'vitest'

/** The repository's own pages, by their path. */
const pages: Record<string, string> = import.meta.glob('/{README.md,docs/*.md}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const texts = new Map(Object.entries(pages).map(([path, text]) => [path.slice(1), text]))

/** What they may lead to. */
const others = import.meta.glob('/{docs/images,src,test,scripts,migrations}/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const files = new Set([...texts.keys(), ...Object.keys(others).map((path) => path.slice(1))])

/** Text without its examples. */
const prose = (text: string) => text.replace(/```.*?```/gs, '')

/** The anchors of a page: its headings, as GitHub makes them. */
const anchorsOf = (page: string) =>
  [...prose(texts.get(page) ?? '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  )

function leads(page: string, link: string): boolean {
  const { pathname, hash } = new URL(link, `https://repository.example/${page}`)
  const file = pathname.slice(1)
  return files.has(file) && (hash === '' || anchorsOf(file).includes(hash.slice(1)))
}

describe.for([...texts.keys()])('%s', (page) => {
  const text = prose(texts.get(page) ?? '')

  it('leads to what there is', ({ expect }) => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
      ([, link, other]) => link ?? other ?? '',
    )
    const own = links.filter((link) => !/^https?:/.test(link))
    expect(own.filter((link) => !leads(page, link))).toEqual([])
  })

  it('names files and folders that there are', ({ expect }) => {
    const named = [...text.matchAll(/`((?:src|test|scripts|migrations)\/[\w./-]+)`/g)].map(([, path = '']) =>
      path.replace(/\/$/, ''),
    )
    const isThere = (path: string) => [...files].some((file) => file === path || file.startsWith(`${path}/`))
    expect(named.filter((path) => !isThere(path))).toEqual([])
  })
})
