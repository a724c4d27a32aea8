/** What the token service says in the words of the payments surface (`payments.md` 1 and 10). */
export const commonMessages = {
  /** Of a path that nobody knows. */
  404: 'The resource provided could not be found',
  408: 'The request body did not come in time.',
  413: 'The request body is too large.',
  429: 'You have exceeded the maximum limit of request allowed. Please try your request again in a moment.',
  500: 'Something went wrong while processing your request. We’re sorry for the trouble. We’ve been notified of the error and will correct it as soon as possible. Please try your request again in a moment.',
  503: 'The API is currently unavailable due to a scheduled outage – please try again soon.',
} as const

/** Of a method that a path does not have. */
export const noSuchMethod = (method: string): string =>
  `The requested resource does not support http method '${method}'.`
