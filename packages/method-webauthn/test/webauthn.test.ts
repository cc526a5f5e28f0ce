import { readdirSync, readFileSync } from 'node:fs'
import { ConfigurationFault } from '@security-info/core'
import { describe, expect, it } from 'vitest'
import { webauthn } from '../src/index.ts'
import { messages } from '../src/messages.ts'
import { policy, policyFaults } from '../src/policy.ts'
import { create, get, self } from './authenticator.ts'
import {
  ask,
  attempt,
  begin,
  handlersOf,
  kept,
  owned,
  type Policy,
  prove,
  register,
  startOf,
} from './ceremony.ts'

const handlers = handlersOf()

describe('what the browser is asked for', () => {
  it('M18: a handle of 64 random bytes, the same for all keys of a person', async () => {
    const { options, pending } = await begin()
    expect(Buffer.from(options.user.id, 'base64url')).toHaveLength(64)
    expect(options.user).toEqual({ id: pending.userHandle, name: 'ann@example.test', displayName: 'Ann' })
    expect((await begin()).options.user.id).not.toBe(options.user.id)
    const { method } = await owned()
    expect((await begin(handlers, {}, [method])).options.user.id).toBe(method.stored.userHandle)
  })

  it('excludes what is registered, pins the algorithms, and asks for what policy says', async () => {
    const { method } = await owned({ transports: ['usb', 'carrier-pigeon'] })
    const { options, pending } = await begin(handlers, {}, [method])
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Example Works' },
      attestation: 'none',
      timeout: 300_000,
      authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
      excludeCredentials: [{ type: 'public-key', id: method.stored.credentialId, transports: ['usb'] }],
    })
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257])
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32)
    expect(options.challenge).toBe(pending.challenge)
    const demanding = await begin(handlers, { attestationRequired: true, residentKey: 'required' })
    expect(demanding.options).toMatchObject({
      attestation: 'direct',
      authenticatorSelection: { residentKey: 'required' },
    })
  })

  it.each([
    ['platform', 'client-device'],
    ['cross-platform', 'security-key'],
  ] as const)('offers %s authenticators apart', async (attachment, hint) => {
    const { options } = await begin(handlers, {}, [], attachment)
    expect(options).toMatchObject({
      hints: [hint],
      authenticatorSelection: { authenticatorAttachment: attachment },
    })
  })
})

describe('a right answer', () => {
  it('registers, and proves two factors', async () => {
    const { device, response, result } = await register()
    expect(result).toMatchObject({ uniqueKey: response.id, factors: 2, suggestedLabel: 'YubiKey 5' })
    expect(handlers.passwordless?.identify(get(device, { challenge: 'AAAA' }))).toBe(response.id)
    const key = await owned()
    expect(await prove(key)).toEqual({ ok: true, methodId: 'key', counter: 1n, factors: 2 })
  })

  it('proves one factor where policy does without verification and the key did not verify', async () => {
    const given: Policy = { userVerification: 'preferred' }
    const { device, result } = await register({ uv: false }, given)
    expect(result).toMatchObject({ factors: 1 })
    expect(await prove({ device, method: kept(result) }, { uv: false }, given)).toMatchObject({ factors: 1 })
  })

  it.each([
    [{ aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd', be: true, bs: true }, 'iCloud Keychain', true],
    [{ aaguid: '00000000-0000-0000-0000-000000000000', be: true }, 'Passkey', false],
    [{ aaguid: '00000000-0000-0000-0000-000000000000', transports: ['internal'] }, 'Passkey', false],
    [{ aaguid: '00000000-0000-0000-0000-000000000000' }, undefined, false],
  ])('suggests a name, and says whether it is synced: %o', async (quirks, label, synced) => {
    const { result } = await register(quirks)
    expect(result).toMatchObject(label ? { suggestedLabel: label } : {})
    expect('suggestedLabel' in result).toBe(label !== undefined)
    const [details] = handlers.describe([kept(result)])
    expect(details).toMatchObject({
      synced,
      aaguid: quirks.aaguid,
      model: label === 'Passkey' ? null : (label ?? null),
    })
  })

  it('is taken from any origin of the policy, related ones too', async () => {
    const given: Policy = {
      rpId: 'example.org',
      origins: ['https://login.example.org', 'https://example.org:8443'],
      relatedOrigins: ['https://example.net'],
    }
    for (const origin of [...(given.origins ?? []), 'https://example.net']) {
      expect((await register({ origin }, given)).result, origin).toHaveProperty('stored')
    }
    const { result } = await register({ origin: 'https://example.org' }, given)
    expect(result).toMatchObject({ refused: 'webauthn.origin' })
  })
})

describe('passwordless', () => {
  const begun = async (given: Policy = {}) => {
    const { flowId, way, policy: section, now } = startOf(given)
    const step = await handlers.passwordless?.begin({ flowId, way, policy: section, now })
    if (!step) throw new Error('No passwordless.')
    return { options: step.view.options, pending: step.pending }
  }

  it('asks for any passkey, and is proven by one that says whose it is and has verified them', async () => {
    const given: Policy = { userVerification: 'preferred' }
    const { device, method } = await owned()
    const { options, pending } = await begun(given)
    expect(options).toMatchObject({ allowCredentials: [], userVerification: 'required', rpId: 'localhost' })
    const verify = (one: typeof device, quirks = {}) =>
      handlers.verify(attempt(pending, given), [method], get(one, options, quirks))
    expect(await verify(device)).toMatchObject({ ok: true, factors: 2 })
    expect(await verify(device, { uv: false })).toMatchObject({ refused: 'webauthn.userVerification' })
    expect(await verify({ ...device, userHandle: '' })).toMatchObject({ refused: 'webauthn.userHandle' })
  })
})

describe('counter (M12)', () => {
  const proven = async (stored: bigint | null, came: number) => {
    const { device, method } = await owned()
    return prove({ device, method: { ...method, counter: stored } }, { counter: came })
  }

  it('may stay 0 for ever: then there is none', async () => {
    expect(await proven(null, 0)).toEqual({ ok: true, methodId: 'key', factors: 2 })
  })

  it.each([
    [null, 7],
    [7n, 8],
    [7n, 4_294_967_295],
  ])('rises from %s to %i', async (stored, came) => {
    expect(await proven(stored, came)).toMatchObject({ ok: true, counter: BigInt(came) })
  })

  it.each([7, 3, 0])('does not rise from 7 to %i', async (came) => {
    const values = { came, expected: 7 }
    expect(await proven(7n, came)).toMatchObject({ refused: 'webauthn.counter', risk: 'clone', values })
  })

  it('is asked after the signature: a forgery does not tell where it stands', async () => {
    const { device, method } = await owned()
    const stranger = await owned()
    const forged = {
      device: { ...device, privateKey: stranger.device.privateKey },
      method: { ...method, counter: 9n },
    }
    expect(await prove(forged, { counter: 1 })).toMatchObject({ refused: 'webauthn.signature' })
  })
})

describe('flags (C16)', () => {
  const bits = [true, false]
  const matrix = bits.flatMap((up) =>
    bits.flatMap((uv) => bits.flatMap((be) => bits.map((bs) => ({ up, uv, be, bs })))),
  )

  it.each(matrix)('UP $up, UV $uv, BE $be, BS $bs', async (flags) => {
    const refused = !flags.up
      ? 'webauthn.userPresence'
      : !flags.uv
        ? 'webauthn.userVerification'
        : flags.bs && !flags.be
          ? 'webauthn.backupFlags'
          : undefined
    const expected = refused ? { ok: false, refused } : { factors: 2 }
    expect((await register(flags)).result).toMatchObject(expected)
    const single = await prove(await owned(), flags)
    const same = refused ?? (flags.be ? 'webauthn.backupEligibility' : undefined)
    expect(single).toMatchObject(same ? { ok: false, refused: same } : { ok: true })
    const multi = await prove(await owned({ be: true }), flags)
    const other = refused ?? (flags.be ? undefined : 'webauthn.backupEligibility')
    expect(multi).toMatchObject(other ? { ok: false, refused: other } : { ok: true })
  })

  it('follows whether it is backed up now', async () => {
    const key = await owned({ be: true, bs: false })
    expect(await prove(key, { be: true, bs: false })).not.toHaveProperty('stored')
    const verdict = await prove(key, { be: true, bs: true })
    expect(verdict).toMatchObject({ ok: true, stored: { ...key.method.stored, backedUp: true } })
  })
})

describe('wrong ceremonies', () => {
  it.each([
    [{ type: 'webauthn.get' }, { type: 'webauthn.create' }, 'webauthn.type'],
    [{ challenge: 'AAAA' }, { challenge: 'AAAA' }, 'webauthn.challenge'],
    [{ origin: 'https://evil.test' }, { origin: 'https://evil.test' }, 'webauthn.origin'],
    [{ origin: 'http://localhost:4001' }, { origin: 'http://localhost' }, 'webauthn.origin'],
    [{ crossOrigin: true }, { crossOrigin: true }, 'webauthn.crossOrigin'],
    [{ topOrigin: 'http://localhost:4000' }, { topOrigin: 'http://localhost:4000' }, 'webauthn.topOrigin'],
    [{ rpId: 'evil.test' }, { rpId: 'evil.test' }, 'webauthn.rpId'],
  ])('%o: refused on both', async (creating, getting, refused) => {
    expect((await register(creating)).result).toMatchObject({ ok: false, refused })
    expect(await prove(await owned(), getting)).toMatchObject({ ok: false, refused })
  })

  it.each([-35, -36, -37, -48, -257, -65535, 0])('algorithm %i: refused', async (algorithm) => {
    const { result } = await register({ algorithm })
    // RS256 is one of ours, but this is no RSA key.
    const refused = algorithm === -257 ? 'webauthn.publicKey' : 'webauthn.algorithm'
    expect(result).toMatchObject({ ok: false, refused })
  })

  it('refuses a credential id of more than 1023 bytes', async () => {
    expect((await register({ credentialId: new Uint8Array(1023) })).result).toHaveProperty('stored')
    const { result } = await register({ credentialId: new Uint8Array(1024) })
    expect(result).toMatchObject({ refused: 'webauthn.credentialId' })
  })

  it('C6: refuses a replay, and an answer to the challenge of somebody else or of the other ceremony', async () => {
    const { device, method } = await owned()
    const first = await ask([method])
    const answer = get(device, first.options)
    expect((await handlers.verify(attempt(first.pending), [method], answer)).ok).toBe(true)
    const second = await ask([method])
    const replayed = await handlers.verify(attempt(second.pending), [method], answer)
    expect(replayed).toMatchObject({ refused: 'webauthn.challenge', path: ['response', 'clientDataJSON'] })
    const enrolment = await begin()
    const swapped = get(device, enrolment.options)
    expect(await handlers.verify(attempt(second.pending), [method], swapped)).toMatchObject({
      refused: 'webauthn.challenge',
    })
    const { response } = create(first.options)
    expect(await handlers.confirm(attempt(enrolment.pending), response)).toMatchObject({
      refused: 'webauthn.challenge',
    })
  })

  it('refuses the key of another person, by its id and by its handle', async () => {
    const mine = await owned()
    const theirs = await owned()
    expect(await prove({ device: theirs.device, method: mine.method })).toMatchObject({
      refused: 'webauthn.unknownCredential',
    })
    const stolen = { ...mine.device, userHandle: theirs.device.userHandle }
    expect(await prove({ device: stolen, method: mine.method })).toMatchObject({
      refused: 'webauthn.userHandle',
    })
  })

  it('takes self attestation as it is', async () => {
    const { result } = await register({ attest: self })
    expect(result).toMatchObject({ stored: { attestationFormat: 'packed' } })
  })
})

describe('settings', () => {
  it.each([
    [{ rpId: 'https://example.org' }, 'rpId'],
    [{ rpId: '127.0.0.1' }, 'rpId'],
    [{ rpId: 'Example.org' }, 'rpId'],
    [{ origins: ['https://example.org/'] }, 'origins'],
    [{ origins: ['example.org'] }, 'origins'],
    [{ topOrigins: ['ftp://example.org'] }, 'topOrigins'],
    [{ allowedAaguids: ['yubikey'] }, 'allowedAaguids'],
    [{ userVerification: 'discouraged' }, 'userVerification'],
  ])('the policy %o names the option that is wrong', (given, option) => {
    const parsed = policy.safeParse(given)
    expect(parsed.error?.issues[0]?.path[0]).toBe(option)
  })

  it.each([
    [
      { rpId: 'example.org', origins: ['https://notexample.org'] },
      'https://id.example.org',
      'is not in the domain',
    ],
    [{ rpId: 'example.net' }, 'https://id.example.org', 'is not in the domain "example.net"'],
    [{}, 'https://192.0.2.7', 'is no domain'],
  ])('the policy %o under %s stops the start: it %s', (given, address, problem) => {
    const faults = policyFaults(policy.parse(given), { publicUrl: new URL(address) })
    expect(faults.map((fault) => fault.problem).join()).toContain(problem)
  })

  it.each([
    [{}, 'http://localhost:4000'],
    [{ rpId: 'example.org' }, 'https://id.example.org'],
    [{ rpId: 'example.org', relatedOrigins: ['https://example.net'] }, 'https://example.org'],
  ])('the policy %o under %s is one to start with', (given, address) => {
    expect(policyFaults(policy.parse(given), { publicUrl: new URL(address) })).toEqual([])
  })

  it('a key that takes the place of the only one keeps the handle of the account', async () => {
    const { method } = await owned()
    const { pending, options } = await begin(handlers, {}, [], undefined, method)
    expect(pending.userHandle).toBe(method.stored.userHandle)
    expect(options.excludeCredentials).toEqual([])
  })

  it('an option of the factory that is wrong stops the start', () => {
    expect(() => webauthn({ attestation: { roots: ['MII...'] } })).toThrow(
      /option attestation.roots.0: expected one/,
    )
    expect(() => webauthn({ algorithm: -7 } as never)).toThrow(ConfigurationFault)
  })
})

it('has a text for each of its codes', () => {
  const folder = new URL('../src/', import.meta.url)
  const source = readdirSync(folder)
    .filter((file) => !file.startsWith('messages'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('')
  // Two of what is in quotes there are the types of the ceremonies.
  const codes = new Set(source.match(/(?<=')webauthn\.(?!create|get)[a-zA-Z]+(?=')/g))
  expect(codes.size).toBeGreaterThan(20)
  const texts = Object.keys(messages.en).filter((key) => key.startsWith('webauthn.'))
  expect(codes).toEqual(new Set(texts))
})
