/**
 * What the log keeps of an erased person (`operator.md`): ids, times and states, in the shape that messages are made
 * of, with every personal value empty.
 */

/** Whose values go. */
export type Erased = {
  /** The person, and those who were merged into them. */
  readonly personIds: ReadonlySet<string>
  /** E-mails and phone numbers that nobody else has. */
  readonly contacts: ReadonlySet<string>
  /** Whether the event of this row shows nowhere any more. */
  readonly isGone: boolean
}

type Json = Record<string, unknown>

/** The payload of a change without what it says of erased persons; the same text where that is nothing. */
export function scrubPayload(message: string, payload: string, erased: Erased): string {
  const parsed: Json = JSON.parse(payload)
  const scrubbed = scrub(message, parsed, erased)
  return scrubbed === parsed ? payload : JSON.stringify(scrubbed)
}

function scrub(message: string, payload: Json, erased: Erased): Json {
  const { personIds } = erased
  if (message.startsWith('event_subscription.')) {
    const relation = payload.relation as unknown[]
    return { ...payload, relation: scrubRelation(relation, erased) }
  }
  if (message.startsWith('event.')) return scrubEvent(payload, erased)
  if (message.startsWith('schedule.')) {
    if (!personIds.has(String(payload.subscriberId))) return payload
    return { ...payload, subscriberId: '', description: '', note: '' }
  }
  if (message.startsWith('contact.') || message === 'subscriber.merged') {
    return { ...payload, email: null, phoneNumber: null }
  }
  return scrubSubscriber(payload)
}

/** Places of a relation's facts (`objects/relation-rows.ts`). */
const SUBSCRIBER = 1
const ACTOR = 11
const ofSubscriber: readonly (readonly [place: number, empty: unknown])[] = [
  [2, ''],
  [3, ''],
  [4, ''],
  [5, ''],
  [6, []],
  [7, null],
  [8, null],
  [14, null],
  [17, null],
  [18, null],
]
const ofActor: typeof ofSubscriber = [
  [12, ''],
  [13, ''],
  [14, null],
]

/** The contacts that the relation was addressed with. */
const ADDRESSED = [17, 18]

/** The person's values where it is their relation, the actor's where they made it, and any contact of theirs. */
function scrubRelation(relation: readonly unknown[], { personIds, contacts }: Erased): unknown[] {
  const addressed = ADDRESSED.filter((place) => contacts.has(String(relation[place])))
  const empty = new Map<number, unknown>([
    ...(personIds.has(String(relation[SUBSCRIBER])) ? ofSubscriber : []),
    ...(personIds.has(String(relation[ACTOR])) ? ofActor : []),
    ...addressed.map((place) => [place, null] as const),
  ])
  return relation.map((value, place) => (empty.has(place) ? empty.get(place) : value))
}

const emptyEvent: Json = {
  name: '',
  location: '',
  details: '',
  url: '',
  quickLinks: [],
  categories: '',
  reference: '',
  referenceType: '',
  alert: '',
  alert2: '',
  recurrence: '',
  exceptions: [],
}

/** A private event, or one that they made and that nobody still has: what others have is theirs too, and stays. */
function scrubEvent(payload: Json, { personIds, isGone }: Erased): Json {
  const parts = payload.event as Json[]
  const { ownerId, creatorId }: Json = Object.assign({}, ...parts)
  if (!personIds.has(String(ownerId)) && !(isGone && personIds.has(String(creatorId)))) return payload
  return { ...payload, event: parts.map((part) => emptied(part, (name) => emptyEvent[name] ?? part[name])) }
}

const keptOfSubscriber = ['id', 'publisherId', 'state', 'subscribedAt']
const emptyObjects = ['location', 'custom']

function scrubSubscriber(payload: Json): Json {
  const empty = (name: string) => (emptyObjects.includes(name) ? '{}' : '')
  const parts = payload.subscriber as Json[]
  const { reason, welcomeEventId } = payload.about as Json
  return {
    ...payload,
    subscriber: parts.map((part) =>
      emptied(part, (name) => (keptOfSubscriber.includes(name) ? part[name] : empty(name))),
    ),
    emailVerified: 0,
    calendars: [],
    // What stands there beside is said of the person: the application that they named.
    about: {
      ...(reason === undefined ? {} : { reason }),
      ...(welcomeEventId === undefined ? {} : { welcomeEventId }),
    },
  }
}

function emptied(part: Json, valueFor: (name: string) => unknown): Json {
  return Object.fromEntries(Object.keys(part).map((name) => [name, valueFor(name)]))
}
