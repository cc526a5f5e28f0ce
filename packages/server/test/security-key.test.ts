/** `/dev/security-key` and the whole of WebAuthn in a real browser, with virtual authenticators: what works. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUILT_IN, USB_KEY } from './support/authenticator.ts'
import { hasBrowser, startBrowser } from './support/browser.ts'
import { type KeySandbox, keySandbox, newPersonWithPhone, openKeyPage } from './support/security-key.ts'

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

describe.skipIf(!hasBrowser)('/dev/security-key', () => {
  it('leads somebody new by way of a phone to a roaming key, which has a name and is a second factor', async () => {
    const hands = await openKeyPage(browser, at)
    const { page, press, registered } = hands
    await hands.authenticators.plugIn(USB_KEY)
    expect(await press('Sign in as somebody new')).toMatch(/^This is visitor-\w+@larkspur\.example/)
    expect(await page.getByText('Set up another kind of method first').isVisible()).toBe(true)
    expect(await page.getByRole('button', { name: 'Register a security key' }).isVisible()).toBe(false)
    expect(await press('Set up a phone first')).toContain('with the code of its text')

    expect(await press('Register a security key')).toMatch(/^It is registered as "Security key"/)
    const name = page.getByRole('textbox', { name: 'Name' })
    expect(await name.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true)
    expect(await name.inputValue()).toBe('Security key')
    await name.fill('Blue key')
    expect(await press('Save the name')).toBe('It is called "Blue key" now.')
    const key = (await registered()).find((one) => one.includes('Blue key'))
    expect(key).toContain('device-bound: on one device only · reached by usb')
    expect(key).toContain('not used since')

    expect(await press('Done')).toMatch(/^That is a full session/)
    await press('Sign out')
    await press('Sign in')
    expect(await page.getByText('it is asked for now').isVisible()).toBe(true)
    expect(await page.getByText('Blue key').isVisible()).toBe(false)
    expect(await press(KEY)).toBe('Proven.')
    expect(await page.getByText('A full session.').isVisible()).toBe(true)
    expect((await registered()).find((one) => one.includes('Blue key'))).toContain('last used')
    expect(hands.faults).toEqual([[], []])
    await page.context().close()
  })

  it('registers a passkey, which is a second factor and signs in by itself', async () => {
    const hands = await newPersonWithPhone(browser, at)
    const { page, press } = hands
    await hands.authenticators.plugIn(BUILT_IN)
    expect(await press('Register a passkey on this device')).toMatch(/^It is registered as "Passkey"/)
    expect((await hands.registered()).find((one) => one.startsWith('Passkey'))).toContain('synced')
    await press('Done')
    await press('Sign out')
    await press('Sign in')
    expect(await press(KEY)).toBe('Proven.')
    await press('Sign out')
    expect(await press('Sign in with a passkey')).toContain('no name, no password')
    expect(await page.getByText('A full session.').isVisible()).toBe(true)
    expect(await page.context().cookies()).toEqual([])
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0)
    expect(hands.faults).toEqual([[], []])
    await page.context().close()
  })

  it('takes any of two authenticators, and wants a fresh proof before one is removed', async () => {
    const hands = await newPersonWithPhone(browser, at)
    const { page, press } = hands
    const roaming = await hands.authenticators.plugIn(USB_KEY)
    const builtIn = await hands.authenticators.plugIn(BUILT_IN)
    await press('Register a security key')
    await press('Register a passkey on this device')
    expect([await roaming.credentials(), await builtIn.credentials()].map((kept) => kept.length)).toEqual([
      1, 1,
    ])
    await press('Done')
    await press('Sign out')
    await press('Sign in')
    expect(await press(KEY)).toBe('Proven.')
    await builtIn.remove()
    await press('Sign out')
    await press('Sign in')
    expect(await press(KEY)).toBe('Proven.')

    await at.database.clock.advance(6 * 60_000)
    expect(await press('Remove Passkey')).toMatch(/^Confirm that it is you/)
    expect(await press(KEY)).toBe('Proven. Now press again what you wanted.')
    expect(await press('Remove Passkey')).toContain('was removed here')
    expect(await hands.registered()).toHaveLength(2)
    await page.context().close()
  })

  it('says where to go where it was opened at an address of numbers, and what a browser lacks', async () => {
    const { page } = await openKeyPage(browser, {
      ...at,
      address: at.address.replace('localhost', '127.0.0.1'),
    })
    expect(await page.getByRole('status').textContent()).toContain('Keys belong to the host name localhost')
    expect(await page.getByRole('button').count()).toBe(0)
    await page.getByRole('link', { name: at.address }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
    // As if SECURITY_INFO_PUBLIC_URL had an address of numbers.
    await page.route(at.address, async (route) => {
      const response = await route.fetch()
      const body = (await response.text()).replace('"hostname":"localhost"', '"hostname":"127.0.0.1"')
      return route.fulfill({ response, body })
    })
    await page.reload()
    expect(await page.getByRole('status').textContent()).toContain(
      '127.0.0.1 is an address. Start the sandbox',
    )
    await page.unrouteAll()
    await page.addInitScript('delete PublicKeyCredential.parseCreationOptionsFromJSON')
    await page.reload()
    expect(await page.getByRole('status').textContent()).toContain('This browser is too old')
    await page.context().close()
  })
})

describe.skipIf(!hasBrowser)('The page', () => {
  it('says what to do where the sandbox does not answer, a password is wrong or a session has ended', async () => {
    const { page, press } = await openKeyPage(browser, at)
    await page.route('**/graphql', (route) => route.abort())
    expect(await press('Sign in')).toMatch(/^The sandbox does not answer/)
    await page.unrouteAll()
    await page.getByLabel('Password').fill('wrong')
    expect(await press('Sign in')).toMatch(/password/i)
    await press('Sign in as somebody new')
    await at.database.clock.advance(16 * 60_000)
    expect(await press('Set up a phone first')).toMatch(/sign in/i)
    expect(await page.getByRole('button', { name: 'Sign in', exact: true }).isVisible()).toBe(true)
    await page.context().close()
  })

  it('is of our own origin alone, and nobody keeps it', async () => {
    const { status, headers, text } = await at.fetch('/dev/security-key')
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text).not.toMatch(/ on\w+=|style=/)
  })
})
