/** Bills of companies (`marketplace.md` 6): chosen here, sent to the marketplace once. */
export { addBill, buyExtra, type NewBill, retryBill } from './ad-hoc'
export type { BillingContext, Due } from './attempt'
export { type BillRow, billObject, billsOf, due as billDue } from './bill'
export { billingEnded, type CompanyEffect, seatsChanged, trialExtended } from './effects'
export { choosePlan, dropPlan, settleSeats } from './plans'
export { attemptBills, billsDue, billsWaiting, sweepSeats, trialsEnding } from './sweep'
export { type BillMessage, wakeBills } from './wake'
