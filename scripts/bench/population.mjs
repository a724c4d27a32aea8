// A publisher with many subscribers, put straight into the local database: signing up 100,000 people takes an hour.
import { createHash } from 'node:crypto'
import { seal } from '../../src/platform/sealed.ts'

const sha256 = (text) => createHash('sha256').update(text).digest('hex')

/** Rows that one statement brings as a parameter. */
const AT_ONCE = 5_000

export const CALENDAR = 'c0000000000000000000ffff'

const hex = (n, digits) => n.toString(16).padStart(digits, '0')

/** The n-th subscriber: the id, the feed's path, and a token for apps. */
export const person = (n) => ({
  ecalId: `5b${hex(n, 22)}`,
  feedPath: `/ecal-sub/${hex(n, 32)}/calendar.ics`,
  token: hex(n, 40),
})

const eventColumns = `id, publisher_id, calendar_id, owner_id, name, location, all_day, start_date, start_time, end_date,
  end_time, timezone, end_timezone, end_date_given, end_time_given, starts_at, ends_at, details, status, show_as,
  created_at, modified_at`

/** SQL of the people's tables, over `j` with the number, the hash of the address and that of the token. */
const personTables = (now) => {
  const n = "j.value ->> '$.n'"
  const id = `printf('5b%022x', ${n})`
  const own = `printf('ca%022x', ${n})`
  const email = `'reader-' || (${n}) || '@example.com'`
  const from = 'FROM json_each(?1) j'
  return [
    `INSERT INTO subscribers (id, publisher_id, state, email, widget_id, application, ics_filename, total_activity,
       subscribed_at, last_active_at, created_at, modified_at)
     SELECT ${id}, 1, 'active', ${email}, 'demo-widget', 'other', 'Bench', 1, ${now}, ${now}, ${now}, ${now} ${from}`,
    `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, signed_up_with, created_at)
     SELECT 1, 'email', ${email}, ${id}, 1, ${now} ${from}`,
    `INSERT INTO calendars (id, publisher_id, kind, owner_id, name, timezone, created_at, modified_at)
     SELECT ${own}, 1, 'private', ${id}, ${id} || '_private', 'Australia/Melbourne', ${now}, ${now} ${from}`,
    `INSERT INTO follows (publisher_id, subscriber_id, calendar_id, permission, followed_at)
     SELECT 1, ${id}, ${own}, 'subscribed_read', ${now} ${from}`,
    `INSERT INTO follows (publisher_id, subscriber_id, calendar_id, permission, followed_at)
     SELECT 1, ${id}, '${CALENDAR}', 'subscribed_read', ${now} ${from}`,
    `INSERT INTO feed_addresses (address_hash, publisher_id, subscriber_id, state, address_sealed, created_at, changed_at)
     SELECT j.value ->> '$.address', 1, ${id}, 'live', j.value ->> '$.sealed', ${now}, ${now} ${from}`,
    `INSERT INTO user_tokens (id, publisher_id, subscriber_id, token_hash, created_at)
     SELECT ${id}, 1, ${id}, j.value ->> '$.token', ${now} ${from}`,
    `INSERT INTO events (${eventColumns})
     SELECT printf('e1%022x', ${n}), 1, ${own}, ${id}, 'Payment Due', '', 1, '2030-05-01', '', '2030-05-01', '',
       'Australia/Melbourne', 'Australia/Melbourne', 0, 0, 1903874400000, 1903960800000, '$120.00', 'confirmed', 'free',
       ${now}, ${now} ${from}`,
    `INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at)
     SELECT ${own}, printf('e1%022x', ${n}), 1, ${now} ${from}`,
    ...log('calendar', own, 'event.created', `printf('e1%022x', ${n})`, now, from),
    ...log('subscriber', id, 'subscriber.subscribed', id, now, from),
  ]
}

/** What a write leaves in the log; its trigger sets the revision. */
const log = (kind, id, op, entity, now, from) => [
  `INSERT INTO changes (publisher_id, stream, op, entity_id, actor, at, dispatched)
   SELECT 1, '${kind}:' || ${id}, '${op}', ${entity}, 'bench', ${now}, 1 ${from}`,
]

/** Puts people there, each with a private event, a feed and a token, all following one calendar of so many events. */
export async function populate(db, encryptionKey, { subscribers, events }) {
  const now = Date.now() - 60_000
  const numbers = (count, row) => Array.from({ length: count }, (_, n) => row(n))
  await db
    .prepare(
      `INSERT INTO calendars (id, publisher_id, kind, name, timezone, created_at, modified_at)
       VALUES ('${CALENDAR}', 1, 'public', 'Bench', 'Australia/Melbourne', ${now}, ${now})`,
    )
    .run()
  const id = "printf('e0%022x', j.value)"
  const from = 'FROM json_each(?1) j'
  const day = "printf('203%d-%02d-%02d', j.value % 10, 1 + j.value % 12, 1 + j.value % 28)"
  const start = `(unixepoch(${day}) * 1000 + 34200000)`
  const eventTables = [
    `INSERT INTO events (${eventColumns})
     SELECT ${id}, 1, '${CALENDAR}', '', 'Round ' || j.value || ': Tigers – Bears', 'Court ' || (j.value % 7), 0, ${day},
       '19:30', ${day}, '21:00', 'Australia/Melbourne', 'Australia/Melbourne', 0, 1, ${start}, ${start} + 5400000,
       'Doors open one hour earlier. https://tickets.example.com/' || j.value, 'confirmed', 'busy', ${now}, ${now} ${from}`,
    `INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at)
     SELECT '${CALENDAR}', ${id}, 1, ${now} ${from}`,
    ...log('calendar', `'${CALENDAR}'`, 'event.created', id, now, from),
  ]
  const fill = async (rows, statements) => {
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      const part = JSON.stringify(rows.slice(at, at + AT_ONCE))
      await db.batch(statements.map((sql) => db.prepare(sql).bind(part)))
    }
  }
  await fill(
    numbers(events, (n) => n),
    eventTables,
  )
  const rowOf = async (n) => {
    const { feedPath, token } = person(n)
    const secret = feedPath.split('/')[2]
    const address = sha256(secret)
    return { n, address, sealed: await seal(encryptionKey, secret, address), token: sha256(token) }
  }
  await fill(await Promise.all(numbers(subscribers, rowOf)), personTables(now))
}
