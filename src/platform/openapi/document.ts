/** An OpenAPI 3.1 document, as far as it is read here: the members that are only passed on are not named. */

export type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly example?: unknown
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

export type Media = { readonly schema?: Schema; readonly example?: unknown }

export type Content = Readonly<Record<string, Media>>

export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly description?: string
  readonly required?: boolean
  readonly schema?: Schema
  readonly example?: unknown
}

export type Answer = { readonly description: string; readonly content?: Content }

/** Alternatives; each names the schemes that it needs, all of them. */
export type Security = readonly Readonly<Record<string, readonly string[]>>[]

export type Operation = {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: Security
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Answer>>
}

export const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

export type PathItem = Partial<Readonly<Record<Method, Operation>>>

export type SecurityScheme = {
  readonly type: 'apiKey' | 'http'
  readonly description?: string
  readonly name?: string
  readonly in?: 'query' | 'header'
  readonly scheme?: 'basic' | 'bearer'
}

export type Components = {
  readonly schemas?: Readonly<Record<string, Schema>>
  readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>
}

export type Tag = { readonly name: string; readonly description: string }

export type Document = {
  readonly openapi: '3.1.0'
  readonly info: {
    readonly title: string
    readonly version: string
    readonly description?: string
    readonly license?: { readonly name: string; readonly identifier: string }
  }
  readonly servers?: readonly { readonly url: string }[]
  readonly tags?: readonly Tag[]
  /** Of each operation that names none of its own. */
  readonly security?: Security
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components?: Components
}

/** The paths with each of their operations changed. */
export function mapOperations(
  paths: Document['paths'],
  change: (operation: Operation, method: Method) => Operation,
): Document['paths'] {
  const entries = Object.entries(paths).map(([path, item]) => {
    const operations = methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [[method, change(operation, method)]] : []
    })
    return [path, Object.fromEntries(operations)]
  })
  return Object.fromEntries(entries)
}

/** Every operation of a document, in its order. */
export function operationsOf(document: Pick<Document, 'paths'>) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ method, path, operation }] : []
    }),
  )
}
