import type { Api } from '../../../support/publisher'
import type { Draft } from './request'

/** Makes a valid request of a route. */
export type Maker = () => Draft | Promise<Draft>

/** How a route's valid request is made; `once`: what it is about is gone, or taken, once it was accepted. */
export type Sample = { readonly make: Maker; readonly once: boolean }

export type Samples = Readonly<Record<string, Sample>>

/** A request that can be sent again and again. */
export const again = (make: Maker): Sample => ({ make, once: false })

/** A request that must be made anew once it was accepted. */
export const once = (make: Maker): Sample => ({ make, once: true })

type Parts = {
  query?: string
  headers?: Record<string, string>
  json?: unknown
  form?: Record<string, string>
  signer?: Api
}

/** A request of a route, whose path's names are replaced by these values, in their order. */
export function draft(route: string, values: readonly string[], parts: Parts = {}): Draft {
  const [method = '', pattern = ''] = route.split(' ')
  const left = [...values]
  const path = pattern.replace(/:\w+/g, () => encodeURIComponent(left.shift() ?? 'missing'))
  const { query = '', headers = {}, json, form, signer = null } = parts
  const body = json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : null
  const type = json !== undefined ? 'application/json' : form ? 'application/x-www-form-urlencoded' : null
  return {
    route,
    method,
    path,
    query,
    headers: { ...(type ? { 'Content-Type': type } : {}), ...headers },
    body,
    signer,
  }
}
