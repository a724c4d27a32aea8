import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Contact } from '../../changes'
import { confirmCode, requestCode } from '../../domain/contacts/requests'
import { toContact } from '../../domain/contacts/values'
import { DomainError } from '../../domain/errors'
import { type PersonProfile, readPerson, renamePerson } from '../../domain/subscribers/person'
import { wireInstant } from '../../objects/instant'
import { timelineOf } from '../../timeline'
import { authenticated } from './authenticate'
import { jsonBody, parseBody, readsJson } from './bodies'
import { answerItems, eventsErrors } from './envelope'
import type { EventsApp, EventsEnv } from './environment'
import { addRoute } from './routes'
import { text } from './subscription-fields'
import { listOf } from './wire'

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
  .openapi('Person', {
    example: {
      id: '652375ab635fd36a5e6695fb',
      user_id: '652375ab635fd36a5e6695fb',
      first_name: 'Ella',
      last_name: 'Bartledan',
      photo: null,
      email: 'ella@example.com',
      phone_number: null,
      phonenumber: null,
      contacts: [{ email: 'ella@example.com', phone_number: null, verified: true }],
      service_ids: ['12279'],
    },
  })

const requestedSchema = z
  .object({ ...contactFields, verified: z.boolean(), expires: z.string().optional() })
  .openapi('ContactRequest', {
    example: {
      email: null,
      phone_number: '+31612345678',
      verified: false,
      expires: '2042-02-12T15:29:21.000000Z',
    },
  })

const ofPerson = { 200: listOf(personSchema, 'The person'), ...eventsErrors }

const names = z
  .object({ first_name: text(100).optional(), last_name: text(100).optional() })
  .refine((body) => body.first_name !== undefined || body.last_name !== undefined, {
    error: 'Must have first_name or last_name.',
  })
  .openapi('PersonNames', { example: { first_name: 'Ella' } })

const wire = z.string({ error: 'Must be a string.' }).nullish()
const contact = { email: wire, phone_number: wire, phonenumber: wire }

const code = z
  .string({ error: (issue) => (issue.input === undefined ? 'Is required.' : 'Must be a string.') })
  .regex(/^\d{6}$/, { error: 'Must have six digits.' })

const oneContact = z.object(contact).openapi('Contact', { example: { phone_number: '+31612345678' } })
const proof = z
  .object({ ...contact, code })
  .openapi('ContactProof', { example: { phone_number: '+31612345678', code: '042137' } })

const read = {
  method: 'get',
  path: '/persons/me',
  operationId: 'readMe',
  tags,
  summary: 'Read the person whose token this is',
  before: [authenticated('Service.read', true)],
  responses: ofPerson,
} as const

const patch = {
  method: 'patch',
  path: '/persons/me',
  operationId: 'renameMe',
  tags,
  summary: 'Change the names of the person',
  before: [authenticated('Service.write', true), readsJson],
  request: { body: jsonBody(names) },
  responses: ofPerson,
} as const

const request = {
  method: 'post',
  path: '/persons/me/contacts',
  operationId: 'requestContactCode',
  tags,
  summary: 'Ask for a code that proves an e-mail address or phone number',
  before: [authenticated('Service.write', true), readsJson],
  request: { body: jsonBody(oneContact) },
  responses: {
    200: listOf(requestedSchema, 'Verified already'),
    202: listOf(requestedSchema, 'A code is on its way'),
    ...eventsErrors,
  },
} as const

const confirm = {
  method: 'post',
  path: '/persons/me/contacts/confirm',
  operationId: 'confirmContact',
  tags,
  summary: 'Prove an e-mail address or phone number by its code',
  before: [authenticated('Service.write', true), readsJson],
  request: { body: jsonBody(proof) },
  responses: ofPerson,
} as const

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
    const wanted = contactOf(c, parseBody(oneContact, c.var.body))
    const requested = await requestCode(c.var.context, meOf(c), wanted)
    if (requested === null) return answerItems(c, [{ ...wireContact(wanted), verified: true }], {})
    const expires = wireInstant(requested.expiresAt)
    return answerItems(c, [{ ...wireContact(wanted), verified: false, expires }], {}, 202)
  })

  addRoute(app, confirm, async (c) => {
    const body = parseBody(proof, c.var.body)
    const { context, tokenHash, viewer } = c.var
    const mergedIds = await confirmCode(context, meOf(c), tokenHash, contactOf(c, body), body.code)
    const syncToken = await timelineOf(c.env, viewer).syncToken(viewer)
    return answerPerson(c, { sync_token: syncToken, merged_ids: mergedIds })
  })
}
