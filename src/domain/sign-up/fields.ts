import { z } from 'zod'
import { flag, oneLine } from '../fields'

/** The calendar applications that a person may pick (`widget-and-feeds.md` 2). */
export const calendarApplications = [
  'apple',
  'google',
  'outlook.com',
  'outlook',
  'hotmail',
  'live',
  'office365',
  'yahoo',
  'android',
  'other',
] as const

export type CalendarApplication = (typeof calendarApplications)[number]

const profileText = oneLine(250).optional()

const CUSTOM_BYTES = 4096

function jsonBytes(value: unknown): number {
  try {
    return new TextEncoder().encode(JSON.stringify(value)).length
  } catch {
    // Nested deeper than the stack: then it is large, too.
    return Number.POSITIVE_INFINITY
  }
}

/** What a person, or the page that embeds the widget, says at sign-up. */
export const signUpFields = z.object({
  email: oneLine(254).refine((value) => /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(value), {
    error: 'Please enter an e-mail address.',
  }),
  application: oneLine(20)
    .transform((value) => value.toLowerCase())
    .pipe(z.enum(calendarApplications, { error: 'Please pick a calendar app.' })),
  calendarIds: z.array(oneLine(24)).max(50, 'Must not have more than 50 calendars.').optional(),
  calendar_reference: oneLine(2000).optional(),
  category: oneLine(500).optional(),
  data: z
    .record(z.string(), z.unknown(), { error: 'Must be an object.' })
    .refine((value) => jsonBytes(value) <= CUSTOM_BYTES, {
      error: `Must not be larger than ${CUSTOM_BYTES} bytes.`,
    })
    .optional(),
  first_name: profileText,
  last_name: profileText,
  name: profileText,
  gender: profileText,
  age_group: profileText,
  dob: profileText,
  zip: profileText,
  mobileNumber: profileText,
  parentEmail: profileText,
  parentConsentOn: profileText,
  tags: z.array(oneLine(64)).max(20, 'Must not have more than 20 tags.').optional(),
  optin: flag.optional(),
  secondary_optin: flag.optional(),
  optin3: flag.optional(),
  optin4: flag.optional(),
  subscriber_reference: oneLine(128).optional(),
  referringPage: oneLine(2000).optional(),
})

export type SignUpFields = z.infer<typeof signUpFields>
