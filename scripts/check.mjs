// `npm test`: type check, lint, unit, Worker, torture and browser tests. The last line sums them up.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from './chromium.mjs'

const folder = mkdtempSync(join(tmpdir(), 'daybook-check-'))
const total = { passed: 0, failed: 0 }

function run(tool, args, env = {}) {
  console.log(`\n› ${tool} ${args.join(' ')}`)
  const { status } = spawnSync('npx', ['--no-install', tool, ...args], {
    stdio: 'inherit',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', ...env },
  })
  return status === 0
}

/** A check that passes or fails as a whole. */
function check(tool, ...args) {
  if (run(tool, args)) total.passed++
  else total.failed++
}

/** A run of vitest: each of its tests counts, and a run that broke down counts as one failure more. */
function tests(name, args, env) {
  const file = join(folder, `${name}.json`)
  const good = run(
    'vitest',
    ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    env,
  )
  let failed = 0
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    total.passed += report.numPassedTests
    failed = report.numFailedTests
  } catch (error) {
    console.error(`No report of the ${name} tests: ${error}`)
  }
  total.failed += good ? failed : Math.max(1, failed)
}

/** Bundles the Worker as for a deployment; more than a megabyte, gzipped, is a failure. */
function checkBundle() {
  const limit = 1024
  console.log('\n› wrangler deploy --dry-run')
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'wrangler', 'deploy', '--dry-run'], {
    encoding: 'utf8',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' },
  })
  const [, size] = /gzip: ([\d.]+) KiB/.exec(stdout) ?? []
  if (status !== 0 || size === undefined) console.error(stdout + stderr)
  else console.log(`The Worker’s bundle: ${size} KiB gzipped, of at most ${limit}.`)
  if (status === 0 && Number(size) <= limit) total.passed++
  else total.failed++
}

check('wrangler', 'types', '--include-runtime=false', '--env-file', '/dev/null', '--check')
check('tsc', '-p', 'tsconfig.json')
check('tsc', '-p', 'test/tsconfig.json')
check('tsc', '-p', 'src/surfaces/widget/script/tsconfig.json')
check('biome', 'check', '--error-on-warnings')
checkBundle()
tests('unit and Worker', [])
tests('torture', ['--config', 'vitest.torture.config.ts'])
const chromium = findChromium()
if (chromium) tests('browser', ['--config', 'vitest.browser.config.ts'], { CHROME_PATH: chromium })
else console.log('\nNo Chrome or Chromium was found: the browser tests were skipped.')
tests('client', ['--config', 'vitest.clients.config.ts'])

rmSync(folder, { recursive: true, force: true })
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
