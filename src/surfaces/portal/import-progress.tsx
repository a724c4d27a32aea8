import type { FC } from 'hono/jsx'
import type { SharingView } from '../../domain/marketplace/connec'
import { State } from './parts'

type Entity = SharingView['import']['entities'][string]

const heads = {
  pending: 'Your data will be fetched',
  running: 'Your data is coming in',
  done: 'Your data is here',
  failed: 'Not all of your data could be fetched',
} as const

/** How far the import from a marketplace's data hub is: `people 120 of 250`. */
export const ImportProgress: FC<{ sharing: SharingView; from: string }> = ({ sharing, from }) => {
  const entities = Object.entries(sharing.import.entities)
  if (entities.length === 0) return null
  return (
    <section class="sheet">
      <h2>{heads[sharing.import.state]}</h2>
      <p class="soft">From {from}:</p>
      <ul class="progress">
        {entities.map(([name, entity]) => (
          <li>
            {progress(name, entity)} <EntityState entity={entity} />
            {entity.skipped === 0 ? null : <span class="soft"> ({entity.skipped} could not be used)</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function progress(name: string, { imported, total }: Entity): string {
  return total === null ? `${name} ${imported}` : `${name} ${imported} of ${total}`
}

const EntityState: FC<{ entity: Entity }> = ({ entity: { state } }) => {
  switch (state) {
    case 'pending':
      return <State kind="waiting">waiting</State>
    case 'running':
      return <State kind="waiting">coming in</State>
    case 'done':
      return <State kind="good">done</State>
    case 'failed':
      return <State kind="bad">failed</State>
  }
}
