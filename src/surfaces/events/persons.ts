import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Contact } from '../../changes'
import { confirmCode, requestCode } from '../../domain/contact-requests'
import { toContact } from '../../domain/contact-values'
import { DomainError } from '../../domain/errors'
import { type PersonProfile, readPerson, renamePerson } from '../../domain/person-profile'
import { wireInstant } from '../../objects/instant'
import { timelineOf } from '../../timeline'
import { authenticated } from './authenticate'
import { parseBody, readsJson } from './bodies'
import { answerItems, eventsErrors } from './envelope'
import type { EventsApp, EventsEnv } from './environment'
import { addRoute } from './routes'
import { text } from './subscription-fields'

const tags = ['Persons']

const contactFields = { email: z.string().nullable(), phone_number: z.string().nullable() }

const personSchema = z
  .object({
    id: z.string(),
    user_id: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    photo: z.null(),
    ...contactFields,
    phonenumber: z.string().nullable(),
    contacts: z.array(z.object({ ...contactFields, verified: z.boolean() })),
    service_ids: z.array(z.string()),
  })
  .openapi('Person')

const requestedSchema = z
  .object({ ...contactFields, verified: z.boolean(), expires: z.string().optional() })
  .openapi('ContactRequest')

const answerOf = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema: z.object({ data: z.array(schema), meta_data: z.object({}) }) } },
})

const ofPerson = { 200: answerOf(personSchema, 'The person'), ...eventsErrors }

const read = {
  method: 'get',
  path: '/persons/me',
  tags,
  summary: 'Read the person whose token this is',
  before: [authenticated('Service.read', true)],
  responses: ofPerson,
} as const

const patch = {
  method: 'patch',
  path: '/persons/me',
  tags,
  summary: 'Change the names of the person',
  before: [authenticated('Service.write', true), readsJson],
  responses: ofPerson,
} as const

const request = {
  method: 'post',
  path: '/persons/me/contacts',
  tags,
  summary: 'Ask for a code that proves an e-mail address or phone number',
  before: [authenticated('Service.write', true), readsJson],
  responses: {
    200: answerOf(requestedSchema, 'Verified already'),
    202: answerOf(requestedSchema, 'A code is on its way'),
    ...eventsErrors,
  },
} as const

const confirm = {
  method: 'post',
  path: '/persons/me/contacts/confirm',
  tags,
  summary: 'Prove an e-mail address or phone number by its code',
  before: [authenticated('Service.write', true), readsJson],
  responses: ofPerson,
} as const

const names = z
  .object({ first_name: text(100).optional(), last_name: text(100).optional() })
  .refine((body) => body.first_name !== undefined || body.last_name !== undefined, {
    error: 'Must have first_name or last_name.',
  })

const wire = z.string({ error: 'Must be a string.' }).nullish()
const contact = { email: wire, phone_number: wire, phonenumber: wire }

const code = z
  .string({ error: (issue) => (issue.input === undefined ? 'Is required.' : 'Must be a string.') })
  .regex(/^\d{6}$/, { error: 'Must have six digits.' })

type WireContact = z.output<z.ZodObject<typeof contact>>

/** The one contact of a body. @throws DomainError `invalid` */
function contactOf(c: Context<EventsEnv>, body: WireContact): Contact {
  const email = body.email ?? null
  const phone = body.phone_number ?? body.phonenumber ?? null
  if (email !== null && phone !== null) {
    throw new DomainError('invalid', [
      { field: 'phone_number', message: 'Must be left out beside an email.' },
    ])
  }
  return toContact({ email, phone }, c.var.context.publisher.defaultRegion)
}

const wireContact = ({ kind, value }: Contact) => ({
  email: kind === 'email' ? value : null,
  phone_number: kind === 'phone' ? value : null,
})

function wirePerson(person: PersonProfile, publisherId: number): z.infer<typeof personSchema> {
  const { id, firstName, lastName, email, phone, contacts } = person
  return {
    id,
    user_id: id,
    first_name: firstName,
    last_name: lastName,
    photo: null,
    email,
    phone_number: phone,
    phonenumber: phone,
    contacts: contacts.map(({ verified, ...each }) => ({ ...wireContact(each), verified })),
    service_ids: [String(publisherId)],
  }
}

/** The person who calls. @throws DomainError `forbidden` for a service, which these paths are not for */
function meOf(c: Context<EventsEnv>): string {
  const { acting } = c.var.context
  if (acting.kind === 'service') throw new DomainError('forbidden')
  return acting.id
}

async function answerPerson(c: Context<EventsEnv>, meta: Record<string, unknown> = {}): Promise<Response> {
  const { context } = c.var
  return answerItems(c, [wirePerson(await readPerson(context, meOf(c)), context.publisher.id)], meta)
}

/** The person and their contacts (`event-subscriptions.md` 8). */
export function registerPersons(app: EventsApp): void {
  addRoute(app, read, (c) => answerPerson(c))

  addRoute(app, patch, async (c) => {
    const wanted = parseBody(names, c.var.body)
    await renamePerson(c.var.context, meOf(c), { firstName: wanted.first_name, lastName: wanted.last_name })
    return answerPerson(c)
  })

  addRoute(app, request, async (c) => {
    const wanted = contactOf(c, parseBody(z.object(contact), c.var.body))
    const requested = await requestCode(c.var.context, meOf(c), wanted)
    if (requested === null) return answerItems(c, [{ ...wireContact(wanted), verified: true }], {})
    const expires = wireInstant(requested.expiresAt)
    return answerItems(c, [{ ...wireContact(wanted), verified: false, expires }], {}, 202)
  })

  addRoute(app, confirm, async (c) => {
    const body = parseBody(z.object({ ...contact, code }), c.var.body)
    const { context, tokenHash, viewer } = c.var
    const mergedIds = await confirmCode(context, meOf(c), tokenHash, contactOf(c, body), body.code)
    const syncToken = await timelineOf(c.env, viewer).syncToken(viewer)
    return answerPerson(c, { sync_token: syncToken, merged_ids: mergedIds })
  })
}
