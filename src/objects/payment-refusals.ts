/** What is said of payments that can't be done as things are (`payments.md` 6). */
export const paymentRefusals = {
  account_not_active: 'Unable to process this request as the account is not active.',
  payments_stopped:
    'New payment schedules cannot be created as the account is currently set to stop on payments.',
  schedule_paid: 'Unable to process this request as the schedule has been paid.',
  not_a_future_schedule: 'Unable to process this request as scheduleId must be a future schedule.',
  cut_off_passed: 'Unable to process this request as the cut-off time has passed for today.',
  already_paid: 'The schedule has already been paid.',
} as const
