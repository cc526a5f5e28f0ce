import { type Attempt, ConfigurationFault, type Deps, type Registered, Secret } from '@security-info/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { totp } from '../src/index.ts'
import { codeAt } from './authenticator.ts'

/** RFC 6238 B and RFC 4226 D: the ASCII key `12345678901234567890`, here in base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const PERIOD_MS = 30_000

const deps: Deps = {
  random: (bytes) => Buffer.from('12345678901234567890').subarray(0, bytes),
  organisation: 'Example: Works',
  publicUrl: new URL('http://localhost:4000'),
  signal: async () => false,
  hashes: { hash: async () => '', matches: async () => false, isOutdated: async () => false },
}
const handlers = createHandlers(deps, { driftSteps: 1 })
const strict = createHandlers(deps, { driftSteps: 0 })

function at(seconds: number, number = 1): Attempt<Record<string, never>, object> {
  return { userId: 'nobody', now: new Date(seconds * 1000), number, way: 'code', pending: {}, policy: {} }
}
function app(counter: bigint | null = null, secret = SECRET): Registered<{ secret: string }> {
  return { id: 'app', label: 'App', counter, stored: { secret } }
}
const verify = (code: string, seconds: number, counter: bigint | null = null, with_ = handlers) =>
  with_.verify(at(seconds), [app(counter)], { code: new Secret(code) })

describe('vectors', () => {
  // RFC 4226 D: the last six digits for the counters 0 to 9. A counter is a time step of 30 s (RFC 6238 4.2).
  const hotp = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ')
  it.each(hotp.map((code, counter) => ({ code, counter })))(
    'RFC 4226 D: $code for counter $counter',
    async (vector) => {
      const verdict = await verify(vector.code, vector.counter * 30, null, strict)
      expect(verdict).toEqual({ ok: true, methodId: 'app', counter: BigInt(vector.counter) })
    },
  )

  // RFC 6238 B, SHA-1: eight digits there, of which an app with six digits shows the last six.
  it.each([
    { seconds: 59, code: '94287082' },
    { seconds: 1_111_111_109, code: '07081804' },
    { seconds: 1_111_111_111, code: '14050471' },
    { seconds: 1_234_567_890, code: '89005924' },
    { seconds: 2_000_000_000, code: '69279037' },
    { seconds: 20_000_000_000, code: '65353130' },
  ])('RFC 6238 B: $code at $seconds s', async ({ seconds, code }) => {
    const verdict = await verify(code.slice(2), seconds, null, strict)
    expect(verdict).toEqual({ ok: true, methodId: 'app', counter: BigInt(Math.floor(seconds / 30)) })
  })
})

describe('time', () => {
  it.each([-90, -61, -30, 0, 30, 60, 90])('M8: a code from %i s away', async (away) => {
    const now = 1_000_000_020
    const code = await codeAt({ secret: SECRET }, new Date((now + away) * 1000))
    const steps = Math.abs(Math.floor((now + away) / 30) - Math.floor(now / 30))
    expect((await verify(code, now)).ok).toBe(steps <= 1)
    expect((await verify(code, now, null, strict)).ok).toBe(steps === 0)
  })

  it('C4: accepts a step once, and none before it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 10, max: 60_000_000 }),
        fc.integer({ min: -3, max: 3 }),
        async (step, used) => {
          const now = new Date(step * PERIOD_MS)
          const code = await codeAt({ secret: SECRET }, now)
          const verdict = await verify(code, step * 30, BigInt(step + used))
          expect(verdict).toEqual(
            used < 0
              ? { ok: true, methodId: 'app', counter: BigInt(step) }
              : { ok: false, refused: 'totp.replayed' },
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  it('measures a wrong clock only while the app is being set up', async () => {
    const now = 1_000_000_020
    const late = new Secret(await codeAt({ secret: SECRET }, new Date((now - 600) * 1000)))
    const attempt = (number: number) => ({ ...at(now, number), pending: { secret: SECRET } })
    expect(await handlers.confirm(attempt(1), { code: late })).toEqual({ ok: false, refused: 'wrong-proof' })
    expect(await handlers.confirm(attempt(2), { code: late })).toMatchObject({ hint: 'totp.clockOff' })
    const signIn = await handlers.verify(at(now, 2), [app()], { code: late })
    expect(signIn, 'at sign-in it would tell a guesser about codes to come').toMatchObject({
      hint: 'totp.checkClock',
    })
  })
})

describe('a decoy', () => {
  it('refuses every code, also the one that would be right, with what a wrong one gets', async () => {
    const now = 1_000_000_020
    // The secret of the decoy is random; here it is the only one there is.
    const right = { code: new Secret(await codeAt({ secret: SECRET }, new Date(now * 1000))) }
    const wrong = { code: new Secret('000000') }
    for (const attempt of [at(now, 1), at(now, 3)]) {
      const refused = await handlers.verify(attempt, [], right)
      expect(refused).toMatchObject({ ok: false, refused: 'wrong-proof' })
      expect(refused).toEqual(await handlers.verify(attempt, [app()], wrong))
    }
  })
})

describe('setup', () => {
  const start = {
    flowId: 'flow',
    userId: 'nobody',
    username: 'a:b@example.test',
    displayName: 'A',
    way: 'code',
    now: new Date(0),
    policy: {},
  }

  it('gives the secret as link, key and picture, with nothing that apps stumble over', async () => {
    const step = await handlers.begin(start, {}, [], null)
    if ('ok' in step) throw new Error('refused')
    const uri = new URL(step.view.otpauthUri)
    expect(uri.protocol).toBe('otpauth:')
    expect(uri.searchParams.get('secret')).toBe(SECRET)
    expect(uri.searchParams.get('issuer')).toBe('Example  Works')
    expect(decodeURIComponent(uri.pathname).split(':')).toHaveLength(2)
    expect(step.view.manualKey).toBe('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ')
    expect(step.view.qrSvg).toMatch(/^<svg .*<\/svg>$/s)
    expect(step.pending).toEqual({ secret: SECRET })
  })

  it('names the option that is wrong', () => {
    expect(() => totp({ issuer: 'A:B' })).toThrow(ConfigurationFault)
    expect(() => totp({ issuer: 'A:B' })).toThrow(/plugin "totp", option issuer: it contains a colon/)
    expect(() => totp({ driftSteps: 2 })).toThrow(/option driftSteps/)
  })
})
