import { Hono } from 'hono'
import type { Env } from '../../env'

export const widgetApp = new Hono<{ Bindings: Env }>({ strict: false })
