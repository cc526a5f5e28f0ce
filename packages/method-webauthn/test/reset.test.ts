import type { Registered } from '@security-info/core'
import { describe, expect, it, vi } from 'vitest'
import type { StoredKey } from '../src/stored.ts'
import { create, type Device, get, type Quirks } from './authenticator.ts'
import { ask, attempt, handlersOf, owned, type Policy } from './ceremony.ts'

const handlers = handlersOf()
const begin = (of: readonly Registered<StoredKey>[], given: Policy = {}) =>
  ask(of, handlers, given, 'PASSWORD_RESET')

/** What a key gives in a reset of somebody with these keys. */
async function prove(
  device: Device,
  of: readonly Registered<StoredKey>[],
  quirks: Quirks = {},
  given: Policy = {},
) {
  const { options, pending } = await begin(of, given)
  return handlers.verify(attempt(pending, given), of, get({ ...device }, options, quirks))
}
const refused = { ok: false, refused: 'wrong-proof' }

describe('A password reset', () => {
  it('asks for any key, and not for those that somebody has', async () => {
    const { method } = await owned()
    for (const userVerification of ['required', 'preferred'] as const) {
      const [somebody, nobody] = [
        await begin([method], { userVerification }),
        await begin([], { userVerification }),
      ]
      const { challenge, ...asked } = somebody.options
      expect(asked).toMatchObject({ allowCredentials: [], userVerification, rpId: 'localhost' })
      expect(nobody.options).toEqual({ ...asked, challenge: nobody.options.challenge })
      expect(nobody.options.challenge).not.toBe(challenge)
    }
  })

  it('takes any key of the person, and a right signature only', async () => {
    const [first, second, stranger] = [await owned(), await owned(), await owned()]
    const of = [first.method, { ...second.method, id: 'second' }]
    expect(await prove(second.device, of)).toMatchObject({ ok: true, methodId: 'second', factors: 2 })
    expect(await prove({ ...second.device, privateKey: stranger.device.privateKey }, of)).toEqual(refused)
  })

  it('says of a key that may be a copy what it is, once it has proven something', async () => {
    const { device, method } = await owned()
    const of = [{ ...method, counter: 9n }]
    expect(await prove(device, of, { counter: 4 })).toMatchObject({
      refused: 'webauthn.counter',
      risk: 'clone',
    })
    const { privateKey } = (await owned()).device
    expect(await prove({ ...device, privateKey }, of, { counter: 4 })).toEqual(refused)
  })

  const unknown = create({ challenge: 'AAAA', user: { id: 'AAAA' } }).device
  it.each<[string, Quirks]>([
    ['is right in all but the key', {}],
    ['is of another ceremony', { type: 'webauthn.create' }],
    ['answers another challenge', { challenge: 'AAAA' }],
    ['comes from another site', { origin: 'https://evil.test' }],
    ['is for another site', { rpId: 'evil.test' }],
    ['was not touched', { up: false }],
    ['did not verify anybody', { uv: false }],
    ['contradicts itself', { be: false, bs: true }],
    ['is backed up', { be: true, bs: true }],
  ])('refuses alike what %s: of a key, of a stranger, of nobody', async (_what, quirks) => {
    const { device, method } = await owned()
    const forged = { ...device, privateKey: unknown.privateKey }
    const answers = [
      await prove(forged, [method], quirks),
      await prove({ ...forged, userHandle: 'AAAA' }, [method], quirks),
      await prove(unknown, [method], quirks),
      await prove(device, [], quirks),
      await prove(unknown, [], quirks),
    ]
    for (const answer of answers) expect(answer).toEqual(refused)
  })

  it('checks the signature of a key that nobody has too, so that it takes as long', async () => {
    const spy = vi.spyOn(crypto.subtle, 'verify')
    const { device, method } = await owned()
    for (const of of [[method], []]) {
      spy.mockClear()
      await prove({ ...device, privateKey: unknown.privateKey }, of)
      expect(spy).toHaveBeenCalledTimes(1)
    }
    spy.mockResolvedValue(true)
    expect(await prove(unknown, [method]), 'whatever is right for it').toEqual(refused)
    spy.mockRestore()
  })
})
