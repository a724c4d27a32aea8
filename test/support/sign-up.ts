import { emailSign } from '../../src/domain/sign-up/email-sign'
import { fetchWorker, type TestPublisher } from './publisher'

/** What a sign-up answered. */
export type SignUpAnswer = {
  status: number
  ecalId: string
  alreadySubscribed: boolean
  feedPath: string
}

/** Signs an e-mail up through the widget. */
export async function signUp(
  publisher: TestPublisher,
  email: string,
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<SignUpAnswer> {
  const response = await fetchWorker('/button/v1/subscriptions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ widgetId: publisher.widgetId, email, application: 'google', ...fields }),
  })
  const answer = (await response.json()) as {
    ecalId?: string
    alreadySubscribed?: boolean
    calendarUrl?: { httpsCalUrl: string }
  }
  return {
    status: response.status,
    ecalId: answer.ecalId ?? '',
    alreadySubscribed: answer.alreadySubscribed ?? false,
    feedPath: answer.calendarUrl ? new URL(answer.calendarUrl.httpsCalUrl).pathname : '',
  }
}

/** Signs an e-mail up with the publisher's word that it is the visitor's. */
export async function signedSignUp(
  publisher: TestPublisher,
  email: string,
  fields: Record<string, unknown> = {},
): Promise<SignUpAnswer> {
  const sign = await emailSign(publisher.secret, publisher.widgetId, email)
  return signUp(publisher, email, { apiKey: publisher.apiKey, emailSign: sign, ...fields })
}
