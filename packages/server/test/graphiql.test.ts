/** GraphiQL in a real browser: the story from its first tab to its last, as a person would click it. */
import { generateSync } from 'otplib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { graphiqlRoutes } from '../src/graphiql/routes.ts'
import type { HttpServer } from '../src/http-server.ts'
import { hasBrowser, startBrowser } from './support/browser.ts'
import { password, type TestGateway, testGateway } from './support/gateway.ts'
import { freePort } from './support/process.ts'

// Processes and browsers of their own take their time where other tests run beside them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const identifier = 'robin@larkspur.example'

let at: TestGateway
let server: HttpServer
let browser: Browser
let page: Page
const outside: string[] = []
const complaints: string[] = []
beforeAll(async () => {
  if (!hasBrowser) return
  const port = await freePort()
  const routes = graphiqlRoutes({ identifier, password })
  at = await testGateway({ publicUrl: `http://localhost:${port}`, open: true, routes })
  await at.person(identifier)
  server = await at.gateway.listen({ host: '127.0.0.1', port })
  browser = await startBrowser()
  page = await browser.newPage()
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(at.origin) && !url.startsWith('data:')) outside.push(url)
  })
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
})
afterAll(async () => {
  await browser?.close()
  await server?.close(100)
  await at?.close()
})

/**
 * Opens a tab of the story by keyboard, and waits until GraphiQL has read it: before that it would run the text of this
 * tab under the name of the last one. It stores the text last of all.
 */
async function open(tab: string): Promise<void> {
  await page.getByRole('button', { name: tab, exact: true }).press('Enter')
  await expect
    .poll(() =>
      page.evaluate('Object.entries(localStorage).find(([key]) => key.endsWith("graphiql:query"))?.[1]'),
    )
    .toContain(tab)
}

/** Opens a tab and presses Run; gives the answer's data. */
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function run(tab: string): Promise<any> {
  await open(tab)
  return press(tab)
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function press(tab: string): Promise<any> {
  const [response] = await Promise.all([
    page.waitForResponse((response) => response.request().postData()?.includes(tab) ?? false),
    page.getByRole('button', { name: 'Execute query' }).click(),
  ])
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown }
  expect(errors).toBeUndefined()
  return data
}

/** Opens a tab, types between the quotes of `{ "totp": { "code": "" } },` under Variables, and presses Run. */
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function runWithCode(tab: string, code: string): Promise<any> {
  await open(tab)
  await page.locator('[data-uri$="variables.json"]').getByText('"code"').click()
  await page.keyboard.press('End')
  for (const _ of '" } },') await page.keyboard.press('ArrowLeft')
  await page.keyboard.insertText(code)
  return press(tab)
}

describe.skipIf(!hasBrowser)('GraphiQL in the sandbox', () => {
  it('opens with the story, from our own origin alone', async () => {
    await page.goto(`${at.origin}/`)
    expect(page.url()).toBe(`${at.origin}/graphql`)
    await page.getByRole('tab', { name: 'S1_SignIn' }).waitFor()
    const tabs = await page.getByRole('tab').allInnerTexts()
    expect(tabs.map((title) => title.trim())).toEqual([
      'S1_SignIn',
      'S2_WhatIsMissing',
      'S3_BeginApp',
      'S4_Confirm',
      'S5_Done',
      'S6_SignInAgain',
      'S7_Challenge',
      'S8_Answer',
      'S9_SecurityInfo',
      'S10_Rename',
      'S11_Delete',
      'S12_SignOut',
    ])
  })

  it('tells it to its end; ids fill themselves in, and the QR code can be scanned and put away', async () => {
    expect((await run('S1_SignIn')).signIn.session.state).toBe('SECURITY_INFO_REQUIRED')
    expect((await run('S2_WhatIsMissing')).viewer.session.interrupt.missing).toEqual(['TWO_FACTOR'])

    const begun = await run('S3_BeginApp')
    const { otpauthUri, manualKey } = begun.beginEnrollment.enrollment.step
    const panel = page.getByRole('dialog', { name: 'QR code to scan' })
    await panel.waitFor()
    expect(await panel.getByText(manualKey).isVisible()).toBe(true)
    const shown = await panel.getByRole('img').evaluate((image) => {
      const { naturalWidth } = image as unknown as { naturalWidth: number }
      return naturalWidth
    })
    expect(shown).toBeGreaterThan(100)
    expect(
      await panel
        .getByRole('button', { name: 'Close' })
        .evaluate((button) => button === button.ownerDocument.activeElement),
    ).toBe(true)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })

    const secret = new URL(otpauthUri).searchParams.get('secret') ?? ''
    const code = (ahead: number) =>
      generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + ahead * 30 })
    expect((await runWithCode('S4_Confirm', code(0))).confirmEnrollment).toMatchObject({
      method: { label: 'My phone', isDefault: true },
    })
    expect((await run('S5_Done')).finishRegistration.session.state).toBe('ACTIVE')

    expect((await run('S6_SignInAgain')).signIn.session.state).toBe('SECOND_FACTOR_REQUIRED')
    expect((await run('S7_Challenge')).beginChallenge.challenge.attemptsLeft).toBe(5)
    expect((await runWithCode('S8_Answer', code(1))).verifyChallenge.session.state).toBe('ACTIVE')
    expect((await run('S9_SecurityInfo')).viewer.securityInfo.methods).toHaveLength(1)
    expect((await run('S10_Rename')).updateMethod.method.label).toBe('My new phone')
    expect((await run('S11_Delete')).removeMethod.rule).toMatch(/.+/)
    expect((await run('S12_SignOut')).signOut.ended).toBe(1)
    expect((await run('S2_WhatIsMissing')).viewer).toBeNull()
  })

  it('keeps tabs over a reload, adds none, and keeps text and secrets out of the address', async () => {
    await page.reload()
    await page.getByRole('tab', { name: 'S1_SignIn' }).waitFor()
    expect(await page.getByRole('tab').count()).toBe(12)
    expect(page.url()).toBe(`${at.origin}/graphql`)
    expect(await page.context().cookies()).toEqual([])
  })

  it('shows the new story to a browser that kept an old one', async () => {
    const old = await browser.newContext()
    const stale = await old.newPage()
    await stale.goto(`${at.origin}/livez`)
    const kept = {
      activeTabIndex: 0,
      tabs: [
        {
          id: 'a',
          title: 'Old',
          query: '{ a }',
          variables: null,
          headers: null,
          operationName: null,
          response: null,
        },
      ],
    }
    await stale.evaluate(`localStorage.setItem('graphiql:tabState', ${JSON.stringify(JSON.stringify(kept))})`)
    await stale.goto(`${at.origin}/graphql`)
    await stale.getByRole('tab', { name: 'S1_SignIn' }).waitFor()
    expect(await stale.getByRole('tab').count()).toBe(12)
    await old.close()
  })

  it('asked nobody else for anything, and nothing was blocked or broke', () => {
    expect(outside).toEqual([])
    expect(complaints).toEqual([])
  })

  it('is a page for browsers; the API at the same address stays one', async () => {
    const asApi = await at.fetch('/graphql', { headers: { accept: 'application/json' } })
    expect(asApi.status).toBe(405)
    const withQuery = await at.fetch(
      `/graphql?query=${encodeURIComponent('mutation { signOut { ended } }')}`,
      {
        headers: { accept: 'text/html' },
      },
    )
    expect(withQuery.text).toContain('id="story"')
    expect(withQuery.headers.get('content-security-policy')).toContain("script-src 'self';")
  })
})
