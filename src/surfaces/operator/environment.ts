import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { TenancyContext } from '../../domain/context'
import type { Env } from '../../env'

export type OperatorEnv = {
  Bindings: Env
  Variables: { context: TenancyContext; session: D1DatabaseSession; origin: string }
}

export type OperatorApp = OpenAPIHono<OperatorEnv>

/** A request to this surface. */
export type OperatorCall = HonoContext<OperatorEnv>
