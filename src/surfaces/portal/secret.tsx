import type { FC } from 'hono/jsx'

/** A key with its secret, on the one page that ever shows it. */
export const Secret: FC<{ apiKey: string; secret: string }> = ({ apiKey, secret }) => (
  <>
    <p class="note">
      <strong>Copy the secret now.</strong> It is shown this once: nobody, we neither, can show it to you
      again.
    </p>
    <div class="sheet">
      <Copied id="api-key" label="Key" value={apiKey} />
      <Copied id="api-secret" label="Secret" value={secret} />
    </div>
    <p>
      <a href="/portal/options">Back to Options</a>
    </p>
  </>
)

/** A value to be copied. */
export const Copied: FC<{ id: string; label: string; value: string }> = ({ id, label, value }) => (
  <div class="field">
    <label for={id}>{label}</label>
    <input type="text" id={id} class="address" readonly value={value} autocomplete="off" spellcheck={false} />
  </div>
)
