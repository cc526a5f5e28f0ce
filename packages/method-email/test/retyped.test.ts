import type { ChallengeStart } from '@security-info/core'
import { describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { maskAddress } from '../src/mask.ts'
import { type EmailPolicy, policy as shape } from '../src/policy.ts'

const handlers = createHandlers()

function start(policy: object): ChallengeStart<EmailPolicy> {
  return {
    purpose: 'PASSWORD_RESET',
    flowId: 'flow',
    userId: 'nobody',
    username: 'ada',
    displayName: 'Ada',
    way: 'code',
    policy: shape.parse(policy),
    now: new Date(0),
  }
}
const registered = (address: string) => ({ id: address, label: 'Email', counter: null, stored: { address } })

describe('Typing it again in a password reset', () => {
  const retype = (address: string, of: readonly string[] = [], policy: object = {}) =>
    handlers.retyped?.(
      start(policy),
      of.map((one) => registered(one)),
      { address },
    )

  it('finds the registered address, in any capitals, and sends there and not to what was typed', () => {
    const own = ['bob@example.org', 'Ada@example.org']
    for (const typed of ['ada@example.org', ' ADA@EXAMPLE.org ', 'Ada@ｅｘａｍｐｌｅ.org']) {
      expect(retype(typed, own)).toMatchObject({ countedAs: 'ada@example.org', methodId: 'Ada@example.org' })
    }
    expect(retype('BOB@example.org', own)).toMatchObject({ countedAs: 'bob@example.org' })
  })

  it('shows the mask of what was typed, whether it is registered, a stranger’s, or there is nobody', () => {
    for (const typed of ['robert@example.org', 'ROBERT@example.org', 'a@example.org']) {
      const view = { destination: maskAddress(typed) }
      for (const own of [['Robert@example.org', 'A@example.org'], ['bob@example.org'], []]) {
        expect(retype(typed, own)).toHaveProperty('view', view)
      }
    }
  })

  it.each([
    ['ada@ex\u0131mple.org', 'a dotless i in the domain'],
    ['adа@example.org', 'a Cyrillic letter'],
    ['\u212aada@example.org', 'the Kelvin sign, whose small letter is k'],
    ['ada+x@example.org', 'an alias'],
    ['ada@mail.example.org', 'a domain below'],
  ])('%j is not registered: %s', (typed) => {
    const own = ['ada@example.org', 'ada@eximple.org', 'kada@example.org']
    expect(retype(typed, own)).toEqual(retype(typed, []))
  })

  it('counts all spellings and aliases of what is nobody’s as one mailbox', () => {
    for (const typed of ['ann@example.org', 'ANN@example.org', 'Ann+bank@EXAMPLE.org']) {
      expect(retype(typed)).toMatchObject({ countedAs: 'ann@example.org' })
    }
  })

  it.each([
    ['Ada <ada@example.org>', {}, { refused: 'email.invalid', path: ['address'] }],
    ['мike@example.org', {}, { refused: 'email.invalid' }],
    [
      'ada@example.org',
      { domains: ['other.example'] },
      { refused: 'email.domainNotAllowed', path: ['address'], values: { domain: 'example.org' } },
    ],
    ['ada@example.org', { refuseDomains: ['example.org'] }, { refused: 'email.domainNotAllowed' }],
  ])('refuses %s under %j as an enrolment does, alike for everybody', async (typed, policy, refused) => {
    expect(retype(typed, [], policy)).toMatchObject(refused)
    expect(retype(typed, ['ada@example.org'], policy)).toEqual(retype(typed, [], policy))
    expect(await handlers.begin(start(policy), { address: typed }, [], null)).toEqual(
      retype(typed, [], policy),
    )
  })
})
