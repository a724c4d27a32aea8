const files = {
  ...import.meta.glob('../fixtures/saml/*.xml', { query: '?raw', import: 'default', eager: true }),
  ...import.meta.glob('../fixtures/saml/*.pem', { query: '?raw', import: 'default', eager: true }),
}

/** The text of a file of `test/fixtures/saml`. */
export function samlFixture(name: string): string {
  const text = files[`../fixtures/saml/${name}`]
  if (text === undefined) throw new Error(`There is no fixture ${name}`)
  return text
}

/** The names of the responses there, without the ending. */
export const signedFixtures = Object.keys(files)
  .filter((path) => path.endsWith('.xml'))
  .map((path) => path.replace(/^.*\/(.*)\.xml$/, '$1'))
