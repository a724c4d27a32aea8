import { z } from '@hono/zod-openapi'
import type { Publisher } from '../../../domain/context'
import { calendarLinks } from '../../../domain/feeds/links'
import type { ApplicationRow, SubscriberRow, SubscriberView } from '../../../domain/subscribers/subscribers'
import { calendarLabel, locationObject } from '../../../objects/subscriber'
import { isoWithOffset } from '../../../platform/time-zone'
import { subscriberExample } from './subscriber-example'

const applicationSchema = z.object({
  name: z.string(),
  ip: z.string(),
  fingerprint: z.string(),
  os: z.string(),
  device: z.string(),
})

const locationSchema = z.object({
  city_name: z.string(),
  country_name: z.string(),
  country_code: z.string(),
  state_name: z.string(),
  state_code: z.string(),
  timezone: z.string(),
  zip_code: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
})

/** The subscriber object (`publisher-api.md` 5.1), in the order of the source's example. */
export const subscriberSchema = z
  .object({
    id: z.string(),
    publisherId: z.number().int(),
    publisherOrgId: z.number().int(),
    subscriptionWidgetId: z.string(),
    standardWidgetId: z.string(),
    email: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    age_group: z.string(),
    name: z.string(),
    applications: z.array(applicationSchema),
    data: z.object({
      application: z.string(),
      calIds: z.array(z.string()),
      calNames: z.array(z.string()),
      eventIds: z.array(z.string()),
      tags: z.array(z.string()),
      privateCalIds: z.array(z.string()),
      privateEventIds: z.array(z.string()),
      mobileFull: z.string(),
      ip: z.string(),
      os: z.string(),
      device: z.string(),
    }),
    location: locationSchema,
    custom_fields: z.array(z.object({ name: z.string(), value: z.unknown() })),
    appName: z.string(),
    category: z.string(),
    country: z.string(),
    device: z.string(),
    fingerprint: z.string(),
    gender: z.string(),
    icsFilename: z.string(),
    ip: z.string(),
    mobile: z.string(),
    os: z.string(),
    source: z.string(),
    zip: z.string(),
    logged: z.string(),
    created: z.string(),
    modified: z.string(),
    optin: z.boolean(),
    optin_id: z.number().int(),
    secondary_optin_id: z.number().int(),
    secondary_optin: z.boolean(),
    optin3_id: z.number().int(),
    optin3: z.boolean(),
    optin4_id: z.number().int(),
    optin4: z.boolean(),
    requiredAge: z.number().int(),
    dob: z.string(),
    parentConsentAge: z.number().int(),
    parentConsentOn: z.string(),
    parentEmail: z.string(),
    selectedAppcalTypes: z.array(z.string()),
    reference: z.string(),
    totalActivity: z.number().int(),
    lastActive: z.string(),
    calendarUrl: z.object({
      webCalUrl: z.string(),
      appleCalUrl: z.string(),
      webCalUrlNoIcs: z.string(),
      httpCalUrl: z.string(),
      httpsCalUrl: z.string(),
      googleUrl: z.string(),
      outlookcomUrl: z.string(),
    }),
    IsActive: z.boolean(),
    emailVerified: z.boolean(),
  })
  .openapi('Subscriber', { example: subscriberExample })

export type SubscriberAnswer = z.infer<typeof subscriberSchema>

const iso = (instant: number) => new Date(instant).toISOString()

function applicationAnswer({ name, ip, fingerprint, os, device }: ApplicationRow) {
  return { name, ip, fingerprint, os, device }
}

/** What stands under `data`. */
function dataAnswer(view: SubscriberView): SubscriberAnswer['data'] {
  const { subscriber, calendars } = view
  const tags: string[] = JSON.parse(subscriber.tags)
  return {
    application: subscriber.application,
    calIds: calendars.map((calendar) => calendar.id),
    calNames: calendars.map(calendarLabel),
    eventIds: [...view.eventIds],
    tags: tags.length === 0 ? [''] : tags,
    privateCalIds: calendars.filter((calendar) => calendar.isPrivate).map((calendar) => calendar.id),
    privateEventIds: [...view.privateEventIds],
    mobileFull: subscriber.mobileE164,
    ip: subscriber.ip,
    os: subscriber.os,
    device: subscriber.device,
  }
}

/** The answer for a subscriber; `origin` is this deployment's, for the links. */
export function subscriberAnswer(
  view: SubscriberView,
  publisher: Publisher,
  origin: string,
): SubscriberAnswer {
  const { subscriber } = view
  const location = locationObject(subscriber.location)
  const applications = view.applications.map(applicationAnswer)
  return {
    id: subscriber.id,
    publisherId: publisher.id,
    publisherOrgId: publisher.orgId,
    subscriptionWidgetId: subscriber.widgetId,
    standardWidgetId: '',
    email: subscriber.email,
    first_name: subscriber.firstName,
    last_name: subscriber.lastName,
    age_group: subscriber.ageGroup,
    name: subscriber.name,
    applications,
    data: dataAnswer(view),
    location,
    custom_fields: customFields(subscriber),
    appName: 'ECAL',
    category: subscriber.device,
    country: location.country_code,
    device: subscriber.device,
    fingerprint: subscriber.fingerprint,
    gender: subscriber.gender,
    icsFilename: subscriber.icsFilename,
    ip: subscriber.ip,
    mobile: subscriber.mobile,
    os: subscriber.os,
    source: subscriber.source,
    zip: subscriber.zip || location.zip_code,
    logged: iso(subscriber.subscribedAt),
    created: iso(subscriber.subscribedAt),
    modified: isoWithOffset(subscriber.modifiedAt, publisher.timezone),
    optin: subscriber.optin,
    optin_id: 0,
    secondary_optin_id: 0,
    secondary_optin: subscriber.secondaryOptin,
    optin3_id: 0,
    optin3: subscriber.optin3,
    optin4_id: 0,
    optin4: subscriber.optin4,
    requiredAge: 0,
    dob: subscriber.dob,
    parentConsentAge: 0,
    parentConsentOn: subscriber.parentConsentOn,
    parentEmail: subscriber.parentEmail,
    selectedAppcalTypes: applications.map((application) => application.name),
    reference: subscriber.reference,
    totalActivity: subscriber.totalActivity,
    lastActive: iso(subscriber.lastActiveAt),
    calendarUrl: calendarLinks(origin, view.feedAddress, subscriber.icsFilename),
    IsActive: true,
    emailVerified: view.emailVerified,
  }
}

function customFields({ custom }: SubscriberRow): { name: string; value: unknown }[] {
  return Object.entries(JSON.parse(custom) as Record<string, unknown>).map(([name, value]) => ({
    name,
    value,
  }))
}
