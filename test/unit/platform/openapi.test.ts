import { describe, it } from 'vitest'
import { assemble } from '../../../src/platform/openapi/assemble'
import type { Document, Operation } from '../../../src/platform/openapi/document'
import { exampleOf } from '../../../src/platform/openapi/examples'

const components = {
  schemas: {
    Person: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', example: 'Ann' },
        nickname: { type: 'string' },
        born: { type: ['string', 'null'] },
      },
    },
  },
}
const person = { $ref: '#/components/schemas/Person' }

describe('an example', () => {
  it.for([
    [{ type: 'string', example: 'a' }, 'a'],
    [{ const: 7 }, 7],
    [{ type: 'integer', default: 10 }, 10],
    [{ type: ['string', 'null'], default: null }, null],
    [{ type: 'string', enum: ['on', 'off'] }, 'on'],
    [{ type: ['string', 'null'], enum: ['on', null] }, null],
    [{ type: 'array', items: { type: 'boolean' } }, [false]],
    [{ anyOf: [person, { type: 'null' }] }, { name: 'Ann', nickname: '', born: null }],
    [
      { allOf: [person, { type: 'object', properties: { age: { type: 'integer' } } }] },
      { name: 'Ann', nickname: '', born: null, age: 0 },
    ],
  ] as const)('of %j is %j', ([schema, example], { expect }) => {
    expect(exampleOf(schema, components, 'all')).toEqual(example)
  })

  it('of a request leaves out what may be left out and has none of its own', ({ expect }) => {
    expect(exampleOf(person, components, 'required')).toEqual({ name: 'Ann' })
  })

  it('of a component that is not there is an error', ({ expect }) => {
    expect(() => exampleOf({ $ref: '#/components/schemas/Nobody' }, components, 'all')).toThrow('Nobody')
  })
})

const part = (path: string, operation: Partial<Operation>, more: Partial<Document> = {}): Document => ({
  openapi: '3.1.0',
  info: { title: 'A part', version: '1' },
  paths: { [path]: { get: { responses: { 200: { description: 'OK' } }, ...operation } } },
  ...more,
})

describe('an assembled document', () => {
  const frame = { info: { title: 'All', version: '1' } }

  it('gives operations the security of their part, unless they name one', ({ expect }) => {
    const key = [{ key: [] }]
    const { paths } = assemble(frame, [
      part('/a', {}, { security: key }),
      part('/b', { security: [] }, { security: key }),
      part('/c', {}),
    ])
    expect(Object.values(paths).map((item) => item.get?.security)).toEqual([key, [], []])
  })

  it('shows what is sent and answered, and parameters that must be given', ({ expect }) => {
    const content = { 'application/json': { schema: person } }
    const { paths } = assemble(frame, [
      part(
        '/a/{id}',
        {
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string', example: '7' } },
            { name: 'limit', in: 'query', schema: { type: 'integer' } },
          ],
          requestBody: { content },
          responses: { 200: { description: 'OK', content }, 204: { description: 'Nothing' } },
        },
        { components },
      ),
    ])
    const operation = paths['/a/{id}']?.get
    expect(operation?.parameters?.map(({ example }) => example)).toEqual(['7', undefined])
    expect(operation?.requestBody?.content['application/json']?.example).toEqual({ name: 'Ann' })
    expect(operation?.responses[200]?.content?.['application/json']?.example).toEqual({
      name: 'Ann',
      nickname: '',
      born: null,
    })
  })

  it('is refused where two parts use one name for different things', ({ expect }) => {
    const other = { schemas: { Person: { type: 'string' } } }
    const parts = [part('/a', {}, { components }), part('/b', {}, { components: other })]
    expect(() => assemble(frame, parts)).toThrow('Person')
    expect(() => assemble(frame, [part('/a', {}), part('/a', { summary: 'Another' })])).toThrow('/a')
  })
})
