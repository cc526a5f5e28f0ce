/**
 * How the server treats mail from now on, on the connections that are open as well.
 *
 * - `accept`: takes everything
 * - `refuse`: 550 for every recipient, for good
 * - `defer`: 451 for every recipient, for now
 * - `drop`: closes the connection in the middle of DATA; the mail is not kept
 * - `drop-after-accept`: keeps the mail, and closes the connection before the 250
 * - `slow`: takes everything, and answers one byte a second
 * - `hang`: takes connections, and keeps every answer back until the behaviour changes
 */
export type SmtpBehaviour = 'accept' | 'refuse' | 'defer' | 'drop' | 'drop-after-accept' | 'slow' | 'hang'

/** What happened at the server; `held` is the first answer on a connection that was kept back, or slowed down. */
export type SmtpEvent = 'connected' | 'held' | 'accepted' | 'refused' | 'deferred' | 'dropped'
