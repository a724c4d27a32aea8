// @ts-check
// The Connec! API, as it stands under /connec/api/v2: /{group}/{collection}[/{id}].
import { Hono } from 'hono'
import { isAuthorized } from './basic-auth.mjs'
import { ConnecError, isPlainObject } from './connec.mjs'

/** @typedef {import('./connec.mjs').Entity} Entity */

/**
 * @param {import('./hub.mjs').Hub} hub
 */
export function connecApi(hub) {
  const api = new Hono()
  const { connec } = hub

  api.use('/:group/*', async (c, next) => {
    if (!isAuthorized(hub, c.req.raw)) throw new ConnecError(401, 'the credentials are not those of the app')
    const group = c.req.param('group')
    if (!hub.groups.has(group)) throw new ConnecError(404, `there is no group ${group}`)
    await next()
  })

  /** An entity as this caller reads it: with all its ids, where it asks for them. */
  const outward = (
    /** @type {Request} */ request,
    /** @type {string} */ group,
    /** @type {Entity} */ entity,
  ) => (request.headers.get('CONNEC-EXTERNAL-IDS') === 'true' ? withIds(group, entity) : entity)

  api.get('/:group/:collection', (c) => {
    const { group, collection } = c.req.param()
    const page = connec.page(group, collection, {
      top: c.req.query('$top'),
      skip: c.req.query('$skip'),
      orderby: c.req.query('$orderby'),
      filter: c.req.query('$filter'),
    })
    const { skip, top, total, hasNext } = page
    const next = new URL(c.req.url)
    next.searchParams.set('$skip', String(skip + top))
    const pagination = { skip, top, total, ...(hasNext ? { next: next.href } : {}) }
    return answer({
      [collection]: page.entities.map((entity) => outward(c.req.raw, group, entity)),
      ...(hub.paginates ? { pagination } : {}),
    })
  })

  api.get('/:group/:collection/:id', (c) => {
    const { group, collection, id } = c.req.param()
    const entity = connec.find(group, collection, id)
    if (!entity) throw new ConnecError(404, `there is no entity ${id} in ${collection}`)
    return answer({ [collection]: outward(c.req.raw, group, entity) })
  })

  api.post('/:group/:collection', async (c) => {
    const { group, collection } = c.req.param()
    const entity = connec.create(group, collection, await fieldsOf(c.req.raw, collection))
    await hub.deliverBeforeAnswer()
    return answer({ [collection]: outward(c.req.raw, group, entity) }, 201)
  })

  api.put('/:group/:collection/:id', async (c) => {
    const { group, collection, id } = c.req.param()
    const entity = connec.update(group, collection, id, await fieldsOf(c.req.raw, collection))
    await hub.deliverBeforeAnswer()
    return answer({ [collection]: outward(c.req.raw, group, entity) })
  })

  api.all('*', () => {
    throw new ConnecError(404, 'there is nothing here')
  })

  api.onError((error) => {
    const status = error instanceof ConnecError ? error.status : 500
    if (status === 500) console.error(error)
    return answer({ errors: [{ status: String(status), title: error.message }] }, status)
  })
  return api
}

/** The ids of an entity by who gave them. @param {string} group @param {Entity} entity */
export const withIds = (group, entity) => ({
  ...entity,
  id: [{ id: entity.id, provider: 'connec', realm: group }],
})

/** What stands under the collection's name in a body. @param {Request} request @param {string} collection */
async function fieldsOf(request, collection) {
  const body = await request.json().catch(() => null)
  const fields = isPlainObject(body) ? body[collection] : undefined
  if (!isPlainObject(fields)) throw new ConnecError(400, `the body is JSON of the form {"${collection}":{…}}`)
  return fields
}

/** @param {unknown} body @param {number} [status] */
const answer = (body, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/vnd.api+json' } })
