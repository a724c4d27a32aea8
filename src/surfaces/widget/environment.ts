import type { Context as HonoContext } from 'hono'
import type { Env } from '../../env'

export type WidgetEnv = { Bindings: Env }

/** A request to this surface. */
export type WidgetCall = HonoContext<WidgetEnv>

export const PAGE_PATH = '/button/v1/ecal.html'
export const SUBSCRIPTIONS_PATH = '/button/v1/subscriptions'
export const STYLE_PATH = '/daybook.css'
/** What this surface's own pages load of it: nothing that only others need. */
export const PAGE_STYLE_PATH = '/button/v1/ecal.css'
export const SCRIPT_PATH = '/widget.js'
