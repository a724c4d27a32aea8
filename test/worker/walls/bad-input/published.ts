import { z } from 'zod'
import {
  type Document,
  type Operation,
  operationsOf,
  type Schema,
} from '../../../../src/platform/openapi/document'
import { publicReference } from '../../../../src/reference'
import { operatorCalls } from '../../../support/marketplace'
import { isJson, textOf } from './mutation'
import type { Draft } from './request'

/** Judges by the published schemas: answers why a request that was accepted should not have been, or null. */
export type Published = (draft: Draft) => string | null

const written = (route: string) => route.replace(/:(\w+)/g, '{$1}')

/** The schemas of the public reference and of the operator's. */
export async function published(): Promise<Published> {
  const operator: Document = await (await operatorCalls('GET', '/openapi.json')).json()
  const operations = new Map<string, { operation: Operation; document: Document }>()
  for (const document of [publicReference(), operator]) {
    for (const { method, path, operation } of operationsOf(document)) {
      operations.set(`${method.toUpperCase()} ${path}`, { operation, document })
    }
  }
  const schemas = new Map<object, z.ZodType>()
  const schemaOf = (schema: object, { components }: Document): z.ZodType => {
    const known = schemas.get(schema)
    if (known) return known
    const whole = { ...schema, $defs: components?.schemas }
    const text = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')
    const made = z.fromJSONSchema(JSON.parse(text))
    schemas.set(schema, made)
    return made
  }
  return (draft) => {
    const known = operations.get(written(draft.route))
    if (!known) return null
    const { operation, document } = known
    const schema = operation.requestBody?.content['application/json']?.schema
    if (schema && isJson(draft)) {
      const text = textOf(draft)
      const sent = read(text === '' ? '{}' : text)
      if (sent === undefined) return 'it is no JSON'
      const parsed = schemaOf(schema, document).safeParse(sent)
      if (!parsed.success) {
        return parsed.error.issues
          .map(({ path, message }) => `${path.join('.')}: ${message}`)
          .join('; ')
          .slice(0, 200)
      }
    }
    const query = new URLSearchParams(draft.query)
    for (const { name, in: where, schema: of } of operation.parameters ?? []) {
      const text = query.get(name)
      if (where !== 'query' || !of || text === null) continue
      if (!schemaOf(of, document).safeParse(jsonOf(of, text)).success)
        return `${name} is ${text.slice(0, 60)}`
    }
    return null
  }
}

/** A parameter as JSON: what JavaScript can't count is read as the highest that it can. */
function jsonOf({ type }: Schema, text: string): unknown {
  if (type === 'boolean') return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : text
  if (type !== 'integer' && type !== 'number') return text
  return /^-?\d+(\.\d+)?$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : text
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
