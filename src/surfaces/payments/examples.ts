/** What the reference shows of this surface: one account, one schedule on it, and what was noted of it. */

export const scheduleExample = {
  scheduleId: '48129378',
  accountId: 'DEMO0001',
  dueDate: '2030-01-31',
  amount: 50,
  scheduleDescription: 'Maintenance charges FY20',
  externalScheduleId: 'T125810',
}

export const accountExample = {
  accountId: 'DEMO0001',
  businessAccountId: 'DEMO01',
  status: 'active' as const,
  startDate: '2024-01-01',
  finishDate: null,
  termEndDate: null,
  paymentStopped: false,
  activePayMethod: 'DD' as const,
  model: 'fullService' as const,
  subscriberId: '652375ab635fd36a5e6695fb',
  email: null,
  calendarLinked: true,
  totalAmountDue: 50,
  outstandingOneOffAmount: 50,
  createdDateTime: '2024-01-01T00:00:00.000Z',
  lastUpdatedDateTime: '2024-01-01T00:00:00.000Z',
}

export const statusExample = {
  scheduleId: '48129378',
  accountId: 'DEMO0001',
  status: 'paid' as const,
  date: '2030-01-31',
  note: '',
  payMethod: 'DD' as const,
  changedDateTime: '2030-01-31T02:00:00.000Z',
}

const recorded = {
  accountId: 'DEMO0001',
  scheduleId: '48129378',
  user: '3f2b8f6e-6d0a-4c58-9a57-0f1f6f0c2a11',
  createdDateTime: '2030-01-01T00:00:00.000Z',
}

export const recordExample = {
  auditRecordId: '11',
  ...recorded,
  action: 'Schedule Deleted',
  text: 'One-off schedule deleted',
  fields: {
    Class: 'ScheduleOneOff',
    StartDate: '2030-01-31',
    ScheduleNo: '48129378',
    Installment: '50.00',
    Frequency: 'One off',
    PaymentType: 'OP',
  },
}

export const noteExample = {
  callNoteId: '12',
  ...recorded,
  note: 'One-off schedule deleted',
  purpose: 'DC' as const,
  callHow: 'WSE' as const,
}
