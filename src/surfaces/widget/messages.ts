import type { CalendarApplication } from '../../domain/sign-up/fields'
import { applicationNames } from '../../objects/application-names'
import { acceptedLanguages, pickLanguage } from './language'
import type { RefusalReason } from './refusals'

/*
 * The words of the widget and its pages, all of them. A language is added by an object of the same shape as `english` in
 * `languages`, and one in `dialog-messages.ts`; the visitor's browser says which is taken.
 */

/** How the page calls the publisher where its name wasn't looked up. */
const whoever = (publisher: string) => publisher || 'whoever sent you here'

/** How a calendar application is called, and how it is told to subscribe to an address. */
type ApplicationWords = {
  readonly label: string
  /** What its link opens, where that has another name. */
  readonly opens?: string
  readonly steps: Steps
}

type Steps = {
  /** What comes once its link was followed; '' for one that can only be given the address. */
  readonly next: string
  /** How it is given the address by hand. */
  readonly byHand: string
}

const outlookOnTheWeb: Steps = {
  next: 'Outlook opens in a new tab: give the calendar a name and save it.',
  byHand: 'If it doesn’t ask, choose “Add calendar”, then “Subscribe from web”, and paste this address.',
}

const googleByHand =
  'If it doesn’t ask, choose “Other calendars”, “+”, “From URL” on a computer, and paste this address.'

const applications: Readonly<Record<CalendarApplication, ApplicationWords>> = {
  apple: {
    label: applicationNames.apple,
    steps: {
      next: 'Apple Calendar asks whether to subscribe: confirm it.',
      byHand:
        'If nothing opens, choose “Add Subscription Calendar” in the Calendar app on an iPhone, or “New Calendar ' +
        'Subscription” in the File menu on a Mac, and paste this address.',
    },
  },
  google: {
    label: applicationNames.google,
    steps: {
      next: 'Google Calendar opens in a new tab and asks whether to add the calendar: choose “Add”.',
      byHand: googleByHand,
    },
  },
  outlook: {
    label: applicationNames.outlook,
    steps: {
      next: 'Outlook asks whether to add the calendar: choose “Yes”.',
      byHand: 'If nothing opens, choose “Add Calendar”, “From Internet”, and paste this address.',
    },
  },
  'outlook.com': { label: applicationNames['outlook.com'], steps: outlookOnTheWeb },
  hotmail: { label: applicationNames.hotmail, steps: outlookOnTheWeb },
  live: { label: applicationNames.live, steps: outlookOnTheWeb },
  office365: { label: applicationNames.office365, steps: outlookOnTheWeb },
  yahoo: {
    label: applicationNames.yahoo,
    steps: {
      next: '',
      byHand:
        'Copy this address. In Yahoo Calendar on a computer choose “Follow Other Calendars” in the Actions menu, and paste it.',
    },
  },
  android: {
    label: applicationNames.android,
    opens: 'Google Calendar',
    steps: {
      next:
        'Google Calendar asks whether to add the calendar: choose “Add”. The dates then appear in the Google Calendar app ' +
        'on your phone.',
      byHand: googleByHand,
    },
  },
  other: {
    label: applicationNames.other,
    steps: {
      next: '',
      byHand:
        'Copy this address. In your calendar app look for “Subscribe”, “Add calendar from URL” or “Internet calendar”, and paste it.',
    },
  },
}

/** What a refusal says to a person: a headline, and what to do. */
const refusals: Readonly<
  Record<RefusalReason, (publisher: string) => readonly [title: string, text: string]>
> = {
  invalid: () => ['Something isn’t right yet', 'Please correct what is marked, and try again.'],
  unsigned: (publisher) => [
    'This link isn’t good',
    `It may be old, or for another e-mail address. Please ask ${whoever(publisher)} for a new one.`,
  ],
  cancelled: () => ['This calendar has ended', 'No new calendars can be connected here.'],
  foreign_origin: () => [
    'Please confirm once more',
    'This came from another website. If it was you, pick your calendar app again.',
  ],
  forbidden: () => ['This isn’t possible', 'Please ask whoever sent you here.'],
  not_found: () => [
    'There is nothing here',
    'The link is incomplete or no longer in use. Please ask whoever sent it for a new one.',
  ],
  method: () => ['There is nothing here', 'Please open the link that led you here again.'],
  already_exists: () => ['This isn’t possible', 'Please try again.'],
  limit_reached: () => ['That is too many calendars', 'Please choose fewer calendars, and try again.'],
  idempotency_conflict: () => ['This is being done already', 'Please wait a moment, and try again.'],
  too_slow: () => ['That took too long', 'Nothing was changed. Please open the link again.'],
  too_large: () => [
    'That is too much',
    'The form is larger than what can be read here. Please open the link again.',
  ],
  media_type: () => ['This can’t be read', 'Please open the link that led you here again.'],
  too_many: () => [
    'That was too often',
    'Many calendars were connected from here just now. Please wait a minute, then pick your calendar app again.',
  ],
  internal: () => ['Something went wrong on our side', 'Nothing was changed. Please try again in a moment.'],
}

const english = {
  /** BCP 47: the language of the page, and of the dates on it. */
  language: 'en',

  formTitle: (publisher: string) =>
    publisher === '' ? 'Connect your calendar' : `Connect your calendar – ${publisher}`,
  heading: 'Put your dates in your calendar',
  emailLabel: 'E-mail',
  calendars: 'Calendars',
  calendarsAll: (count: number) => (count === 1 ? '1 chosen' : `all ${count} chosen`),
  calendarsSome: (count: number) => `some of ${count} chosen`,
  calendarsNone: 'none chosen',
  calendarsLegend: 'Which calendars do you want?',
  calendarsLimit: 'You can choose up to 50.',
  otherApplications: 'Other calendar apps',
  whatHappens: 'New and changed dates appear by themselves. You can disconnect at any time.',
  consent: (publisher: string) =>
    `By picking an app you agree that ${publisher || 'the sender of these dates'} keeps your e‑mail address for this connection.`,
  needsSignedLink: (publisher: string) =>
    `To protect your dates, ${publisher} connects calendars only through a personal link. Please open the link that they sent you.`,

  connectedTitle: (publisher: string) => `You’re connected – ${publisher}`,
  connected: 'You’re connected',
  connectedLead: (publisher: string, email: string) =>
    `The dates of ${publisher} are ready for ${email}. One step is left in your calendar app.`,
  openIn: (application: string) => `Open ${application}`,
  openHere: 'Open it in a calendar app on this device',
  addressLabel: 'Calendar address',
  addressSecret: 'This address is yours alone: whoever has it can read your dates.',
  welcomeLabel: 'The first entry in your calendar',
  welcomeAllDay: 'All day',
  alsoIn: 'Also in',
  onAPhone: 'Continue on a phone',
  onAPhoneHow: 'Point the phone’s camera at the code: it opens the same calendar there.',
  onAPhoneCode: 'QR code of your calendar link',

  alreadyTitle: (publisher: string) => `Already connected – ${publisher}`,
  already: 'This address is connected already',
  alreadyLead: (publisher: string, email: string) =>
    `A calendar of ${email} is connected to ${publisher}. So that nobody else can read it, its link isn’t shown here.`,
  alreadyNext: (publisher: string) => `${publisher} can send you the link again. Please ask them for it.`,
  alreadyOther: 'Isn’t this your address? Then go back and enter another one.',

  applications,
  refusals,
  /** What a link without a needed parameter says. */
  incompleteLink: ['This link is incomplete', 'Please ask whoever sent it for a new one.'] as readonly [
    title: string,
    text: string,
  ],

  /** What is wrong with a field, told to a person. `message` is the field's own. */
  fieldMessage(field: string, message: string): string {
    switch (field.split('.')[0]) {
      case 'email':
        return message.startsWith('Must not have more')
          ? message
          : 'Please enter your e-mail address, such as ann@example.com.'
      case 'application':
        return 'Please pick a calendar app.'
      case 'calendarIds':
        return message.startsWith('Must not have more')
          ? 'Please choose at most 50 calendars.'
          : 'One of these calendars is no longer there. Please choose again.'
      default:
        return `The link that led here isn’t right (${field}: ${message}) Please ask for a new one.`
    }
  },
}

export type Words = typeof english

const languages: Readonly<Record<'en', Words>> = { en: english }

/** The words for a visitor, by the `Accept-Language` of the request. */
export function wordsFor(acceptLanguage: string | undefined): Words {
  const known = Object.keys(languages) as (keyof typeof languages)[]
  return languages[pickLanguage(acceptedLanguages(acceptLanguage ?? ''), known)]
}
