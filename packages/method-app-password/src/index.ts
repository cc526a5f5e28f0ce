/** App passwords, and the HTTP check that mail and web servers ask. */
export { type AppPasswordOptions, appPassword } from './plugin.ts'
