import { findAccount, type ListedRecord, listRecords, makeCursor } from '../../domain/payments'
import { answer } from './answers'
import type { PaymentsCall } from './environment'
import { parameter, readPage } from './requests'

/** GET /accounts/{accountId}/auditRecords (`payments.md` 8) */
export function getAuditRecords(c: PaymentsCall): Promise<Response> {
  return answerRecords(c, 'audit_records', 'auditRecords', ({ row, ...record }) => ({
    auditRecordId: String(record.id),
    accountId: c.var.target.accountId,
    scheduleId: String(record.scheduleNo),
    action: row.action,
    user: record.user,
    createdDateTime: new Date(record.at).toISOString(),
    text: row.text,
    fields: JSON.parse(String(row.fields)),
  }))
}

/** GET /accounts/{accountId}/callNotes (`payments.md` 8) */
export function getCallNotes(c: PaymentsCall): Promise<Response> {
  return answerRecords(c, 'call_notes', 'callNotes', ({ row, ...record }) => ({
    callNoteId: String(record.id),
    accountId: c.var.target.accountId,
    scheduleId: String(record.scheduleNo),
    note: row.note,
    purpose: row.purpose,
    callHow: row.call_how,
    user: record.user,
    createdDateTime: new Date(record.at).toISOString(),
  }))
}

async function answerRecords(
  c: PaymentsCall,
  table: 'audit_records' | 'call_notes',
  name: 'auditRecords' | 'callNotes',
  toWire: (record: ListedRecord) => object,
): Promise<Response> {
  const { context, target } = c.var
  const cursorOf = { list: name, of: target.accountId }
  const { limit, after } = await readPage(c, cursorOf)
  const facts = await findAccount(context, target.accountId)
  const scheduleId = parameter(c, 'scheduleId') || null
  const position = after && { at: Number(after[0]), id: Number(after[1]) }
  const { records, hasNext } = await listRecords(context, table, facts, scheduleId, position, limit)
  const last = records.at(-1)
  const nextCursor = hasNext && last ? await makeCursor(context, cursorOf, [last.at, last.id]) : ''
  return answer(c, { [name]: records.map(toWire), responseMetadata: { nextCursor, hasNext } })
}
