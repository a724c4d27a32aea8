// What no surface shows: that state, log, revisions and books were committed together. Reads the file of the local D1
// while no server runs.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Each finds rows that must not be. */
const faults = {
  'a change waits to be dispatched': 'SELECT seq, op, stream FROM changes WHERE dispatched = 0',
  'a delivery is not delivered': `SELECT message_id, status FROM webhook_deliveries WHERE status <> 'delivered'`,
  'an event without its creation in the log': `SELECT id, name FROM events e WHERE NOT EXISTS
    (SELECT 1 FROM changes c WHERE c.entity_id = e.id AND c.op = 'event.created')`,
  'an event deleted without the log, or the other way round': `SELECT id, name, deleted_at FROM events e
    WHERE (deleted_at IS NOT NULL) <>
      EXISTS (SELECT 1 FROM changes c WHERE c.entity_id = e.id AND c.op = 'event.deleted')`,
  'a calendar whose revision is not the last of its stream': `SELECT id, name, revision FROM calendars k
    WHERE revision <> coalesce((SELECT max(seq) FROM changes c WHERE c.stream = 'calendar:' || k.id), 0)`,
  'a calendar that counts its events wrong': `SELECT id, name, event_count, text_bytes FROM calendars k
    WHERE (event_count, text_bytes) <> (SELECT count(*), coalesce(sum(text_size), 0) FROM calendar_events x
      JOIN events e ON e.id = x.event_id WHERE x.calendar_id = k.id AND e.deleted_at IS NULL)`,
  'a subscriber whose revision is not the last of its stream': `SELECT id, revision FROM subscribers s
    WHERE revision <> coalesce((SELECT max(seq) FROM changes c WHERE c.stream = 'subscriber:' || s.id
      AND c.op NOT IN ('subscriber.link_requested', 'contact.requested')), 0) AND s.publisher_id = 1
      AND EXISTS (SELECT 1 FROM changes c WHERE c.stream = 'subscriber:' || s.id)`,
  'a subscriber without a private calendar followed': `SELECT id, email FROM subscribers s
    WHERE state = 'active' AND widget_id <> '' AND NOT EXISTS (SELECT 1 FROM calendars k
      JOIN follows f ON f.calendar_id = k.id AND f.subscriber_id = s.id WHERE k.owner_id = s.id)`,
  'a relation that the streams of event and person tell differently': `SELECT r.event_id, r.subscriber_id
    FROM relations r WHERE NOT EXISTS (SELECT 1 FROM changes c WHERE c.stream = 'event:' || r.event_id)
      OR NOT EXISTS (SELECT 1 FROM changes c WHERE c.stream = 'subscriber:' || r.subscriber_id)`,
  'a company with other entries of its directory than people of its data hub': `SELECT publisher_id FROM companies c
    WHERE (SELECT count(*) FROM directory d WHERE d.publisher_id = c.publisher_id)
      <> (SELECT count(*) FROM connec_map m WHERE m.publisher_id = c.publisher_id AND m.entity = 'people')`,
  'a company with other events than its data hub': `SELECT publisher_id FROM companies c
    WHERE (SELECT count(*) FROM events e WHERE e.publisher_id = c.publisher_id)
      <> (SELECT count(*) FROM connec_map m WHERE m.publisher_id = c.publisher_id AND m.entity = 'events')`,
  'a schedule without its creation in the log': `SELECT schedule_no FROM
    (SELECT schedule_no FROM pay_schedules UNION ALL SELECT schedule_no FROM pay_schedules_deleted) s
    WHERE 1 <> (SELECT count(*) FROM changes c WHERE c.entity_id = CAST(s.schedule_no AS TEXT) AND c.op = 'schedule.created')`,
  'a schedule deleted without the log': `SELECT schedule_no FROM pay_schedules_deleted s
    WHERE 1 <> (SELECT count(*) FROM changes c WHERE c.entity_id = CAST(s.schedule_no AS TEXT) AND c.op = 'schedule.deleted')`,
  'a schedule with other audit records of its status than changes': `SELECT schedule_no FROM
    (SELECT schedule_no FROM pay_schedules UNION ALL SELECT schedule_no FROM pay_schedules_deleted) s
    WHERE (SELECT count(*) FROM changes c WHERE c.entity_id = CAST(s.schedule_no AS TEXT)
        AND c.op = 'schedule.status_changed' AND c.actor <> 'cron')
      <> (SELECT count(*) FROM audit_records a WHERE a.schedule_no = s.schedule_no
        AND a.action = 'Schedule Status Changed')`,
}

/** The file that holds the tables. */
function databaseFile(stateDir) {
  const folder = join(stateDir, 'v3/d1/miniflare-D1DatabaseObject')
  const [name] = readdirSync(folder).filter((each) => /^[0-9a-f]{64}\.sqlite$/.test(each))
  return join(folder, name)
}

/**
 * Ends the leases of those who died, which end by themselves after a minute. While no server runs: what is under a lease
 * then is nobody's any more.
 */
export function endLeases(stateDir) {
  const db = new DatabaseSync(databaseFile(stateDir))
  try {
    for (const table of ['bills', 'connec_imports', 'connec_pushes'])
      db.exec(`UPDATE ${table} SET lease_until = 0 WHERE lease_until IS NOT NULL`)
  } finally {
    db.close()
  }
}

export function checkDatabase(world, stateDir, messages) {
  const { report } = world
  const db = new DatabaseSync(databaseFile(stateDir))
  try {
    db.exec('CREATE INDEX entities ON changes (entity_id, op)')
    const [{ integrity_check: state }] = db.prepare('PRAGMA integrity_check').all()
    if (state !== 'ok') report.violate('database', `integrity_check says ${state}`)
    for (const [fault, sql] of Object.entries(faults)) {
      const rows = db.prepare(sql).all()
      if (rows.length > 0) report.violate('database', `${fault} (${rows.length})`, rows.slice(0, 3))
    }
    const audited = db.prepare(
      `SELECT count(*) AS n FROM portal_audit WHERE action || ' ' || target = ? AND action GLOB '*created'`,
    )
    for (const [what, times] of world.audited) {
      const { n } = audited.get(what)
      if (Number(n) !== times)
        report.violate('audit', `${what} was done ${times} times, and stands there ${n} times`)
    }
    const sql = `SELECT c.seq, c.message, c.stream FROM changes c JOIN webhook_endpoints e
      ON e.id = ? AND e.publisher_id = c.publisher_id AND c.seq > e.since_seq WHERE c.message IS NOT NULL`
    const carried = db.prepare(sql).all(world.endpointId)
    for (const { seq, message, stream } of carried)
      if (!messages.has(`msg_${seq}`))
        report.violate('webhooks', `nobody heard of change ${seq}: ${message} of ${stream}`)
    report.count('committed changes with a message', carried.length)
    report.count('committed changes', Number(db.prepare('SELECT count(*) AS n FROM changes').get().n))
  } finally {
    db.close()
  }
}
