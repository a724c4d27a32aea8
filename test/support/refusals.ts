import type { ExpectStatic } from 'vitest'
import type { Answer } from './publisher'
import { rowCounts } from './rows'

/** Runs what must change nothing: neither the thing that is read nor the number of rows of any table. */
export async function expectUntouched(
  expect: ExpectStatic,
  act: () => Promise<unknown>,
  read: () => Promise<unknown> = async () => null,
): Promise<void> {
  const before = { thing: await read(), rows: await rowCounts() }
  await act()
  expect({ thing: await read(), rows: await rowCounts() }).toEqual(before)
}

/** The answer must be a 400 that names the field, each issue with a sentence. */
export function expectInvalid(
  expect: ExpectStatic,
  field: string,
  { status, body }: Pick<Answer, 'status' | 'body'>,
  sent?: unknown,
): void {
  const errors: { field: string; message: string }[] = body?.errors ?? []
  const told = { sent, status, text: body?.statusLong, fields: errors.map((error) => error.field) }
  expect(told).toEqual({ sent, status: 400, text: 'Invalid input.', fields: expect.arrayContaining([field]) })
  for (const error of errors) expect(error.message).toMatch(/^[A-Z].*\.$/)
}

/** Sends what must be refused because of one field: the answer names it, and nothing has changed. */
export async function expectRefused(
  expect: ExpectStatic,
  field: string,
  send: () => Promise<Answer>,
): Promise<void> {
  await expectUntouched(expect, async () => expectInvalid(expect, field, await send()))
}

/** The body of an error that is no 400. */
export const refusal = (status: number, statusLong: string) => ({ status: String(status), statusLong })

export const forbidden = refusal(403, 'Forbidden.')
export const notFound = refusal(404, 'Not found.')
export const alreadyExists = refusal(409, 'Already exists.')
export const limitReached = refusal(409, 'Limit reached.')
