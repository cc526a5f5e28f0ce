import { createKeyRing, createSecurityInfo, type SecurityInfo } from '@security-info/core'
import { appPassword } from '@security-info/method-app-password'
import { totp } from '@security-info/method-totp'
import { openDatabase } from '@security-info/server'
import { PUBLIC_URL } from './nodes.ts'

/** What the mail server sends in `X-Service-Key`. */
export const SERVICE_KEY = 'bench-service-key-0123456789abcdef'

export async function openGateway(url: string, keys: string): Promise<SecurityInfo> {
  return createSecurityInfo({
    plugins: [
      totp(),
      appPassword({ services: [{ name: 'mail', key: SERVICE_KEY, scopes: ['imap', 'smtp'] }] }),
    ],
    database: await openDatabase({ url }),
    keyRing: createKeyRing(keys),
    organisation: { name: 'Example Works' },
    publicUrl: PUBLIC_URL,
    version: '0.0.0-bench',
    policy: { twoFactor: 'whenRegistered', methods: { appPassword: { allowed: true } } },
    onUnexpected: (error) => console.error(error),
  })
}
