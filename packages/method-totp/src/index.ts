/** Authenticator app: any app that speaks RFC 6238. */
export { type TotpOptions, totp } from './plugin.ts'
