import { spawnSync } from 'node:child_process'

/** Runs a client, with a clock of UTC. @throws where it fails, with what it said */
export function run(command: string, args: readonly string[], { input = '', home = '' } = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    input,
    maxBuffer: 2 ** 26,
    env: {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      ...(home && { HOME: home, XDG_CONFIG_HOME: home }),
    },
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}${stdout}`)
  return stdout
}

/** Whether a client is installed: what tells its version runs. */
export function isInstalled(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
