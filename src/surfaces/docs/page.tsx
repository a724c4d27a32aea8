import type { FC } from 'hono/jsx'
import { type Document, operationsOf } from '../../platform/openapi/document'
import { firstCall } from './first-call'
import { COMPONENT_PATH, OPENAPI_PATH, POSTMAN_PATH, SCRIPT_PATH, STYLE_PATH } from './paths'

/** The page of the reference. Without a script it lists every operation; with one the component stands in its place. */
export const DocsPage: FC<{ document: Document; origin: string }> = ({ document, origin }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <link rel="icon" href="data:," />
      <title>API reference – Daybook</title>
      <link rel="stylesheet" href={STYLE_PATH} />
      <script defer src={COMPONENT_PATH} />
      <script defer src={SCRIPT_PATH} />
    </head>
    <body class="docs">
      <a class="skip" href="#reference">
        Skip to the reference
      </a>
      <main>
        <Introduction document={document} origin={origin} />
        <div id="reference" tabindex={-1} data-document={OPENAPI_PATH}>
          <Operations document={document} />
        </div>
      </main>
    </body>
  </html>
)

const Introduction: FC<{ document: Document; origin: string }> = ({ document, origin }) => (
  <section class="introduction" aria-label="First steps">
    <h1>API reference</h1>
    <p>{document.info.description}</p>
    <h2>A first call</h2>
    <p>It lists your calendars. A shell signs it: the secret itself is never sent.</p>
    <pre id="first-call" tabindex={0}>
      <code>{firstCall(origin)}</code>
    </pre>
    <p class="actions">
      <button type="button" id="copy" hidden>
        Copy
      </button>{' '}
      <span id="copied" role="status" />
    </p>
    <details>
      <summary>How a call is signed</summary>
      <ol>
        <li>
          Take every query parameter but <code>apiSign</code>, decoded, sorted by name.
        </li>
        <li>Join name and value, pair after pair, with nothing between them.</li>
        <li>For POST and PUT append the body, byte for byte as it is sent.</li>
        <li>
          Put the API secret in front. The MD5 of that, in lower-case hex, is <code>apiSign</code>.
        </li>
      </ol>
      <p>
        Stronger, and what new keys should use: <code>apiSign256</code>, an HMAC-SHA256 with the time in it.
        The scheme is described at each call, and the Postman collection signs by itself.
      </p>
    </details>
    <p>
      <a href={OPENAPI_PATH}>OpenAPI document</a> · <a href={POSTMAN_PATH}>Postman collection</a>
    </p>
  </section>
)

const Operations: FC<{ document: Document }> = ({ document }) => {
  const operations = operationsOf(document)
  return (
    <section id="operations">
      <h2>All operations</h2>
      {(document.tags ?? []).map(({ name, description }) => (
        <section>
          <h3>{name}</h3>
          <p>{description}</p>
          <ul>
            {operations
              .filter(({ operation }) => operation.tags?.[0] === name)
              .map(({ method, path, operation }) => (
                <li>
                  <code>
                    {method.toUpperCase()} {path}
                  </code>
                  <br />
                  {operation.summary}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </section>
  )
}
