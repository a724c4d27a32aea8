/** Makes a statement over the survivor (`?1`), the person who merges (`?2`) and the write (`?3`); more follow. */
export type Run = (sql: string, ...more: unknown[]) => D1PreparedStatement

/** SQL: the person who merges is marked by this write. */
export const IS_MERGING = 'EXISTS (SELECT 1 FROM subscribers mb WHERE mb.id = ?2 AND mb.write_id = ?3)'
