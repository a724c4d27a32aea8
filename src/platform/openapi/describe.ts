import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import { type Document, type Method, mapOperations, type Operation } from './document'

/** An app whose routes are declared with their schemas. */
type Declared = { getOpenAPI31Document(frame: Pick<Document, 'openapi' | 'info'>): unknown }

/** What a surface says of itself beside its routes. */
type About = {
  readonly tags: NonNullable<Document['tags']>
  /** Of each operation that names none of its own. */
  readonly security?: Document['security']
  readonly securitySchemes?: NonNullable<Document['components']>['securitySchemes']
  /** Adds what all operations have in common, and their declarations therefore leave out. */
  readonly each?: (operation: Operation, method: Method) => Operation
}

/** The document of a surface, generated from the routes that it declares. */
export function describe(app: Declared, { tags, security, securitySchemes, each }: About): Document {
  const frame = { openapi: '3.1.0', info: { title: 'Daybook', version: '1' } } as const
  const document = app.getOpenAPI31Document(frame) as Document
  const { schemas } = document.components ?? {}
  return {
    ...document,
    tags,
    ...(security ? { security } : {}),
    paths: each ? mapOperations(document.paths, each) : document.paths,
    components: { ...(schemas ? { schemas } : {}), ...(securitySchemes ? { securitySchemes } : {}) },
  }
}

/** The document of a surface that reads its paths by hand, from declarations of them. */
export function describeRoutes(routes: readonly RouteConfig[], about: About): Document {
  const app = new OpenAPIHono()
  for (const route of routes) app.openAPIRegistry.registerPath(route)
  return describe(app, about)
}
