import { describe, expect, it } from 'vitest'
import { type Assertion, assertion, type Registration, registration } from '../src/inputs.ts'
import { base64Url, bytesOf, create, get, self } from './authenticator.ts'
import { ask, attempt, begin, handlersOf, kept, owned } from './ceremony.ts'

const handlers = handlersOf()

/** What becomes of a response: the path of what can't be read, or the verdict. */
async function confirmed(response: Registration, pending: { challenge: string; userHandle: string }) {
  const parsed = registration.safeParse(response)
  return parsed.success ? handlers.confirm(attempt(pending), parsed.data) : undefined
}

/** Every way to change one byte a little. */
function* flips(encoded: string) {
  const bytes = bytesOf(encoded)
  for (const [index, byte] of bytes.entries()) {
    for (const bit of [0x01, 0x20, 0x80]) {
      yield { index, bit, text: base64Url(bytes.with(index, byte ^ bit)) }
    }
  }
}

/** And to make it longer or shorter. */
function resized(encoded: string): readonly string[] {
  const bytes = bytesOf(encoded)
  const one = Buffer.from([0])
  return [Buffer.concat([bytes, one]), Buffer.concat([one, bytes]), bytes.slice(1), bytes.slice(0, -1)].map(
    base64Url,
  )
}

describe('C16: every byte of a signed response, changed in turn, is refused', () => {
  const signed = async () => {
    const { options, pending } = await begin()
    return { pending, response: create(options, { attest: self }).response }
  }

  it.each(['clientDataJSON', 'attestationObject'] as const)('registration: %s', async (member) => {
    const { pending, response } = await signed()
    expect(await confirmed(response, pending), 'unchanged').toHaveProperty('stored')
    // Without the copy of the authenticator data, so that it is the signature that has to notice.
    const { clientDataJSON, attestationObject } = response.response
    const rest = { clientDataJSON, attestationObject }
    const taken: string[] = []
    const texts = [...flips(rest[member])].map(({ index, bit, text }) => ({ text, where: `${index}/${bit}` }))
    for (const { text, where } of [
      ...texts,
      ...resized(rest[member]).map((text) => ({ text, where: 'size' })),
    ]) {
      const result = await confirmed({ ...response, response: { ...rest, [member]: text } }, pending)
      if (result && 'stored' in result) taken.push(where)
    }
    expect(taken).toEqual([])
  })

  it.each(['clientDataJSON', 'authenticatorData', 'signature'] as const)(
    'authentication: %s',
    async (member) => {
      const { device, method } = await owned()
      const { options, pending } = await ask([method])
      const response = get(device, options)
      const verify = async (changed: Assertion) => {
        const parsed = assertion.safeParse(changed)
        return parsed.success && (await handlers.verify(attempt(pending), [method], parsed.data)).ok
      }
      expect(await verify(response), 'unchanged').toBe(true)
      const texts = [...flips(response.response[member])].map(({ text }) => text)
      for (const text of [...texts, ...resized(response.response[member])]) {
        expect(await verify({ ...response, response: { ...response.response, [member]: text } }), text).toBe(
          false,
        )
      }
    },
  )
})

describe('C16: every member of an unsigned registration, changed in turn, is refused', () => {
  const other = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

  it.each<[string, (response: Registration) => Registration]>([
    ['id', (response) => ({ ...response, id: other })],
    ['rawId', (response) => ({ ...response, rawId: other })],
    ['id and rawId', (response) => ({ ...response, id: other, rawId: other })],
    ['type', (response) => ({ ...response, type: 'password' })],
    ['response.authenticatorData', changed('authenticatorData')],
    ['response.publicKey', changed('publicKey')],
    [
      'response.publicKeyAlgorithm',
      (response) => ({ ...response, response: { ...response.response, publicKeyAlgorithm: -257 } }),
    ],
  ])('%s', async (member, change) => {
    const { options, pending } = await begin()
    const result = await confirmed(change(create(options).response), pending)
    const refused = ['rawId', 'id', 'type'].includes(member) ? undefined : 'webauthn.inconsistent'
    expect(result && 'ok' in result ? result.refused : result, member).toBe(refused)
  })

  it('the public key is a point of the curve', async () => {
    const { options, pending } = await begin()
    const { response } = create(options)
    const { attestationObject, clientDataJSON } = response.response
    const bytes = bytesOf(attestationObject)
    for (let fromEnd = 1; fromEnd <= 32; fromEnd++) {
      const at = bytes.length - fromEnd
      const moved = base64Url(bytes.with(at, (bytes[at] ?? 0) ^ 1))
      const changed = { ...response, response: { clientDataJSON, attestationObject: moved } }
      expect(await confirmed(changed, pending)).toMatchObject({ refused: 'webauthn.publicKey' })
    }
  })

  it('what nobody signs and nothing is decided by may be anything', async () => {
    const { options, pending } = await begin()
    const { response } = create(options)
    const whim = {
      ...response,
      authenticatorAttachment: 'implant',
      clientExtensionResults: { credProps: { rk: false }, prf: { enabled: true } },
      response: { ...response.response, transports: ['telepathy'] },
    }
    const method = kept((await confirmed(whim, pending)) ?? { ok: false, refused: 'wrong-proof' })
    expect(method.stored).toMatchObject({ credentialId: response.id, transports: [] })
  })
})

describe('every member of an authentication, changed in turn, is refused', () => {
  it.each<[string, (response: Assertion) => Assertion]>([
    ['id', (response) => ({ ...response, id: `${response.id.slice(0, -4)}AAAA` })],
    ['rawId', (response) => ({ ...response, rawId: `${response.id.slice(0, -4)}AAAA` })],
    ['type', (response) => ({ ...response, type: 'password' })],
    [
      'response.userHandle',
      (response) => ({ ...response, response: { ...response.response, userHandle: 'AAAA' } }),
    ],
  ])('%s', async (_member, change) => {
    const { device, method } = await owned()
    const { options, pending } = await ask([method])
    const parsed = assertion.safeParse(change(get(device, options)))
    const ok = parsed.success && (await handlers.verify(attempt(pending), [method], parsed.data)).ok
    expect(ok).toBe(false)
  })
})

function changed(member: 'authenticatorData' | 'publicKey') {
  return (response: Registration): Registration => {
    const bytes = bytesOf(response.response[member] ?? '')
    const text = base64Url(bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1))
    return { ...response, response: { ...response.response, [member]: text } }
  }
}
