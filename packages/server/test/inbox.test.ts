/** The sandbox's inbox: as data, and as a page in a real browser. */
import { freePort } from '@security-info/testing'
import { createClient } from 'graphql-sse'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { currentSchema } from '../src/cli/schema.ts'
import type { HttpServer } from '../src/http-server.ts'
import { pluginKeys } from '../src/plugins.ts'
import { createInbox } from '../src/sandbox/inbox/inbox.ts'
import { inboxRoutes } from '../src/sandbox/inbox/routes.ts'
import { hasBrowser, startBrowser, watchedPage } from './support/browser.ts'
import { password, signInDocument } from './support/gateway.ts'
import { type InboxGateway, inboxGateway } from './support/inbox.ts'

let at: InboxGateway
let server: HttpServer
beforeAll(async () => {
  const port = await freePort()
  at = await inboxGateway({ publicUrl: `http://localhost:${port}`, open: true, routes: inboxRoutes() })
  server = await at.gateway.listen({ host: '127.0.0.1', port })
})
afterAll(async () => {
  await server.close(100)
  await at.close()
})

const ALL = '{ devInbox { id channel to subject text code link at } }'

/** Asks for a code by call, for somebody who has a phone. */
async function askForCall(identifier: string) {
  const { data } = await at.ask(signInDocument, { input: { identifier, password } })
  const session = { authorization: `Bearer ${data.signIn.token}` }
  const ask = 'mutation { beginChallenge(input: { way: "call" }) { __typename } }'
  expect((await at.ask(ask, {}, session)).data.beginChallenge.__typename).toBe('BeginChallengePayload')
}

describe('devInbox', () => {
  it('has texts, calls and mails as people would get them, newest first', async () => {
    await at.personWithPhone('ada@example.org')
    await askForCall('ada@example.org')
    await at.newest('voice')
    const { data } = await at.ask(ALL)
    const of = (channel: string) => data.devInbox.find((one: { channel: string }) => one.channel === channel)
    const [text, call, mail] = ['sms', 'voice', 'email'].map(of)
    expect(text).toMatchObject({ to: '+12015550100', code: expect.stringMatching(/^\d{6}$/), link: null })
    expect(text.text).toBe(`${text.code} is your Test code. Never share it.\n\n@localhost #${text.code}`)
    expect(call.text).toContain(`press any key.\n\nYour code is: ${[...call.code].join(' ')}\n\nOnce more`)
    expect(mail).toMatchObject({
      to: 'contact-of-ada@example.org',
      subject: 'Phone was added to your Test account',
      code: null,
      link: expect.stringMatching(/^http:\/\/localhost:\d+\/undo#su_/),
    })
  })

  it('devInboxUpdated brings it now and after each arrival', async () => {
    const client = createClient({ url: `${at.origin}/graphql`, retryAttempts: 0 })
    const stream = client.iterate<{ devInboxUpdated: readonly object[] }>({
      query: 'subscription { devInboxUpdated { to } }',
    })
    const count = async () => (await stream.next()).value?.data.devInboxUpdated.length
    const before = await count()
    await askForCall('ada@example.org')
    await at.securityInfo.sendDue()
    expect(await count()).toBe(before + 1)
    await stream.return?.()
  })

  it('keeps the last 200 messages', async () => {
    const inbox = createInbox()
    const words = { paragraphs: ['x'], subject: 's', ref: 'r', locale: 'en', policy: {} }
    const rest = { publicUrl: new URL(at.origin), text: () => '', signal: new AbortController().signal }
    for (let n = 1; n <= 205; n++) await inbox.deliver('email', { ...words, ...rest, to: `to-${n}` })
    expect(inbox.messages()).toHaveLength(200)
    expect(inbox.messages().map(({ to }) => to)).toEqual(expect.arrayContaining(['to-205', 'to-6']))
  })

  it('is in no production: not in its schema, and no key of the configuration loads it', () => {
    expect(currentSchema().getType('DevInboxMessage')).toBeUndefined()
    expect(pluginKeys).not.toContain('devInbox')
  })
})

describe.skipIf(!hasBrowser)('/dev/inbox', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  it('shows messages as they arrive, and copies a code with one press', async () => {
    const { page, outside, complaints } = await watchedPage(browser, at.origin, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.goto(`${at.origin}/dev/inbox`)
    await page.getByText('Live').waitFor()
    const before = await page.getByRole('listitem').count()
    await askForCall('ada@example.org')
    const { code } = await at.newest('voice')
    await expect.poll(() => page.getByRole('listitem').count()).toBe(before + 1)
    const newest = page.getByRole('listitem').first()
    expect(await newest.textContent()).toContain('Phone call to +12015550100')
    expect(await newest.textContent()).toContain('The call says:')
    expect(await page.locator('#news').textContent()).toContain('New: Phone call')

    const copy = newest.getByRole('button', { name: `Copy ${code}` })
    await copy.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(code)
    expect(await page.locator('#news').textContent()).toContain(`Copied ${code}`)
    expect([outside, complaints]).toEqual([[], []])

    const opened = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Open the link in it' }).first().click()
    await (await opened).getByRole('button', { name: "This wasn't me" }).waitFor()
    await page.context().close()
  })

  it('says that the sandbox does not answer, and goes on by itself once it does', async () => {
    const { page } = await watchedPage(browser, at.origin)
    await page.route('**/graphql', (route) => route.abort())
    await page.goto(`${at.origin}/dev/inbox`)
    await page.getByText('does not answer').waitFor()
    await page.unroute('**/graphql')
    await page.getByText('Live').waitFor()
    await expect.poll(() => page.getByRole('listitem').count()).toBeGreaterThan(0)
    await page.context().close()
  })
})
