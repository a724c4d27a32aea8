// Makes the types of a client from the reference: generated/schema.d.ts, beside main-job.ts, which is written with them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

/** @param document an OpenAPI document */
export async function generateTypes(document) {
  const folder = fileURLToPath(new URL('./generated/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}schema.d.ts`, astToString(await openapiTS(document)))
}
