import { characters } from '../../fields'

/** Collections that are shared, in the order in which they are imported (`marketplace.md` 8.2). */
export const collections = ['people', 'events', 'invoices'] as const
export type Collection = (typeof collections)[number]

/** An entity as the data hub writes it: nothing about it is certain. */
export type Entity = Readonly<Record<string, unknown>>

export function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The longest id that is taken. */
const MAX_ID = 200

/** An id: a text, or of a list of ids the data hub's own; null where there is none. */
export function connecIdOf(value: unknown): string | null {
  const id = Array.isArray(value)
    ? value.filter(isEntity).find((each) => each.provider === 'connec')?.id
    : value
  return typeof id === 'string' && id !== '' && id.length <= MAX_ID && id.isWellFormed() ? id : null
}

/** When the hub last changed an entity, epoch ms; null where it doesn't say. */
export function versionOf(entity: Entity): number | null {
  const at = typeof entity.updated_at === 'string' ? Date.parse(entity.updated_at) : Number.NaN
  return Number.isNaN(at) ? null : at
}

/** A text as we keep it: well-formed, without control characters, trimmed, cut to `max` characters; '' for none. */
export function textOf(value: unknown, max: number, { lines = false } = {}): string {
  if (typeof value !== 'string') return ''
  const clean = value
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(lines ? /[^\P{Cc}\n\t]/gu : /[^\P{Cc}\n]/gu, '')
  const text = (lines ? clean : clean.replaceAll('\n', ' ')).trim()
  return characters(text) <= max ? text : [...text].slice(0, max).join('').trimEnd()
}

/** Whether an entity's status is one of these, in any letter case. */
export function hasStatus(entity: Entity, ...statuses: string[]): boolean {
  return typeof entity.status === 'string' && statuses.includes(entity.status.toUpperCase())
}

/** How a record of ours is named to the hub. */
export const codeOf = (localId: string): string => `DB-${localId}`

/** The record that a code names; null for a code that isn't of our making. */
export function localIdIn(code: unknown): string | null {
  const [, id] = (typeof code === 'string' && /^DB-([0-9a-f]{24})$/.exec(code)) || []
  return id ?? null
}
