import newman from 'newman'
import { describe, inject, it } from 'vitest'

const origin = inject('origin')

type Item = {
  name: string
  item?: Item[]
  request?: { url: { variable?: { key: string; value: string }[] } }
}
type Run = { name: string; status: number; url: string; text: string }

/** The collection, whose examples have names of its own here: the reference's are made by another test at the same time. */
async function readCollection(): Promise<{ item: Item[]; variable: { key: string; value: string }[] }> {
  const text = await (await fetch(`${origin}/docs/postman.json`)).text()
  return JSON.parse(text.replaceAll('fixtures-2030', 'postman-2030').replaceAll('ann@', 'postman@'))
}

/** Runs calls of the collection in their order, by Postman’s own runner. */
function run(collection: object, names: readonly string[]): Promise<Run[]> {
  return new Promise((resolve, reject) => {
    newman.run({ collection, folder: [...names], color: 'off', reporters: [] }, (error, summary) => {
      if (error) return reject(error)
      resolve(
        summary.run.executions.map(({ item, request, response }) => ({
          name: item.name,
          status: response?.code ?? 0,
          url: request.url.toString(),
          text: response?.text() ?? '',
        })),
      )
    })
  })
}

describe('the Postman collection', () => {
  it('is a file to save, with a folder a subject and every call in one', async ({ expect }) => {
    const response = await fetch(`${origin}/docs/postman.json`)
    expect(response.headers.get('Content-Disposition')).toContain('attachment; filename="daybook.postman')
    const { info, item } = (await response.json()) as { info: { schema: string }; item: Item[] }
    expect(info.schema).toBe('https://schema.getpostman.com/json/collection/v2.1.0/collection.json')
    const { paths } = (await (await fetch(`${origin}/openapi.json`)).json()) as {
      paths: Record<string, object>
    }
    const operations = Object.values(paths).flatMap((methods) => Object.keys(methods))
    expect(item.flatMap((folder) => folder.item ?? [])).toHaveLength(operations.length)
  })

  it('signs calls, keeps tokens, and is answered', { timeout: 60_000 }, async ({ expect }) => {
    const collection = await readCollection()
    for (const call of collection.item.flatMap((folder) => folder.item ?? [])) {
      for (const variable of call.request?.url.variable ?? []) {
        if (variable.key === 'idOrReference') variable.value = 'postman-2030'
        if (variable.key === 'accountId') variable.value = 'DEMO0009'
      }
    }
    const wanted = [
      'Make a calendar',
      'List calendars',
      'Change a calendar',
      'Delete a calendar',
      'Sign a person up',
      'Get a token',
      'Make or replace an account',
      'List event subscriptions, or what changed since a sync token',
    ]
    const ran = await run(collection, wanted)
    expect(ran.filter(({ status }) => status !== 200 && status !== 201)).toEqual([])
    expect(new Set(ran.map(({ name }) => name))).toEqual(new Set(wanted))
  })

  it('signs what is sent: a changed secret is refused', { timeout: 60_000 }, async ({ expect }) => {
    const collection = await readCollection()
    for (const variable of collection.variable) if (variable.key === 'apiSecret') variable.value = 'another'
    const [refused] = await run(collection, ['List calendars'])
    expect(refused?.status).toBe(403)
  })
})
