import {
  type Answer,
  type Components,
  type Content,
  type Document,
  mapOperations,
  type Operation,
  type Parameter,
} from './document'
import { exampleOf } from './examples'

type Frame = Pick<Document, 'info' | 'tags'>

/**
 * Makes one document of those of several surfaces. Operations take the security of their surface where they name none
 * of their own, and everything that is sent or answered gets an example, composed from its schema's.
 */
export function assemble(frame: Frame, parts: readonly Document[]): Document {
  const components: Components = {
    schemas: joined(parts.map((part) => part.components?.schemas ?? {})),
    securitySchemes: joined(parts.map((part) => part.components?.securitySchemes ?? {})),
  }
  const paths = parts.map((part) =>
    mapOperations(part.paths, (operation) => finished(operation, part, components)),
  )
  return {
    openapi: '3.1.0',
    info: frame.info,
    tags: [...(frame.tags ?? []), ...parts.flatMap((part) => part.tags ?? [])],
    paths: joined(paths),
    components,
  }
}

/** One record of several, whose names differ. @throws Error where two surfaces use one name for different things */
function joined<T>(records: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  const all: Record<string, T> = {}
  for (const [name, value] of records.flatMap((record) => Object.entries(record))) {
    if (name in all && JSON.stringify(all[name]) !== JSON.stringify(value)) {
      throw new Error(`the reference has ${name} twice`)
    }
    all[name] = value
  }
  return all
}

function finished(operation: Operation, part: Document, components: Components): Operation {
  const { parameters, requestBody, responses } = operation
  return {
    ...operation,
    security: operation.security ?? part.security ?? [],
    ...(parameters
      ? { parameters: parameters.map((parameter) => finishedParameter(parameter, components)) }
      : {}),
    ...(requestBody
      ? {
          requestBody: {
            ...requestBody,
            content: withExamples(requestBody.content, components, 'required'),
          },
        }
      : {}),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, answer]) => [status, finishedAnswer(answer, components)]),
    ),
  }
}

/** A parameter without whose value no call can be made shows one. */
function finishedParameter(parameter: Parameter, components: Components): Parameter {
  const { schema, example, required } = parameter
  if (!schema || example !== undefined) return parameter
  if (schema.example !== undefined) return { ...parameter, example: schema.example }
  return required ? { ...parameter, example: exampleOf(schema, components, 'required') } : parameter
}

function finishedAnswer(answer: Answer, components: Components): Answer {
  if (!answer.content) return answer
  return { ...answer, content: withExamples(answer.content, components, 'all') }
}

function withExamples(content: Content, components: Components, shows: 'all' | 'required'): Content {
  return Object.fromEntries(
    Object.entries(content).map(([type, media]) => {
      if (media.example !== undefined || !media.schema) return [type, media]
      return [type, { ...media, example: exampleOf(media.schema, components, shows) }]
    }),
  )
}
