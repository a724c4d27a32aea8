import type { Samples } from './samples'
import { appSamples } from './samples-apps'
import { billerSamples } from './samples-billers'
import { marketplaceSamples } from './samples-marketplace'
import { operatorSamples } from './samples-operator'
import { portalSamples } from './samples-portal'
import { publicSamples } from './samples-public'
import { publisherSamples } from './samples-publisher'
import type { World } from './world'

/** A valid request of every route. */
export async function allSamples(world: World): Promise<Samples> {
  return {
    ...publisherSamples(world),
    ...appSamples(world),
    ...billerSamples(world),
    ...(await marketplaceSamples(world)),
    ...(await operatorSamples(world)),
    ...(await portalSamples(world)),
    ...publicSamples(world),
  }
}
