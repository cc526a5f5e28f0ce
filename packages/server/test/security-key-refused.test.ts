/** What a real browser, an authenticator or the gateway refuses, and in which words people are told. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUILT_IN, NO_PIN_KEY, USB_KEY } from './support/authenticator.ts'
import { hasBrowser, startBrowser } from './support/browser.ts'
import { type Hands, type KeySandbox, keySandbox, newPersonWithPhone } from './support/security-key.ts'

let at: KeySandbox
let browser: Browser
beforeAll(async () => {
  if (!hasBrowser) return
  at = await keySandbox()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await at?.stop()
})

const KEY = 'Use a security key or passkey'
const signInAgain = async ({ press }: Hands) => {
  await press('Sign out')
  await press('Sign in')
}

describe.skipIf(!hasBrowser)('With a security key in a real browser', () => {
  it('C16: a domain that is not the page’s is refused by the browser, another origin by the gateway', async () => {
    const domain = await keySandbox({ rpId: 'example.org', origins: ['https://example.org'] })
    const elsewhere = await newPersonWithPhone(browser, domain)
    await elsewhere.authenticators.plugIn(USB_KEY)
    expect(await elsewhere.press('Register a security key')).toContain(
      'keys belong to "example.org", and this page is on "localhost"',
    )
    await domain.stop()

    const origin = await keySandbox({ origins: ['http://localhost:1'] })
    const hands = await newPersonWithPhone(browser, origin)
    await hands.authenticators.plugIn(USB_KEY)
    const told = await hands.press('Register a security key')
    expect(told).toContain(`was used on ${origin.origin}, expected http://localhost:1`)
    expect(await hands.registered()).toHaveLength(1)
    await origin.stop()
    await elsewhere.page.context().close()
    await hands.page.context().close()
  })

  it('C16: a key that can not check who holds it is refused, by the browser and by the gateway', async () => {
    const hands = await newPersonWithPhone(browser, at)
    const bare = await hands.authenticators.plugIn(NO_PIN_KEY)
    expect(await hands.press('Register a security key')).toMatch(/^Nothing was registered.*PIN/)
    await hands.tamper('BeginEnrollment', /"userVerification":"required"/, '"userVerification":"discouraged"')
    expect(await hands.press('Register a security key')).toMatch(/^The key did not check who you are/)
    await hands.page.unrouteAll()
    await bare.remove()

    const key = await hands.authenticators.plugIn(USB_KEY)
    await hands.press('Register a security key')
    await hands.press('Done')
    await signInAgain(hands)
    await key.verifiesUser(false)
    expect(await hands.press(KEY)).toMatch(/^No key answered.*check who you are/)
    await hands.tamper('BeginChallenge', /"userVerification":"required"/, '"userVerification":"discouraged"')
    expect(await hands.press(KEY)).toMatch(/^The key did not check who you are/)
    expect(await hands.page.getByText('A full session.').isVisible()).toBe(false)
    await hands.page.context().close()
  })

  it('C17: a key that is registered already is not registered twice', async () => {
    const hands = await newPersonWithPhone(browser, at)
    const key = await hands.authenticators.plugIn(USB_KEY)
    await hands.press('Register a security key')
    expect(await hands.press('Register a security key')).toMatch(/^This key is registered already/)
    expect(await hands.registered()).toHaveLength(2)
    await key.remove()
    await hands.authenticators.plugIn(USB_KEY)
    expect(await hands.press('Register a security key')).toMatch(/^It is registered as "Security key 2"/)
    await hands.page.context().close()
  })

  it('a key that was removed proves nothing any more', async () => {
    const hands = await newPersonWithPhone(browser, at)
    const roaming = await hands.authenticators.plugIn(USB_KEY)
    await hands.authenticators.plugIn(BUILT_IN)
    await hands.press('Register a security key')
    await hands.press('Register a passkey on this device')
    await hands.press('Done')
    expect(await hands.press('Remove Passkey')).toContain('was removed here')
    await roaming.remove()
    await hands.press('Sign out')
    expect(await hands.press('Sign in with a passkey')).toMatch(/^That passkey or security key is not right/)
    expect(await hands.page.getByRole('button', { name: 'Sign in', exact: true }).isVisible()).toBe(true)
    await hands.press('Sign in')
    // As if the page had asked for any passkey.
    await hands.tamper('BeginChallenge', /"allowCredentials":\[.*?\}\]/, '"allowCredentials":[]')
    expect(await hands.press(KEY)).toMatch(/^This key is not registered here, or was removed/)
    await hands.page.context().close()
  })

  it('M12: a copied key is refused and its owner told; nothing is locked', async () => {
    const hands = await newPersonWithPhone(browser, at)
    const original = await hands.authenticators.plugIn(USB_KEY)
    await hands.press('Register a security key')
    const [copied] = await original.credentials()
    if (!copied) throw new Error('Nothing was registered.')
    await hands.press('Done')
    await signInAgain(hands)
    expect(await hands.press(KEY)).toBe('Proven.')
    await original.remove()
    const copy = await hands.authenticators.plugIn(USB_KEY)
    await copy.add({ ...copied, rpId: 'localhost', signCount: 1 })
    await signInAgain(hands)
    const told = await hands.press(KEY)
    expect(told).toMatch(/there may be a copy of it. Prove it is you in another way/)
    await at.securityInfo.sendDue()
    expect(at.inbox.messages()[0]?.subject).toBe('Security key of your Test account may have been copied')

    expect(await hands.press('Use My phone (text)')).toBe('The code was read from the inbox for you.')
    expect(await hands.press('Check')).toBe('Proven.')
    await signInAgain(hands)
    await copy.remove()
    const again = await hands.authenticators.plugIn(USB_KEY)
    await again.add({ ...copied, rpId: 'localhost', signCount: 100 })
    expect(await hands.press(KEY), 'the owner goes on with the key itself').toBe('Proven.')
    await hands.page.context().close()
  })
})
