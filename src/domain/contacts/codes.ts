/** Six random decimal digits, all codes equally likely. */
export function newCode(): string {
  // The largest multiple of a million that 32 bits hold: what lies above would make some codes likelier.
  const fair = 4_294_000_000
  for (;;) {
    const [drawn = fair] = crypto.getRandomValues(new Uint32Array(1))
    if (drawn < fair) return String(drawn % 1_000_000).padStart(6, '0')
  }
}
