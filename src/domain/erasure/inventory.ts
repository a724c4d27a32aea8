/**
 * Where data of a person can stand, column by column, and what erasing does with it (`operator.md`). Tests hold it
 * against the schema: a column that isn't named here fails them. The statements that delete and empty are made of it.
 */

/** What is done with a table's columns; each is named once. */
export type TableFate = {
  /** Can't say anything of a subscriber. */
  readonly never?: readonly string[]
  /** Ids, states, times and amounts: they stay, and lead to nobody once the rest is gone. */
  readonly kept?: readonly string[]
  /** Emptied where it is the person's. */
  readonly emptied?: readonly string[]
  /** Goes with the rows that are the person's. */
  readonly deleted?: readonly string[]
  /** The column that names the person whose row it is, where such rows are simply deleted. */
  readonly rowsOf?: string
  /** Conditions (SQL) of the indexes that find these rows, where it takes several; together all of them. */
  readonly foundBy?: readonly string[]
  readonly why?: string
}

/** Columns by their names. */
export const names = (list: string): readonly string[] => list.split(' ')

const staff =
  'Staff of a publisher, in a role of their own: who is a subscriber too stays staff, and is removed at the marketplace or blocked in the portal.'

/** Rows that are the person's, all of them: deleted by the column that names the person. */
const own = (rowsOf: string, columns: string): TableFate => ({ rowsOf, deleted: names(columns) })

/** Schedules of an account: the biller's words go, amounts, dates and ids stay. */
const scheduleFate = (more: string): TableFate => ({
  emptied: names('pay_desc status_note'),
  kept: names(
    `schedule_no id publisher_id business_id account_uid class start_date installment_cents external_identifier pay_method load_date stored_status status_date status_changed_at told_status moves_on created_at write_id${more}`,
  ),
})

export const tableFates: Readonly<Record<string, TableFate>> = {
  subscribers: {
    emptied: names(
      'email widget_id first_name last_name name gender age_group dob zip mobile mobile_e164 parent_email parent_consent_on tags optin secondary_optin optin3 optin4 reference referring_page custom application ip os device fingerprint location source ics_filename total_activity last_active_at link_requested_at',
    ),
    kept: names(
      'id publisher_id state merged_into subscribed_at created_at modified_at ended_at revision revised_at write_id',
    ),
    why: 'The row stays, so that the id is known as one that is used up, and the log can name it.',
  },
  applications: own('subscriber_id', 'position publisher_id subscriber_id name ip fingerprint os device'),
  follows: own('subscriber_id', 'position publisher_id subscriber_id calendar_id permission followed_at'),
  contacts: own(
    'subscriber_id',
    'publisher_id kind value subscriber_id verified verified_at signed_up_with created_at',
  ),
  contact_requests: own(
    'subscriber_id',
    'id publisher_id subscriber_id kind value code_sealed attempts requested_at expires_at write_id',
  ),
  feed_addresses: own(
    'subscriber_id',
    'address_hash publisher_id subscriber_id state address_sealed calendar_ids created_at changed_at',
  ),
  signups: own(
    'subscriber_id',
    'widget_id kind key_hash publisher_id subscriber_id address_hash status expires_at',
  ),
  user_tokens: own('subscriber_id', 'id publisher_id subscriber_id token_hash name expires_at created_at'),
  answers: own(
    'subscriber_id',
    'subscriber_id event_id publisher_id rsvp_status acknowledged answered_at write_id',
  ),
  relations: {
    rowsOf: 'subscriber_id',
    foundBy: ['removed_at IS NULL', 'removed_at IS NOT NULL'],
    deleted: names(
      'event_id subscriber_id publisher_id permission is_invitation rsvp_status is_owner first_name last_name addressed_email addressed_phone created_at removed_at write_id',
    ),
    emptied: names('message'),
    kept: names('actor_id'),
    why: 'Rows of others name the person as actor by id, and lose the message that the person wrote and contacts of theirs that were addressed.',
  },
  events: {
    deleted: names(
      'id publisher_id calendar_id owner_id name creator_id location all_day start_date start_time end_date end_time timezone end_timezone end_date_given end_time_given starts_at ends_at details url status show_as alert alert2 quick_links categories draft reference reference_type recurrence exceptions series_ends_at sequence created_at modified_at deleted_at tombstone_until write_id text_size',
    ),
    why: 'Private events, and those that the person made and nobody still has. One that others have, or a calendar, is theirs too: it stays, and names its maker by id.',
  },
  calendar_events: {
    deleted: names('calendar_id event_id publisher_id added_at'),
    why: 'Where private events stand.',
  },
  calendars: {
    emptied: names('name categories reference note source source_error'),
    kept: names(
      'id publisher_id kind owner_id timezone draft source_fetched_at revision revised_at event_count text_bytes created_at modified_at deleted_at write_id',
    ),
    why: 'The private calendar; public ones are the publisher’s.',
  },
  accounts: {
    emptied: names('subscriber_id email'),
    kept: names(
      'id publisher_id account_id business_id status start_date finish_date term_end_date payment_stopped active_pay_method model created_at updated_at calendar_stale write_id',
    ),
    why: 'The biller’s account goes on, linked to nobody.',
  },
  pay_schedules: scheduleFate(''),
  pay_schedules_deleted: scheduleFate(' deleted_at deleted_by'),
  audit_records: {
    kept: names('id publisher_id account_uid schedule_no action user text fields created_at'),
    why: 'Never changed: made of amounts, dates and ids alone.',
  },
  call_notes: {
    kept: names('id publisher_id account_uid schedule_no note purpose call_how user created_at'),
    why: 'Never changed: made of dates and ids alone.',
  },
  schedule_external_ids: { kept: names('publisher_id business_id external_identifier') },
  changes: {
    emptied: names('payload'),
    kept: names('seq publisher_id stream op entity_id actor at message dispatched'),
    why: 'The snapshot keeps its shape: ids, times and states.',
  },
  webhook_messages: {
    emptied: names('body ecal_body'),
    kept: names('id publisher_id seq type at'),
    why: 'Made anew of the emptied snapshot: what is delivered or replayed from then on is that.',
  },
  webhook_deliveries: {
    kept: names(
      'endpoint_id message_id publisher_id type seq status tries next_attempt_at retry_at replay created_at',
    ),
  },
  webhook_attempts: {
    kept: names('id endpoint_id message_id at status duration_ms error replay'),
    why: 'Errors are a few words of ours.',
  },
  idempotency_keys: {
    emptied: names('status answer_sealed'),
    kept: names('publisher_id method path key request_hash holder held_at committed expires_at'),
    why: 'An answer that names the person goes, and a repeat conflicts; the row is gone after 24 hours.',
  },
  directory: {
    deleted: names(
      'id publisher_id first_name last_name email phone active subscriber_id created_at updated_at write_id',
    ),
    why: 'The entry that the person is.',
  },
  connec_map: {
    emptied: names('code sent_hash'),
    kept: names(
      'publisher_id entity connec_id local_type local_id updated_at origin state shown created_at write_id',
    ),
    why: 'The mapping stays, so that no notification makes the entry again.',
  },
  connec_invoices: {
    emptied: names('person_connec_id event_id'),
    kept: names('id publisher_id connec_id due_date name wanted updated_at write_id'),
    why: 'Amount, number and date of an invoice, of nobody.',
  },
  connec_pushes: {
    kept: names(
      'publisher_id entity local_id state changed_at dirty tries next_attempt_at lease lease_until uncertain last_error',
    ),
    why: 'Ids; errors are a few words of ours.',
  },
  timelines: {
    rowsOf: 'viewer',
    deleted: names('viewer publisher_id life birth'),
  },
  live_viewers: {
    rowsOf: 'viewer',
    deleted: names('viewer publisher_id seen_at'),
  },
  portal_audit: {
    kept: names('id mark publisher_id at user_id role session action target'),
    why: 'What staff did, with the id of the record.',
  },
  portal_forms: { kept: names('publisher_id path form_id holder result created_at'), why: 'Ids.' },
  erasures: {
    emptied: names('emails'),
    kept: names('subscriber_id publisher_id requested_at looks scanned_to next_attempt_at write_id'),
  },
  erasure_viewers: { deleted: names('subscriber_id viewer publisher_id') },
  users: { never: names('id email first_name last_name created_at'), why: staff },
  user_identities: {
    never: names('tenant uid user_id email first_name last_name created_at updated_at'),
    why: staff,
  },
  memberships: {
    never: names(
      'publisher_id user_id uid email first_name last_name role status blocked_at joined_at last_sign_on_at write_id',
    ),
    why: staff,
  },
  portal_sessions: {
    never: names(
      'id_hash publisher_id user_id tenant uid created_at last_seen_at expires_at mno_session recheck_at checked_at',
    ),
    why: staff,
  },
  sign_in_links: {
    never: names('token_hash publisher_id user_id expires_at used_at created_at'),
    why: staff,
  },
  tallies: {
    never: names('publisher_id what hour count'),
    why: 'Numbers of persons and deliveries by the hour.',
  },
  publishers: {
    never: names(
      'id org_id name timezone default_region is_partner partner_id reference company_type cancelled_at feeds_end_at settings_revision created_at',
    ),
  },
  api_keys: {
    never: names(
      'api_key publisher_id secret_sealed md5 require_nonce expires_at revoked_at last_used_at created_at',
    ),
  },
  widgets: {
    never: names(
      'id publisher_id name active ics_filename calendar_ids welcome_enabled welcome_name welcome_details welcome_url require_signed_email created_at modified_at',
    ),
  },
  clients: {
    never: names(
      'client_id publisher_id secret_hash scopes businesses rate_limit external_client_id created_at revoked_at',
    ),
  },
  businesses: {
    never: names(
      'publisher_id business_id name timezone cut_off_time can_collect_for_closed_account max_amount_cents same_day_delete currency locale calendar_enabled upcoming_days_before templates created_at updated_at refreshed_to write_id',
    ),
  },
  webhook_endpoints: {
    never: names(
      'id publisher_id url events format description active secret_sealed former_secret_sealed former_secret_until encryption_secret_sealed since_seq disabled_reason disabled_at failing_since last_success_at last_failure_at notice notice_at created_at modified_at',
    ),
  },
  calendar_sources: {
    never: names(
      'calendar_id publisher_id source next_check_at failures claim etag last_modified digest read_as remarks',
    ),
  },
  imported_events: { never: names('calendar_id uid publisher_id event_id digest sequence') },
  marketplaces: { never: names('tenant enabled settings api_key_sealed created_at updated_at') },
  companies: {
    never: names(
      'publisher_id tenant group_uid status renamed currency country city email has_credit_card trial_ends_at plan_id plan_name plan_selected_at connec_calendar_id first_api_key first_secret_shown_at feeds_ended_at seats_changed created_at write_id',
    ),
    why: 'The company’s own address.',
  },
  marketplace_log: {
    never: names('id at tenant kind code reference group_uid uid detail'),
    why: 'Told of records by id; no e-mail address stands there.',
  },
  connec_imports: {
    never: names(
      'publisher_id entity state skip pages imported skipped total tries next_attempt_at lease lease_until started_at finished_at write_id',
    ),
  },
  bills: {
    never: names(
      'id publisher_id kind state hub_id reference price_cents currency description plan_id unit_cents seats period frequency cycles initial_cents start_date next_execution_at execution_read units period_started_at period_ended_at third_party starts_at attempts tries last_error next_attempt_at lease lease_until uncertain cancel_wanted created_at write_id',
    ),
    why: 'Between a company and its marketplace.',
  },
  signing_keys: { never: names('kid generation private_sealed public_jwk created_at signs_from') },
  token_failures: { never: names('id client_hash at') },
  sso_spent: { never: names('tenant kind id expires_at') },
  nonces: { never: names('api_key nonce expires_at') },
  guard: { never: names('ok') },
  homes: { never: names('name database found_at'), why: 'Hashes of secrets, and names that open nothing.' },
}

/** Tables whose rows are the person's by a column that names them, and what else finds these. */
export function tablesOfPerson(): {
  readonly table: string
  readonly column: string
  readonly condition: string
}[] {
  return Object.entries(tableFates).flatMap(([table, { rowsOf, foundBy = ['true'] }]) =>
    rowsOf === undefined ? [] : foundBy.map((condition) => ({ table, column: rowsOf, condition })),
  )
}
