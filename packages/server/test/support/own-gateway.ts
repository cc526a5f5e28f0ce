import { createKeyRing, createSecurityInfo, type Database, generateKey } from '@security-info/core'
import { totp } from '@security-info/method-totp'

export const publicUrl = new URL('https://id.example.org')

/** A gateway on a database that the test has opened itself, migrated. */
export async function securityInfoOn(database: Database) {
  const securityInfo = createSecurityInfo({
    plugins: [totp()],
    database,
    keyRing: createKeyRing(generateKey('test')),
    organisation: { name: 'Test' },
    publicUrl,
    version: '1.2.3',
    policy: {},
  })
  await securityInfo.migrate()
  return securityInfo
}
