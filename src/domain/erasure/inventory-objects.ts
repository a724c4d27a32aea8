import { names, type TableFate } from './inventory'

/** What the Durable Objects of each class keep: SQL tables with their columns, and single keys. */
export const objectFates: Readonly<
  Record<string, { readonly tables: Readonly<Record<string, TableFate>>; readonly keys: readonly string[] }>
> = {
  // A person's own is emptied; those of others are asked to take up that the person has gone.
  SubscriberTimeline: {
    tables: {
      meta: { deleted: names('name value') },
      items: {
        emptied: names('json event rsvp calendars'),
        kept: names('id event_id subscriber_id own token removed created event_created'),
      },
      staged: {
        deleted: names('id event_id subscriber_id own place created rsvp json event event_created calendars'),
      },
      contact_posts: { deleted: names('at') },
      scope: { deleted: names('kind id') },
    },
    keys: [],
  },
  // The endpoint's id: messages and their bodies are read of D1 at each attempt.
  WebhookEndpoint: { tables: {}, keys: ['endpoint', 'database'] },
  // A publisher's; what was seen of a person's apps goes.
  UsageLedger: {
    tables: {
      hours: { never: names('hour feeds unchanged syncs') },
      persons: { deleted: names('id seen_at feed_at feed_app sync_at sync_app') },
    },
    keys: [],
  },
  // A client's window.
  RateLimiter: { tables: {}, keys: ['window'] },
  // Ids of erased persons, and how far restores have jumped, for after a restore.
  ErasureRegister: {
    tables: {
      erased: { kept: names('subscriber_id publisher_id erased_at') },
      jumps: { never: names('database seq life') },
    },
    keys: [],
  },
}
