/** GraphiQL in a real browser: the story from its first tab to its last, as a person would click it. */
import { generateSync } from 'otplib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { graphiqlRoutes } from '../src/graphiql/routes.ts'
import type { HttpServer } from '../src/http-server.ts'
import { demoOrganisation } from '../src/sandbox/organisation.ts'
import { hasBrowser, startBrowser, type WatchedPage, watchedPage } from './support/browser.ts'
import { password } from './support/gateway.ts'
import { type InboxGateway, inboxGateway } from './support/inbox.ts'
import { freePort } from './support/process.ts'
import { type StoryPage, storyPage } from './support/story-page.ts'

// Processes and browsers of their own take their time where other tests run beside them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const identifier = 'robin@larkspur.example'

let at: InboxGateway
let server: HttpServer
let browser: Browser
let page: StoryPage
let watched: WatchedPage
beforeAll(async () => {
  if (!hasBrowser) return
  const port = await freePort()
  const routes = graphiqlRoutes({ identifier, password })
  const { policy } = demoOrganisation
  at = await inboxGateway({ publicUrl: `http://localhost:${port}`, open: true, routes, policy })
  await at.person(identifier, 'robin@home.example')
  server = await at.gateway.listen({ host: '127.0.0.1', port })
  browser = await startBrowser()
  watched = await watchedPage(browser, at.origin)
  page = storyPage(watched.page)
})
afterAll(async () => {
  await browser?.close()
  await server?.close(100)
  await at?.close()
})

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
      'S4_ConfirmApp',
      'S5_BeginPhone',
      'S6_ConfirmPhone',
      'S7_Done',
      'S8_SignInAgain',
      'S9_AskApp',
      'S10_AnswerApp',
      'S11_AskPhone',
      'S12_Watch',
      'S13_CallInstead',
      'S14_AnswerPhone',
      'S15_SecurityInfo',
      'S16_Rename',
      'S17_Delete',
      'S18_SignOut',
      'S19_Undo',
    ])
  })

  it('tells it to its end; ids fill themselves in, and the QR code can be scanned and put away', async () => {
    expect((await page.run('S1_SignIn')).signIn.session.state).toBe('SECURITY_INFO_REQUIRED')
    expect((await page.run('S2_WhatIsMissing')).viewer.session.interrupt.missing).toEqual([
      'TWO_FACTOR',
      'PASSWORD_RESET',
    ])

    const begun = await page.run('S3_BeginApp')
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
    expect((await page.runWith('S4_ConfirmApp', '"code"', code(0))).confirmEnrollment).toMatchObject({
      method: { label: 'My app', isDefault: true },
    })

    const phone = (await page.run('S5_BeginPhone')).beginEnrollment.enrollment
    expect(phone.step.destination).toBe('+1 XXXXXXXX23')
    const text = await at.newest('sms')
    expect(
      (await page.runWith('S6_ConfirmPhone', '"code"', text.code ?? '')).confirmEnrollment,
    ).toMatchObject({
      method: { label: 'My phone', isDefault: false },
      session: { interrupt: { missing: [] } },
    })
    expect((await page.run('S7_Done')).finishRegistration.session.state).toBe('ACTIVE')

    expect((await page.run('S8_SignInAgain')).signIn.session.state).toBe('SECOND_FACTOR_REQUIRED')
    expect((await page.run('S9_AskApp')).beginChallenge.challenge.attemptsLeft).toBe(5)
    expect((await page.runWith('S10_AnswerApp', '"code"', code(1))).verifyChallenge.session.state).toBe(
      'ACTIVE',
    )
  })

  it('signs in by phone, which a subscription watches live', async () => {
    await page.run('S8_SignInAgain')
    const asked = (await page.run('S11_AskPhone')).beginChallenge.challenge
    expect(asked.step).toMatchObject({ way: 'text', destination: '+1 XXXXXXXX23', delivery: 'QUEUED' })

    await page.open('S12_Watch')
    await page.getByRole('button', { name: 'Execute query' }).click()
    const answer = page.locator('.result-window')
    await answer.getByText('QUEUED').waitFor()
    const { code } = await at.newest('sms')
    await answer.getByText('SENT').waitFor()
    const second = storyPage(await page.context().newPage())
    await second.goto(`${at.origin}/graphql`)
    await second.getByRole('tab', { name: 'S1_SignIn' }).waitFor()
    const guess = code === '000000' ? '111111' : '000000'
    expect((await second.runWith('S14_AnswerPhone', '"code"', guess)).verifyChallenge.attemptsLeft).toBe(4)
    await second.close()
    await expect.poll(() => answer.textContent()).toMatch(/"attemptsLeft":\s4/)
    await page.getByRole('button', { name: 'Stop query' }).click()

    expect((await page.run('S13_CallInstead')).resendCode.retryAt).toMatch(/Z$/)
    await at.database.clock.advance(31_000)
    expect((await page.run('S13_CallInstead')).resendCode.flow.step.way).toBe('call')
    const call = await at.newest('voice')
    expect(call.text).toContain('Your code is:')
    const wrong = call.code === '000000' ? '111111' : '000000'
    expect((await page.runWith('S14_AnswerPhone', '"code"', wrong)).verifyChallenge.attemptsLeft).toBe(3)
    const right = await page.runAgain('S14_AnswerPhone', '"code"', wrong, call.code ?? '')
    expect(right.verifyChallenge.session.state).toBe('ACTIVE')
  })

  it('manages what is there, and takes a change back', async () => {
    expect((await page.run('S15_SecurityInfo')).viewer.securityInfo.methods).toHaveLength(2)
    expect((await page.run('S16_Rename')).updateMethod.method.label).toBe('My new phone')
    expect((await page.run('S17_Delete')).removeMethod.rule).toMatch(/.+/)
    expect((await page.run('S18_SignOut')).signOut.ended).toBe(1)
    expect((await page.run('S2_WhatIsMissing')).viewer).toBeNull()

    await at.securityInfo.sendDue()
    const notice = at.inbox.messages().find(({ subject }) => subject.startsWith('Phone was added'))
    const token = new URL(notice?.link ?? '').hash.slice(1)
    expect((await page.runWith('S19_Undo', '"token"', token)).undoChange.message).toContain('removed again')
    expect((await page.run('S1_SignIn')).signIn.session.state).toBe('SECOND_FACTOR_REQUIRED')
    await page.run('S18_SignOut')
  })

  it('keeps tabs over a reload, adds none, and keeps text and secrets out of the address', async () => {
    await page.reload()
    await page.getByRole('tab', { name: 'S1_SignIn' }).waitFor()
    expect(await page.getByRole('tab').count()).toBe(19)
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
    expect(await stale.getByRole('tab').count()).toBe(19)
    await old.close()
  })

  it('asked nobody else for anything, and nothing was blocked or broke', () => {
    expect(watched.outside).toEqual([])
    expect(watched.complaints).toEqual([])
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
