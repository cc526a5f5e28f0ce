/** The plugin of `docs/beyond-a-method.md`: taken out of the page, type-checked, and used by people. */
import type { Attempt, Plugin } from '@security-info/core'
import { afterAll, describe, expect, it } from 'vitest'
import { blank } from '../../src/conformance/blank.ts'
import { eachDatabase, openTestGateway } from '../../src/index.ts'
import { extract } from './extract.ts'

const page = await extract('docs/beyond-a-method.md')
afterAll(() => page.remove())

const { houseRules } = (await import(page.path('src/plugin.ts'))) as {
  houseRules: (rules: string) => Plugin
}
const { approved } = (await import(page.path('src/out-of-band.ts'))) as {
  approved: (at: Attempt<{ readonly number: string }>) => boolean | undefined
}
const ACCEPT = 'mutation { acceptHouseRules(edition: 3) }'

it('compiles strictly', async () => {
  expect(await page.compile()).toBe('')
})

eachDatabase('House rules', (open) => {
  it('keep the wizard open until they are accepted', async () => {
    const plugins = [blank(), houseRules('Be kind.')]
    const policy = { twoFactor: 'off', methods: { houseRules: { edition: 3 } } }
    const gateway = await openTestGateway(await open(), { plugins, policy })
    const client = gateway.client()
    await client.signIn(await gateway.person())
    const sections = async () => (await client.session())?.interrupt?.sections
    expect(await sections()).toEqual([{ id: 'accept', done: false }])
    expect(await client.finishRegistration()).toMatchObject({ __typename: 'PolicyDenied' })
    expect((await client.send(ACCEPT)).data).toEqual({ acceptHouseRules: true })
    expect(await sections()).toEqual([{ id: 'accept', done: true }])
    expect(await client.finishRegistration()).toMatchObject({ session: { state: 'ACTIVE' } })

    const second = gateway.client()
    await second.signIn(await gateway.person())
    await second.signOut()
    const [refused] = (await second.send(ACCEPT)).errors
    expect(refused?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('can be read by anybody', async () => {
    const { securityInfo } = await openTestGateway(await open(), {
      plugins: [blank(), houseRules('Be kind.')],
      policy: { twoFactor: 'off' },
    })
    const [route] = securityInfo.routes
    const request = new Request('http://localhost:4000/house-rules')
    const answer = await route?.handle(request, { clientAddress: '127.0.0.1' })
    expect(await answer?.text()).toBe('Be kind.')
  })
})

describe('An answer that comes another way', () => {
  const at = {
    userId: 'nobody',
    now: new Date(0),
    number: 1,
    way: 'approve',
    policy: {},
    pending: { number: '42' },
  }
  it.each([
    [undefined, undefined],
    [{ approved: true, number: '42' }, true],
    [{ approved: true, number: '43' }, false],
    [{ approved: false, number: '42' }, false],
  ])('%o is %s', (signal, verdict) => {
    expect(approved(signal === undefined ? at : { ...at, signal })).toBe(verdict)
  })
})
