import {
  createKeyRing,
  createSecurityInfo,
  generateKey,
  type Plugin,
  type SecurityInfo,
} from '../../src/index.ts'

const refuse = () => Promise.reject(new Error('Nothing is read before the start.'))

/** A gateway that has no database yet: for what is checked before one is asked. */
export function construct(plugins: readonly Plugin[], policy: unknown = {}): SecurityInfo {
  return createSecurityInfo({
    plugins,
    database: {
      db: {} as Parameters<typeof createSecurityInfo>[0]['database']['db'],
      migrate: refuse,
      exclusively: refuse,
      close: refuse,
    },
    keyRing: createKeyRing(generateKey('test')),
    organisation: { name: 'Test Organisation' },
    publicUrl: new URL('http://localhost:4000'),
    version: '0.0.0-test',
    policy,
  })
}
