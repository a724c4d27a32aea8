// No schedule without audit record and note, none in the calendar of the wrong person, and the amounts add up.
import { insist, listAll } from '../world.mjs'

/** All pages of a list of the payments surface. */
async function pages(world, path, name) {
  const rows = []
  for (let cursor = ''; ; ) {
    const { body } = await insist(world, 'GET', `${path}?limit=50&nextCursor=${cursor}`, {
      headers: world.bearer,
    })
    rows.push(...body[name])
    if (!body.responseMetadata.hasNext) return rows
    cursor = body.responseMetadata.nextCursor
  }
}

const cents = (amount) => Math.round(amount * 100)

/** What each schedule, live or deleted, has to have in the books: one of each, and no more. */
function checkBooks({ report }, { scheduleId, isLive }, records, notes) {
  const of = (rows, test) => rows.filter((row) => row.scheduleId === scheduleId && test(row)).length
  const books = {
    'audit records of its creation': of(records, ({ action }) => action === 'Schedule Added'),
    'notes of its creation': of(notes, ({ note }) => note.includes('Added One-off')),
    'audit records of its deletion': of(records, ({ action }) => action === 'Schedule Deleted'),
    'notes of its deletion': of(notes, ({ note }) => note.includes('Deleted one-off')),
  }
  Object.entries(books).forEach(([what, count], n) => {
    if (count !== (n > 1 && isLive ? 0 : 1))
      report.violate(
        'payments',
        `schedule ${scheduleId} (${isLive ? 'live' : 'deleted'}) has ${count} ${what}`,
      )
  })
}

async function checkAccount(world, accountId, known, events) {
  const { report } = world
  const base = `/accounts/${accountId}`
  const { status, body: account } = await insist(world, 'GET', base, { headers: world.bearer })
  known.seen(status === 200 ? { linked: account.subscriberId } : null, 'writes')
  if (status !== 200) return new Map()
  const schedules = await pages(world, `${base}/oneOffSchedules`, 'oneOffSchedules')
  const records = await pages(world, `${base}/auditRecords`, 'auditRecords')
  const notes = await pages(world, `${base}/callNotes`, 'callNotes')
  const found = new Map()
  let owed = 0
  for (const { scheduleId, externalScheduleId, amount, dueDate } of schedules) {
    const path = `${base}/oneOffSchedules/${scheduleId}/status`
    const told = (await insist(world, 'GET', path, { headers: world.bearer })).body.status
    found.set(externalScheduleId, { account: accountId, amount, dueDate, status: told })
    if (told !== 'paid') owed += cents(amount)
    const holder = events.get(`schedule:${scheduleId}`)
    // A linking writes events of what is not paid only; one that was there before stays with its person.
    const isRight = told === 'paid' ? [undefined, account.subscriberId] : [account.subscriberId ?? undefined]
    if (!isRight.includes(holder))
      report.violate('payments', `schedule ${scheduleId} (${told}) is in the calendar of ${holder}`, account)
  }
  if (cents(account.totalAmountDue) !== owed)
    report.violate('payments', `${accountId} owes ${account.totalAmountDue}, its schedules ${owed / 100}`)
  const live = new Set(schedules.map(({ scheduleId }) => scheduleId))
  const ever = new Set([...live, ...records.map(({ scheduleId }) => scheduleId)])
  for (const scheduleId of ever)
    checkBooks(world, { scheduleId, isLive: live.has(scheduleId) }, records, notes)
  for (const { scheduleId } of notes)
    if (!ever.has(scheduleId)) report.violate('payments', `a note is about ${scheduleId}, which never was`)
  report.count('schedules compared', ever.size)
  return found
}

export async function checkPayments(world) {
  /** Whose calendar has the event of a schedule, by reference. */
  const events = new Map()
  for (const { ecalId } of world.people) {
    for (const { reference } of await listAll(
      world,
      `/apiv2/batch/events?ecal_id=${ecalId}&referenceType=schedule`,
    )) {
      if (events.has(reference)) world.report.violate('payments', `${reference} is in two calendars`)
      events.set(reference, ecalId)
    }
  }
  const found = new Map()
  for (const [accountId, known] of world.shelves.accounts) {
    for (const [external, state] of await checkAccount(world, accountId, known, events))
      found.set(external, state)
  }
  world.shelves.schedules.seenAll(found, 'writes')
}
