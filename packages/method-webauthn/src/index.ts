/** Security keys and passkeys: any authenticator that speaks WebAuthn. */
export { type WebauthnOptions, webauthn } from './plugin.ts'
