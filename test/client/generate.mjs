// Makes the types of a client from the reference: generated/schema.d.ts, beside main-job.ts, which is written with them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const folder = fileURLToPath(new URL('./generated/', import.meta.url))

/** Takes them away: tools that read every file have no use for them. */
export function removeTypes() {
  rmSync(folder, { recursive: true, force: true })
}

/** @param document an OpenAPI document */
export async function generateTypes(document) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}schema.d.ts`, astToString(await openapiTS(document)))
}
