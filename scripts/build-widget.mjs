// Builds `/widget.js`: its source bundled and minified to `dist/widget.txt`, which the Worker serves as text. Wrangler runs
// this before it bundles the Worker ([build] in wrangler.toml), and vitest when it reads its settings.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** Style sheets as minified text. */
const styleSheets = {
  name: 'style-sheets',
  setup(building) {
    building.onLoad({ filter: /\.css$/ }, async (file) => {
      const options = { loader: 'css', minify: true, target }
      const { code } = await transform(readFileSync(file.path, 'utf8'), options)
      return { contents: code.trim(), loader: 'text' }
    })
  },
}

const target = ['chrome111', 'edge111', 'firefox113', 'safari16.4']

export async function buildWidget() {
  const { outputFiles } = await build({
    entryPoints: [path('src/surfaces/widget/script/main.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target,
    legalComments: 'none',
    tsconfigRaw: {},
    plugins: [styleSheets],
    write: false,
  })
  const [{ text }] = outputFiles
  const file = path('dist/widget.txt')
  mkdirSync(path('dist'), { recursive: true })
  // Put in place whole: another run may read it at this moment.
  writeFileSync(`${file}.${process.pid}`, text)
  renameSync(`${file}.${process.pid}`, file)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWidget()
