import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assertion, assertion, type Registration, registration } from '../src/inputs.ts'
import { messages } from '../src/messages.ts'
import { base64Url, cbor, create, get } from './authenticator.ts'
import { ask, attempt, begin, handlersOf, owned } from './ceremony.ts'

const handlers = handlersOf()

/** Words of stacks, of the library, of CBOR, ASN.1 and JSON parsers. */
const LEAKS = /\n\s+at |node_modules|\.js|Error|unexpected|unsupported|leftover|offset|undefined|\[object/i

const text = (value: unknown) => base64Url(new TextEncoder().encode(JSON.stringify(value)))
const good = { type: 'webauthn.create', challenge: 'AAAA', origin: 'https://example.org' }

/** Whatever a string may be. */
const anything = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.base64String({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 300 }).map(base64Url),
  fc.jsonValue().map(text),
  fc
    .dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.uint8Array()))
    .map((value) => base64Url(cbor(new Map(Object.entries(value))))),
  fc
    .record({ type: fc.string(), challenge: fc.string(), origin: fc.string(), crossOrigin: fc.jsonValue() })
    .map(text),
  fc.constantFrom('', 'A', '====', 'é', '\u0000', 'AAAB', text(good), 'A'.repeat(1400)),
)

/** The response with any number of its strings replaced. */
function spoilt<T extends { response: object }>(response: T): fc.Arbitrary<T> {
  const inner = Object.keys(response.response).filter(
    (key) => key !== 'transports' && key !== 'publicKeyAlgorithm',
  )
  return fc
    .record({
      outer: fc.dictionary(fc.constantFrom('id', 'rawId', 'type'), anything, { maxKeys: 2 }),
      inner: fc.dictionary(fc.constantFrom(...inner), anything, { minKeys: 1 }),
    })
    .map((changes) => ({
      ...response,
      ...changes.outer,
      response: { ...response.response, ...changes.inner },
    }))
}

/** What can't be read is refused with its path, what can be read by a handler; neither throws, or talks like a machine. */
function expectWords(parsed: ReturnType<typeof registration.safeParse | typeof assertion.safeParse>) {
  for (const issue of parsed.error?.issues ?? []) {
    expect(['id', 'rawId', 'type', 'response']).toContain(issue.path[0])
    expect(issue.message).toMatch(/^Expected /)
    expect(issue.message).not.toMatch(LEAKS)
  }
}

function expectRefusal(result: object) {
  expect(result).toMatchObject({
    ok: false,
    refused: expect.stringMatching(/^webauthn\./),
    path: expect.anything(),
  })
  const { refused, values } = result as { refused: `webauthn.${string}`; values?: object }
  expect(messages.en[refused], refused).toBeTruthy()
  expect(JSON.stringify(values ?? {})).not.toMatch(/node_modules|\\n/)
}

describe('a malformed response', () => {
  it('registration: is refused in words', async () => {
    const { options, pending } = await begin()
    const { response } = create(options)
    await fc.assert(
      fc.asyncProperty(spoilt<Registration>(response), async (changed) => {
        const parsed = registration.safeParse(changed)
        expectWords(parsed)
        if (parsed.success) expectRefusal(await handlers.confirm(attempt(pending), parsed.data))
      }),
      { numRuns: 400 },
    )
  })

  it('authentication: is refused in words', async () => {
    const { device, method } = await owned()
    const { options, pending } = await ask([method])
    const response = get(device, options)
    await fc.assert(
      fc.asyncProperty(spoilt<Assertion>(response), async (changed) => {
        const parsed = assertion.safeParse(changed)
        expectWords(parsed)
        if (parsed.success) expectRefusal(await handlers.verify(attempt(pending), [method], parsed.data))
      }),
      { numRuns: 400 },
    )
  })

  const { response } = create({ challenge: 'AAAA' })
  it.each<[string, unknown, RegExp]>([
    ['clientDataJSON', 'not base64url!', /^Expected base64url without padding/],
    ['clientDataJSON', `${text(good)}=`, /^Expected base64url/],
    ['clientDataJSON', 'AAAB', /^Expected JSON in UTF-8/],
    ['clientDataJSON', base64Url(Uint8Array.of(0x22, 0xff, 0x22)), /^Expected JSON in UTF-8/],
    ['clientDataJSON', text([good]), /^Expected a JSON object/],
    ['clientDataJSON', text({ ...good, challenge: 5 }), /"challenge" to be a string, got a number/],
    ['clientDataJSON', text({ ...good, origin: undefined }), /"origin" to be a string, got nothing/],
    ['clientDataJSON', text({ ...good, crossOrigin: 'true' }), /"crossOrigin" to be true or false/],
    ['clientDataJSON', text({ ...good, topOrigin: null }), /"topOrigin" to be a string, got null/],
    [
      'clientDataJSON',
      text({ ...good, tokenBinding: { status: 'maybe' } }),
      /"tokenBinding" to be an object/,
    ],
    ['attestationObject', base64Url(cbor('x')), /^Expected one CBOR map/],
    ['attestationObject', `${response.response.attestationObject}AAAA`, /^Expected/],
    ['attestationObject', base64Url(cbor(new Map())), /"fmt" to be a text/],
    ['attestationObject', base64Url(cbor(new Map([['fmt', 'none']]))), /"attStmt" to be a map/],
    ['attestationObject', 'A'.repeat(65_540), /^Expected at most 65536 characters/],
    ['authenticatorData', 'AA=', /^Expected base64url/],
  ])('%s: %s is named', (member, value, message) => {
    const changed = { ...response, response: { ...response.response, [member]: value } }
    const issue = registration.safeParse(changed).error?.issues[0]
    expect(issue?.path).toEqual(['response', member])
    expect(issue?.message).toMatch(message)
  })

  it('has one spelling of an id: the bits that base64url leaves over are zero', () => {
    const id = `${response.id.slice(0, -1)}B`
    const issue = registration.safeParse({ ...response, id, rawId: id }).error?.issues[0]
    expect(issue?.path).toEqual(['id'])
  })
})
