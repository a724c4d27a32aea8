// @ts-check
// The Connec! data hub: collections of entities for each group, as marketplace.md 8 calls them.

/** @typedef {{ id: string, created_at: string, updated_at: string, [field: string]: unknown }} Entity */
/** @typedef {{ top?: string | undefined, skip?: string | undefined, orderby?: string | undefined, filter?: string | undefined }} Query */

/** A query or a body that the hub cannot use. */
export class ConnecError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

const MAX_TOP = 1_000

/**
 * An empty store. `onChange` hears of what is created or changed by `create` and `update`, not of `put`.
 * @param {{ now?: () => number, collections?: readonly string[], onChange?: (group: string, collection: string, entity: Entity) => void }} [options]
 */
export function createConnecStore({
  now = () => Date.now(),
  collections = ['people', 'events', 'invoices'],
  onChange = () => {},
} = {}) {
  /** @type {Map<string, Map<string, Entity>>} */
  const shelves = new Map()

  /** @param {string} group @param {string} collection @returns {Map<string, Entity>} */
  function shelf(group, collection) {
    if (!collections.includes(collection)) throw new ConnecError(404, `there is no collection ${collection}`)
    const key = `${group} ${collection}`
    const found = shelves.get(key) ?? new Map()
    shelves.set(key, found)
    return found
  }

  return {
    collections,

    /** Every entity of a collection in the order of its making. @param {string} group @param {string} collection */
    list: (group, collection) => [...shelf(group, collection).values()],

    /** @param {string} group @param {string} collection @param {string} id */
    find: (group, collection, id) => shelf(group, collection).get(id) ?? null,

    /** Puts an entity there as it is, and tells nobody. @param {string} group @param {string} collection @param {Entity} entity */
    put(group, collection, entity) {
      shelf(group, collection).set(entity.id, entity)
      return entity
    },

    /** @param {string} group @param {string} collection @param {Record<string, unknown>} fields @returns {Entity} */
    create(group, collection, fields) {
      const at = new Date(now()).toISOString()
      const entity = { ...fields, id: crypto.randomUUID(), created_at: at, updated_at: at }
      shelf(group, collection).set(entity.id, entity)
      onChange(group, collection, entity)
      return entity
    },

    /**
     * Merges fields into an entity, objects inside it too; each change has a later `updated_at` than the one before.
     * @param {string} group @param {string} collection @param {string} id @param {Record<string, unknown>} fields
     * @returns {Entity} @throws ConnecError 404
     */
    update(group, collection, id, fields) {
      const found = shelf(group, collection).get(id)
      if (!found) throw new ConnecError(404, `there is no entity ${id} in ${collection}`)
      const at = new Date(Math.max(now(), Date.parse(found.updated_at) + 1)).toISOString()
      const { created_at } = found
      const entity = { ...merged(found, fields), id, created_at, updated_at: at }
      shelf(group, collection).set(id, entity)
      onChange(group, collection, entity)
      return entity
    },

    /**
     * A page of a collection, by the query parameters `$top` (1 to 1,000; 100), `$skip`, `$orderby` (`field asc|desc`,
     * several by commas; `created_at asc`) and `$filter` (`field eq 'value'`).
     * @param {string} group @param {string} collection @param {Query} query @throws ConnecError 400
     */
    page(group, collection, { top, skip, orderby, filter }) {
      const size = wholeNumber('$top', top, 100, 1, MAX_TOP)
      const start = wholeNumber('$skip', skip, 0, 0, Number.MAX_SAFE_INTEGER)
      const matching = [...shelf(group, collection).values()]
        .filter(filterOf(filter))
        .sort(orderOf(orderby || 'created_at asc'))
      return {
        entities: matching.slice(start, start + size),
        skip: start,
        top: size,
        total: matching.length,
        hasNext: start + size < matching.length,
      }
    },
  }
}

/** @param {string} name @param {string | undefined} text @param {number} otherwise @param {number} least @param {number} most */
function wholeNumber(name, text, otherwise, least, most) {
  if (text === undefined || text === '') return otherwise
  const number = /^\d{1,15}$/.test(text) ? Number(text) : -1
  if (number < least || number > most)
    throw new ConnecError(400, `${name} is a number from ${least} to ${most}`)
  return number
}

/** @param {string | undefined} text @returns {(entity: Entity) => boolean} */
function filterOf(text) {
  if (text === undefined || text === '') return () => true
  const [, field, quoted] = /^\s*([A-Za-z_]+)\s+eq\s+'((?:[^']|'')*)'\s*$/.exec(text) ?? []
  if (field === undefined || quoted === undefined) {
    throw new ConnecError(400, "$filter is of the form field eq 'value'")
  }
  const wanted = quoted.replaceAll("''", "'")
  return (entity) => String(entity[field] ?? '') === wanted
}

/** @param {string} text @returns {(a: Entity, b: Entity) => number} */
function orderOf(text) {
  const terms = text.split(',').map((term) => {
    const [, field, direction = 'asc'] = /^\s*([A-Za-z_]+)(?:\s+(asc|desc))?\s*$/i.exec(term) ?? []
    if (field === undefined) throw new ConnecError(400, '$orderby is of the form field asc, field desc')
    return { field, sign: direction.toLowerCase() === 'desc' ? -1 : 1 }
  })
  return (a, b) => {
    for (const { field, sign } of terms) {
      const [left, right] = [String(a[field] ?? ''), String(b[field] ?? '')]
      if (left !== right) return left < right ? -sign : sign
    }
    return 0
  }
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export const isPlainObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param {Record<string, unknown>} before @param {Record<string, unknown>} fields @returns {Record<string, unknown>} */
function merged(before, fields) {
  const after = { ...before }
  for (const [name, value] of Object.entries(fields)) {
    const old = before[name]
    after[name] = isPlainObject(old) && isPlainObject(value) ? merged(old, value) : value
  }
  return after
}
