/** Who may use the fake, and with what it signs. */
export interface TwilioAccount {
  readonly accountSid: string
  /** The password of the account, and the key of every signature, also where API keys are used. */
  readonly authToken: string
  /** The SID of an API key (`SK…`), where the plugin uses one instead of the token. */
  readonly apiKey?: string
  readonly apiSecret?: string
}

/** @throws where a SID is none: the real API would never take it, and a test would fail far from the cause */
export function checkAccount(account: TwilioAccount): void {
  if (!/^AC[0-9a-f]{32}$/i.test(account.accountSid)) {
    throw new Error(`Expected AC and 32 hexadecimal digits for accountSid, got "${account.accountSid}".`)
  }
  if (account.apiKey !== undefined && !/^SK[0-9a-f]{32}$/i.test(account.apiKey)) {
    throw new Error(`Expected SK and 32 hexadecimal digits for apiKey, got "${account.apiKey}".`)
  }
}

/** HTTP Basic, with the account's SID and token or with the SID and secret of an API key. */
export function isAuthentic(account: TwilioAccount, authorization: string | undefined): boolean {
  const [scheme, credentials = ''] = authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'basic') return false
  const given = Buffer.from(credentials, 'base64').toString('utf8')
  if (given === `${account.accountSid}:${account.authToken}`) return true
  if (!account.apiKey || !account.apiSecret) return false
  return given === `${account.apiKey}:${account.apiSecret}`
}
