import { z } from '@hono/zod-openapi'
import { characters } from '../../domain/fields'

/** Values of this dialect's bodies: a wrong type is refused, never read as another (`event-subscriptions.md` 1). */

/** A text of at most so many characters, kept as it came. */
export const text = (max: number) =>
  z
    .string({ error: (issue) => (issue.input === undefined ? 'Is required.' : 'Must be a string.') })
    .refine((value) => value.isWellFormed() && !value.includes('\0'), {
      error: 'Must be well-formed Unicode without U+0000.',
      abort: true,
    })
    .refine((value) => characters(value) <= max, { error: `Must not have more than ${max} characters.` })

export const boolean = z.boolean({ error: 'Must be true or false.' })

const permissions = ['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write'] as const
const rsvpStatuses = ['not_replied', 'attending', 'not_attending'] as const

const wordsOf = (words: readonly string[]) => `Must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}.`

export const oneOf = <const W extends readonly [string, ...string[]]>(words: W) =>
  z.enum(words, { error: wordsOf(words) })

export const permission = oneOf(permissions)
export const permissionOrMember = z.enum([...permissions, 'member_read', 'member_write'], {
  error: wordsOf(permissions),
})
export const rsvpStatus = oneOf(rsvpStatuses)

const id = z.string({ error: 'Must be a string.' })

/** The person of a body: by `id`, or `user_id` which is the same. */
export const subscriberIds = { id: id.nullish(), user_id: id.nullish() }

type Ids = { id?: string | null | undefined; user_id?: string | null | undefined }

export const haveOneId = ({ id, user_id: userId }: Ids) =>
  id === undefined || id === null || userId === undefined || userId === null || id === userId

export const differingIds = { error: 'Must be the same as id.', path: ['user_id'] }

export const newSubscription = z
  .object({
    event_id: z.string({
      error: (issue) => (issue.input === undefined ? 'Is required.' : 'Must be a string.'),
    }),
    subscriber: z
      .object(
        {
          ...subscriberIds,
          email: z.string({ error: 'Must be a string.' }).nullish(),
          phone_number: z.string({ error: 'Must be a string.' }).nullish(),
          phonenumber: z.string({ error: 'Must be a string.' }).nullish(),
          first_name: text(100).optional(),
          last_name: text(100).optional(),
        },
        { error: (issue) => (issue.input === undefined ? 'Is required.' : 'Must be an object.') },
      )
      .refine(haveOneId, differingIds)
      .refine((s) => (s.id ?? s.user_id ?? s.email ?? s.phone_number ?? s.phonenumber ?? null) !== null, {
        error: 'Must have an id, an email or a phone_number.',
      })
      .refine(
        ({ phone_number: a, phonenumber: b }) =>
          a === undefined || a === null || b === undefined || b === null || a === b,
        { error: 'Must be the same as phone_number.', path: ['phonenumber'] },
      ),
    is_invitation: boolean.optional(),
    permission: oneOf(['invited_read', 'invited_write']).optional(),
    message: text(2_000).nullish(),
    rsvp_status: rsvpStatus.nullish(),
  })
  .openapi('NewEventSubscription', {
    example: {
      event_id: '665f1c2ab9d0c1e2f3a4b5c6',
      subscriber: { phone_number: '+31612345678', first_name: 'Ella', last_name: 'Bartledan' },
      is_invitation: true,
      permission: 'invited_read',
      message: 'Are you coming to the end of the universe?',
    },
  })

export const replacedSubscription = z
  .object({
    event_id: z.string({
      error: (issue) => (issue.input === undefined ? 'Is required.' : 'Must be a string.'),
    }),
    subscriber: z
      .object(subscriberIds, {
        error: (issue) => (issue.input === undefined ? 'Is required.' : 'Must be an object.'),
      })
      .refine(haveOneId, differingIds)
      .refine((s) => (s.id ?? s.user_id ?? null) !== null, { error: 'Is required.', path: ['id'] }),
    is_invitation: boolean.optional(),
    permission: permission.optional(),
    message: text(2_000).nullish(),
    rsvp_status: rsvpStatus.nullish(),
  })
  .openapi('WholeEventSubscription', {
    example: {
      event_id: '665f1c2ab9d0c1e2f3a4b5c6',
      subscriber: { id: '652375ab635fd36a5e6695fb' },
      is_invitation: true,
      permission: 'invited_read',
    },
  })

const patchable = {
  permission: permissionOrMember.optional(),
  rsvp_status: rsvpStatus.optional(),
  is_invitation: boolean.optional(),
}

/** What a PATCH may have, for the reference; the whole of its rules follows. */
export const patchShape = z
  .object(patchable)
  .openapi('EventSubscriptionPatch', { example: { rsvp_status: 'attending' } })

export const patchedSubscription = z
  .object({
    ...patchable,
    message: z.undefined({ error: 'Can not be changed by PATCH.' }).optional(),
  })
  .refine(
    (body) =>
      body.permission !== undefined || body.rsvp_status !== undefined || body.is_invitation !== undefined,
    { error: 'Must have permission, rsvp_status or is_invitation.', path: [] },
  )
  .refine(
    ({ rsvp_status: rsvp, permission: wanted }) => rsvp !== 'attending' || !wanted?.startsWith('invited_'),
    { error: 'Must be acknowledged where rsvp_status is attending.', path: ['permission'] },
  )
