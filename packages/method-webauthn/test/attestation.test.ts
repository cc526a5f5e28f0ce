import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { AAGUID, self } from './authenticator.ts'
import { handlersOf, type Policy, register } from './ceremony.ts'
import { attestedBy, leaf, pemOf, root } from './certificates.ts'

const required: Policy = { attestationRequired: true }

describe('C18: attestation', async () => {
  const maker = await root('Maker')
  const stranger = await root('Stranger')
  const genuine = await leaf(maker)
  const foreign = await leaf(stranger)
  const alone = await root('Alone', 'Authenticator Attestation')
  const handlers = handlersOf({ roots: [pemOf(await root('Older')), pemOf(maker)] })
  const code = async (...args: Parameters<typeof register>) => {
    const { result } = await register(...args)
    return 'ok' in result ? result.refused : 'taken'
  }

  it('takes anything right where policy does not ask', async () => {
    expect(await code()).toBe('taken')
    expect(await code({ attest: self })).toBe('taken')
    for (const one of [genuine, foreign, alone]) {
      expect(await code({ attest: attestedBy('packed', one) })).toBe('taken')
    }
  })

  it('takes only what leads to a known root where policy asks', async () => {
    expect(await code({}, required, handlers)).toBe('webauthn.attestationMissing')
    expect(await code({ attest: self }, required, handlers)).toBe('webauthn.attestationMissing')
    const by = (one: typeof genuine) => code({ attest: attestedBy('packed', one) }, required, handlers)
    expect(await by(alone), 'self-signed').toBe('webauthn.attestationUntrusted')
    expect(await by(foreign)).toBe('webauthn.attestationUntrusted')
    expect(await by(genuine)).toBe('taken')
    const chain = attestedBy('packed', foreign, maker)
    expect(await code({ attest: chain }, required, handlers), 'a root that did not sign').toBe(
      'webauthn.attestationUntrusted',
    )
  })

  it('trusts nobody where no root is configured', async () => {
    const result = await code({ attest: attestedBy('packed', genuine) }, required)
    expect(result).toBe('webauthn.attestationUntrusted')
  })

  it('refuses a statement that is not right, asked for or not', async () => {
    const other = (data: Uint8Array) => attestedBy('packed', genuine)(data.toReversed())
    expect(await code({ attest: other })).toBe('webauthn.attestation')
    const notNone = (data: Uint8Array) => ({ ...attestedBy('packed', genuine)(data), format: 'none' })
    expect(await code({ attest: notNone })).toBe('webauthn.attestation')
    for (const x5c of [[], ['x'], 'x', [new Uint8Array(9)]]) {
      const odd = (data: Uint8Array) => {
        const { format, statement } = attestedBy('packed', genuine)(data)
        return { format, statement: new Map([...statement, ['x5c', x5c]]) }
      }
      expect(await code({ attest: odd }), String(x5c)).toBe('webauthn.attestation')
    }
    const empty = () => ({ format: 'packed', statement: new Map() })
    expect(await code({ attest: empty })).toBe('webauthn.attestation')
  })

  it.each(['android-safetynet', 'compound', 'Packed', '', 'x'.repeat(500)])(
    'refuses the format "%s"',
    async (format) => {
      const { result } = await register({
        attest: (data) => ({ ...attestedBy('packed', genuine)(data), format }),
      })
      expect(result).toMatchObject({ refused: 'webauthn.format' })
      expect(JSON.stringify(result).length).toBeLessThan(400)
    },
  )

  it('takes only the models on the list, where there is one', async () => {
    const attest = attestedBy('packed', genuine)
    const given: Policy = { ...required, allowedAaguids: [AAGUID] }
    expect(await code({ attest }, given, handlers)).toBe('taken')
    const { result } = await register(
      { attest, aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d' },
      given,
      handlers,
    )
    expect(result).toMatchObject({
      refused: 'webauthn.aaguid',
      values: { came: 'bada5566-a7aa-401f-bd96-45619a55120d' },
    })
  })

  it('sends no request to an address that a stranger wrote into a certificate', async () => {
    let asked = 0
    const server = createServer((_request, response) => response.end(String(asked++)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.crl`
      const trap = await root('Trap', 'Root', address)
      const bait = await leaf(trap, address)
      for (const format of ['android-key', 'packed', 'tpm', 'apple', 'fido-u2f']) {
        for (const given of [{}, required]) {
          const attest = attestedBy(format, bait, trap)
          // Only what is asked for has to lead anywhere, so a packed one is right where nothing is.
          const expected = format === 'packed' && given !== required ? /^taken$/ : /^webauthn.attestation/
          expect(await code({ attest }, given, handlers), format).toMatch(expected)
        }
      }
      expect(asked).toBe(0)
    } finally {
      server.close()
    }
  })
})
