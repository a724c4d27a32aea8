import type { FC } from 'hono/jsx'
import type { Extra, Plan } from '../../db/schema'
import type { BillRow } from '../../domain/marketplace/billing'
import type { Company } from '../../domain/marketplace/companies'
import type { Marketplace } from '../../domain/marketplace/marketplaces'
import { BillTable } from './bill-table'
import type { Entered } from './billing'
import { money, planPrice } from './format'
import { Pager } from './pages'
import { FieldError, FormAlert, faulty, Hidden, messageFor, Time, ZoneNote } from './parts'

type Billed = { readonly company: Company; readonly marketplace: Marketplace }

/** Plans, extras and bills; without a marketplace that bills, only what was billed before. */
export const BillingPage: FC<{
  billed: Billed | null
  bills: readonly BillRow[]
  pages: { readonly page: number; readonly hasNext: boolean }
  entered: Entered
  csrf: string
  now: number
  zone: string
}> = ({ billed, bills, pages, entered, csrf, now, zone }) => (
  <>
    <FormAlert issues={entered.issues} />
    {billed === null ? (
      <p>Billing is arranged with us.</p>
    ) : (
      <>
        <Plans billed={billed} entered={entered} csrf={csrf} now={now} zone={zone} />
        <Extras extras={billed.marketplace.extras} entered={entered} csrf={csrf} />
      </>
    )}
    {billed === null && bills.length === 0 ? null : (
      <section>
        <h2>Bills</h2>
        <BillTable
          bills={bills}
          plans={billed?.marketplace.plans ?? []}
          csrf={billed === null ? null : csrf}
          now={now}
          zone={zone}
        />
        <Pager path="/portal/billing" {...pages} />
        <ZoneNote zone={zone} />
      </section>
    )}
  </>
)

const Plans: FC<{ billed: Billed; entered: Entered; csrf: string; now: number; zone: string }> = ({
  billed: { company, marketplace },
  entered,
  csrf,
  now,
  zone,
}) => {
  const chosen = company.plan?.id ?? null
  return (
    <section>
      <h2>Plan</h2>
      {company.plan === null ? <p>No plan is chosen yet.</p> : null}
      <Trial endsAt={company.trialEndsAt} now={now} zone={zone} />
      {marketplace.plans.length === 0 ? (
        <p>Your marketplace has no plans at the moment.</p>
      ) : (
        <form method="post" action="/portal/billing/plan" class="sheet">
          <Hidden csrf={csrf} />
          <PlanChoice
            plans={marketplace.plans}
            chosen={chosen}
            checked={entered.plan ?? chosen}
            error={messageFor(entered.issues, 'plan')}
          />
          <button type="submit">{chosen === null ? 'Choose this plan' : 'Change the plan'}</button>
        </form>
      )}
      {company.plan === null ? null : (
        <form method="post" action="/portal/billing/cancel">
          <Hidden csrf={csrf} />
          <button type="submit" class="quiet">
            Cancel the plan …
          </button>
        </form>
      )}
    </section>
  )
}

const Trial: FC<{ endsAt: number | null; now: number; zone: string }> = ({ endsAt, now, zone }) =>
  endsAt !== null && endsAt > now ? (
    <p>
      Your trial ends on <Time at={endsAt} zone={zone} /> ({zone}). Until then no plan is billed.
    </p>
  ) : null

const PlanChoice: FC<{
  plans: readonly Plan[]
  chosen: string | null
  checked: string | null
  error: string | null
}> = ({ plans, chosen, checked, error }) => (
  <fieldset {...(error === null ? {} : { 'aria-describedby': 'plan-error' })}>
    <legend>Plans</legend>
    <FieldError id="plan-error" error={error} />
    {plans.map((plan) => (
      <label class="choice">
        <input
          type="radio"
          name="plan"
          value={plan.id}
          required
          checked={plan.id === checked}
          {...faulty(error, 'plan-error')}
        />
        <span>
          <strong>{plan.name}</strong> {planPrice(plan)}
          {plan.id === chosen ? <span class="state good"> Your plan</span> : null}
          {plan.description === '' ? null : <span class="soft about">{plan.description}</span>}
        </span>
      </label>
    ))}
  </fieldset>
)

const Extras: FC<{ extras: readonly Extra[]; entered: Entered; csrf: string }> = ({
  extras,
  entered,
  csrf,
}) => {
  if (extras.length === 0) return null
  const [extraError, quantityError] = ['extra', 'quantity'].map((field) => messageFor(entered.issues, field))
  return (
    <section>
      <h2>Extras</h2>
      <form method="post" action="/portal/billing/extras" class="sheet">
        <Hidden csrf={csrf} formId={entered.formId} />
        <div class="field">
          <label for="extra">Extra</label>
          <select id="extra" name="extra" required {...faulty(extraError ?? null, 'extra-error')}>
            {extras.map(({ id, name, priceCents, currency }) => (
              <option value={id} selected={id === entered.extra}>
                {name} – {money(priceCents, currency)}
              </option>
            ))}
          </select>
          <FieldError id="extra-error" error={extraError ?? null} />
        </div>
        <div class="field">
          <label for="quantity">Quantity</label>
          <input
            type="number"
            id="quantity"
            name="quantity"
            min={1}
            max={100}
            step={1}
            required
            value={entered.quantity}
            {...faulty(quantityError ?? null, 'quantity-error')}
          />
          <FieldError id="quantity-error" error={quantityError ?? null} />
        </div>
        <p class="soft">It is billed once, through your marketplace, also during a trial.</p>
        <button type="submit">Buy</button>
      </form>
    </section>
  )
}
