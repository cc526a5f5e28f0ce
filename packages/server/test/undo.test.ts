/** The page behind "This wasn't me", in a real browser. */
import { freePort } from '@security-info/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpServer } from '../src/http-server.ts'
import { hasBrowser, startBrowser, watchedPage } from './support/browser.ts'
import { type InboxGateway, inboxGateway } from './support/inbox.ts'

let at: InboxGateway
let server: HttpServer
let browser: Browser
beforeAll(async () => {
  const port = await freePort()
  at = await inboxGateway({ publicUrl: `http://localhost:${port}` })
  server = await at.gateway.listen({ host: '127.0.0.1', port })
  if (hasBrowser) browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server.close(100)
  await at.close()
})

/** Somebody whose phone was just added, and the link in the notice of it. */
async function added(identifier: string) {
  const session = await at.personWithPhone(identifier)
  const { link } = await at.newest('email')
  const signedIn = async () => (await at.ask('{ viewer { username } }', {}, session)).data.viewer !== null
  return { link: link ?? '', signedIn }
}

describe.skipIf(!hasBrowser)('The link in a notice', () => {
  it('opens a page that says what will happen; opening it changes nothing and leaves no token behind', async () => {
    const { link, signedIn } = await added('ada@example.org')
    const { page, outside, complaints } = await watchedPage(browser, at.origin)
    const sent: string[] = []
    page.on('request', (request) => sent.push(`${request.method()} ${request.url()}`))
    await page.goto(link)
    await page.getByRole('button', { name: "This wasn't me" }).waitFor()
    expect(await page.getByText('the change is taken back').isVisible()).toBe(true)
    expect(page.url()).toBe(`${at.origin}/undo`)
    expect(await page.evaluate('history.length')).toBeLessThanOrEqual(2)
    expect(sent.every((request) => request.startsWith(`GET ${at.origin}/undo`))).toBe(true)
    expect(await signedIn()).toBe(true)

    // By keyboard alone, and as somebody who has no cookie here.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    expect(await page.getByRole('status').textContent()).toContain('The method was removed again')
    expect(await page.getByRole('button').count()).toBe(0)
    expect(await signedIn()).toBe(false)

    // A link works once, and the page says so in words.
    await page.goto(link)
    await page.getByRole('button', { name: "This wasn't me" }).click()
    await page.getByRole('heading', { name: 'That did not work' }).waitFor()
    expect(await page.getByRole('status').textContent()).toContain('This link has been used already')
    expect([outside, complaints]).toEqual([[], []])
    await page.context().close()
  })

  it('speaks the language of the browser', async () => {
    const { link } = await added('grete@example.org')
    const { page } = await watchedPage(browser, at.origin, { locale: 'de-AT' })
    await page.goto(link)
    expect(await page.title()).toBe('Das war ich nicht')
    await page.getByRole('button', { name: 'Das war ich nicht' }).click()
    await page.getByRole('heading', { name: 'Erledigt' }).waitFor()
    expect(await page.getByRole('status').textContent()).toContain('wieder entfernt')
    await page.context().close()
  })

  it('says that a link without its end is not complete, and takes a second link in the same tab', async () => {
    const { link } = await added('carl@example.org')
    const { page } = await watchedPage(browser, at.origin)
    await page.goto(`${at.origin}/undo`)
    expect(await page.getByRole('status').textContent()).toContain('not complete')
    expect(await page.getByRole('button').count()).toBe(0)
    await page.goto(link)
    await page.getByRole('button', { name: "This wasn't me" }).waitFor()
    await page.context().close()
  })

  it('says that no answer came where none did, and lets one try again', async () => {
    const { link, signedIn } = await added('dora@example.org')
    const { page } = await watchedPage(browser, at.origin)
    await page.goto(link)
    await page.route('**/graphql', (route) => route.abort())
    await page.getByRole('button', { name: "This wasn't me" }).click()
    await page.getByText('No answer came').waitFor()
    expect(await signedIn()).toBe(true)
    await page.unroute('**/graphql')
    await page.getByRole('button', { name: "This wasn't me" }).click()
    await page.getByRole('heading', { name: 'Done' }).waitFor()
    expect(await signedIn()).toBe(false)
    await page.context().close()
  })
})

describe('H11: /undo', () => {
  it('is a page of our own origin alone, sends no Referer, and is kept by nobody', async () => {
    const page = await at.fetch('/undo', { headers: { 'accept-language': 'fr, de;q=0.5' } })
    expect(page.status).toBe(200)
    expect(page.text).toContain('<html lang="de">')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toBe('no-store')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect((await at.fetch('/undo', { method: 'POST' })).status).toBe(405)
  })

  it('a scanner that opens the link, whatever way, consumes nothing', async () => {
    const { link, signedIn } = await added('eva@example.org')
    const { hash } = new URL(link)
    for (const path of ['/undo', `/undo?token=${hash.slice(1)}`, `/undo?${hash.slice(1)}`]) {
      await at.fetch(path)
      await at.fetch(path, { method: 'HEAD' })
    }
    expect(await signedIn()).toBe(true)
  })
})
