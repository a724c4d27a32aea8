import { Hono } from 'hono'
import { answerOtherMethods } from '../../platform/http'
import { answerGroupCancelled, answerUserRemoved } from './account'
import { answerError, refuse } from './answers'
import { endSignOn } from './consume'
import type { MarketplaceEnv } from './environment'
import { onPaths, withCredentials } from './gate'
import { startSignOn } from './init'
import { answerMetadata } from './metadata'
import { answerNotification } from './notifications'
import { CONSUME, GROUP, GROUP_USER, INIT, METADATA, NOTIFICATIONS } from './paths'

/** Marketplaces (`marketplace.md`): metadata, single sign-on, and what a hub tells us. */
export const marketplaceApp = new Hono<MarketplaceEnv>({ strict: false })

onPaths(marketplaceApp, 'get', METADATA, withCredentials, answerMetadata)
onPaths(marketplaceApp, 'get', INIT, startSignOn)
onPaths(marketplaceApp, 'post', CONSUME, endSignOn)
onPaths(marketplaceApp, 'delete', GROUP, withCredentials, answerGroupCancelled)
onPaths(marketplaceApp, 'delete', GROUP_USER, withCredentials, answerUserRemoved)
onPaths(marketplaceApp, 'post', NOTIFICATIONS, withCredentials, answerNotification)
answerOtherMethods(
  marketplaceApp,
  (allow) => (c) => refuse(c, 405, 'This path has no such method', { Allow: allow }),
)

marketplaceApp.notFound((c) => refuse(c, 404, 'Not found'))
marketplaceApp.onError(answerError)
