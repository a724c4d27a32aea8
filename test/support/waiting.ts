/**
 * How long a test waits for what comes by itself, and how often it looks: half of the time that a test has, so that a
 * busy machine fails nothing. What must come soon is told by what has not happened yet, never by a clock.
 */
export const patience = { timeout: 30_000, interval: 10 }
