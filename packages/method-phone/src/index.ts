/** Codes by text message and by phone call, sent through Twilio. */
export type { PhoneOptions } from './options.ts'
export { phone } from './plugin.ts'
