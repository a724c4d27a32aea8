import type { OpenAPIHono } from '@hono/zod-openapi'
import type { TenancyContext } from '../../domain/context'
import type { Env } from '../../env'

export type OperatorEnv = {
  Bindings: Env
  Variables: { context: TenancyContext; origin: string }
}

export type OperatorApp = OpenAPIHono<OperatorEnv>
