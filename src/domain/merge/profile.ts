/** What a person who merges (`?2`) leaves to the survivor (`?1`), in SQL; `?3` is the write. */

/** Of two who signed up, or none: the survivor's. Where only the one who merges did, that sign-up is the survivor's. */
const SIGN_UP = [
  'state',
  'email',
  'widget_id',
  'ics_filename',
  'subscribed_at',
  'gender',
  'age_group',
  'dob',
  'zip',
  'mobile',
  'mobile_e164',
  'parent_email',
  'parent_consent_on',
  'tags',
  'optin',
  'secondary_optin',
  'optin3',
  'optin4',
  'reference',
  'referring_page',
  'custom',
  'application',
  'ip',
  'os',
  'device',
  'fingerprint',
  'location',
  'source',
  'total_activity',
  'last_active_at',
]

export const mergeProfile = `UPDATE subscribers SET ${SIGN_UP.map((name) => `${name} = b.${name}`).join(', ')}
  FROM (SELECT * FROM subscribers WHERE id = ?2 AND write_id = ?3 AND state = 'active') b
  WHERE subscribers.id = ?1 AND subscribers.state = 'placeholder'`

/** Empty names of the survivor, each by itself; and its time, which never goes back behind what B showed. */
export const takeNames = `UPDATE subscribers SET ${['first_name', 'last_name', 'name']
  .map((name) => `${name} = coalesce(nullif(subscribers.${name}, ''), b.${name})`)
  .join(', ')}, revised_at = max(subscribers.revised_at, b.revised_at, b.calendar_revised_at)
  FROM (SELECT p.*, coalesce((SELECT max(c.revised_at) FROM calendars c WHERE c.owner_id = p.id), 0) AS calendar_revised_at
    FROM subscribers p WHERE p.id = ?2 AND p.write_id = ?3) b
  WHERE subscribers.id = ?1`
