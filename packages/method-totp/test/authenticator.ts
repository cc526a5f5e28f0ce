import { generate } from 'otplib'

/** An RFC 6238 app: what it knows after the key was typed in. */
export interface Authenticator {
  readonly secret: string
}

export function authenticatorFrom(manualKey: unknown): Authenticator {
  return { secret: String(manualKey).replaceAll(' ', '') }
}

/** The code it shows at a time. */
export function codeAt({ secret }: Authenticator, now: Date): Promise<string> {
  return generate({ secret, epoch: Math.floor(now.getTime() / 1000) })
}
