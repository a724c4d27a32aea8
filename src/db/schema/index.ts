/**
 * The tables of Daybook. Each table that belongs to a publisher names it in `publisher_id`, and so does every query.
 * Instants are epoch milliseconds, dates `YYYY-MM-DD`, booleans 0/1.
 *
 * What Drizzle can't say stands in the migrations beside these tables: the triggers that lift revisions
 * (`changes`), that count a calendar's events and text (`calendar_events`, `events`), that keep a marketplace's log
 * of its companies (`changes`), that record sign-ons (`portal_sessions`) and that count (`tallies`).
 */
export * from './bills'
export * from './calendar-sources'
export * from './calendars'
export * from './changes'
export * from './connec'
export * from './erasures'
export * from './homes'
export * from './identity'
export * from './marketplaces'
export * from './payments'
export * from './portal'
export * from './publishers'
export * from './relations'
export * from './requests'
export * from './subscribers'
export * from './tallies'
export * from './text-size'
export * from './user-tokens'
export * from './webhooks'
