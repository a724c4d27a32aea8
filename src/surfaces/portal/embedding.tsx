import type { FC } from 'hono/jsx'
import type { WidgetRow } from '../../domain/widgets'
import { Copied } from './secret'

type Shown = Pick<WidgetRow, 'id' | 'name' | 'active'>

/** The widgets of a company, and what to put on a page or into a message for each. */
export const Embedding: FC<{ widgets: readonly Shown[]; apiKey: string | null; origin: string }> = ({
  widgets,
  apiKey,
  origin,
}) => (
  <section>
    <h2>Sync to Calendar</h2>
    {widgets.length === 0 ? <p>There is no widget yet; your system makes one by the API.</p> : null}
    {apiKey === null ? <p>Make an API key first: the link names it.</p> : null}
    {widgets.map((widget) => (
      <WidgetSheet widget={widget} apiKey={apiKey} origin={origin} />
    ))}
  </section>
)

const WidgetSheet: FC<{ widget: Shown; apiKey: string | null; origin: string }> = ({
  widget,
  apiKey,
  origin,
}) => {
  const { id, name, active } = widget
  const link = apiKey === null ? null : hostedLink(origin, apiKey, id)
  return (
    <div class="sheet">
      <h3>{name}</h3>
      {active ? null : <p class="soft">Switched off: nobody can sign up through it.</p>}
      <Copied id={`widget-${id}`} label="Widget id" value={id} />
      {link === null ? null : (
        <>
          <Copied id={`link-${id}`} label="Link for e-mails, messages and portals" value={link} />
          <div class="field">
            <label for={`embed-${id}`}>Code for your web page</label>
            <textarea id={`embed-${id}`} class="address" readonly rows={6} spellcheck={false}>
              {embedCode(origin, link, { widgetId: id, apiKey: apiKey ?? '' })}
            </textarea>
          </div>
        </>
      )}
    </div>
  )
}

function hostedLink(origin: string, apiKey: string, widgetId: string): string {
  return `${origin}/button/v1/ecal.html?${new URLSearchParams({ apiKey, widgetId })}`
}

/** A link that works by itself; with the script it opens in the page (`widget-and-feeds.md` 1). */
function embedCode(
  origin: string,
  link: string,
  { widgetId, apiKey }: { widgetId: string; apiKey: string },
): string {
  return [
    '<a class="ecal-sync-widget-button"',
    `  data-ecal-widget-id="${widgetId}" data-ecal-api-key="${apiKey}"`,
    `  href="${link.replaceAll('&', '&amp;')}">Sync to Calendar</a>`,
    `<script async src="${origin}/widget.js"></script>`,
  ].join('\n')
}
