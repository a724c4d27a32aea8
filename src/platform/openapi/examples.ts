import type { Components, Schema } from './document'

/**
 * Composes an example of a schema from those of its parts. A property that may be left out is left out of a request
 * unless it has an example of its own; an answer shows every property.
 */
export function exampleOf(schema: Schema, components: Components, shows: 'all' | 'required'): unknown {
  const own = ownExample(schema)
  if (own !== undefined) return own
  const next = (each: Schema) => exampleOf(each, components, shows)
  if (schema.$ref !== undefined) return next(resolved(schema.$ref, components))
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(next))
  const [first] = schema.anyOf ?? schema.oneOf ?? []
  if (first) return next(first)
  switch (schema.type) {
    case 'object':
      return exampleOfObject(schema, components, shows)
    case 'array':
      return schema.items ? [next(schema.items)] : []
    case 'string':
      return ''
    case 'boolean':
      return false
    case 'integer':
    case 'number':
      return 0
    default:
      return null
  }
}

function ownExample(schema: Schema): unknown {
  if (schema.example !== undefined) return schema.example
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  // What may be null and has no example is null where nothing is the case.
  if (typeof schema.type === 'object' && schema.type.includes('null')) return null
  return schema.enum?.[0]
}

function exampleOfObject(schema: Schema, components: Components, shows: 'all' | 'required'): object {
  const { properties = {}, required = [] } = schema
  const shown = Object.entries(properties).filter(
    ([name, each]) => shows === 'all' || required.includes(name) || each.example !== undefined,
  )
  return Object.fromEntries(shown.map(([name, each]) => [name, exampleOf(each, components, shows)]))
}

/** The component that a reference names. @throws Error for a name that the document doesn't have */
function resolved(reference: string, components: Components): Schema {
  const name = reference.replace('#/components/schemas/', '')
  const found = components.schemas?.[name]
  if (!found) throw new Error(`the reference names ${reference}, which it does not have`)
  return found
}
