/** GraphiQL in a real browser: the first half of the story, as a person would click it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser } from './support/browser.ts'
import { storyPage } from './support/story-page.ts'
import { type StorySandbox, storySandbox, titles } from './support/story-sandbox.ts'

let sandbox: StorySandbox
let at: StorySandbox['at']
let page: StorySandbox['page']
beforeAll(async () => {
  if (!hasBrowser) return
  sandbox = await storySandbox()
  ;({ at, page } = sandbox)
})
afterAll(() => sandbox?.close())

let app = ''

describe.skipIf(!hasBrowser)('GraphiQL in the sandbox', () => {
  it('opens with the story, from our own origin alone', async () => {
    await page.goto(`${at.origin}/`)
    expect(page.url()).toBe(`${at.origin}/graphql`)
    await page.getByRole('tab', { name: 'S1_SignIn' }).waitFor()
    const tabs = await page.getByRole('tab').allInnerTexts()
    expect(tabs.map((title) => title.trim())).toEqual(titles)
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

    app = otpauthUri
    expect(
      (await page.runWith('S4_ConfirmApp', '"code"', await sandbox.newCode(app))).confirmEnrollment,
    ).toMatchObject({
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
    expect(
      (await page.runWith('S10_AnswerApp', '"code"', await sandbox.newCode(app))).verifyChallenge.session
        .state,
    ).toBe('ACTIVE')
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
    await sandbox.advance(31)
    expect((await page.run('S13_CallInstead')).resendCode.flow.step.way).toBe('call')
    const call = await at.newest('voice')
    expect(call.text).toContain('Your code is:')
    const wrong = call.code === '000000' ? '111111' : '000000'
    expect((await page.runWith('S14_AnswerPhone', '"code"', wrong)).verifyChallenge.attemptsLeft).toBe(3)
    const right = await page.runWith('S14_AnswerPhone', '"code"', call.code ?? '')
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
    // As the tab says: the app, and then a second method is missing once more.
    expect((await page.run('S8_SignInAgain')).signIn.session.state).toBe('SECOND_FACTOR_REQUIRED')
    await page.run('S9_AskApp')
    const answered = await page.runWith('S10_AnswerApp', '"code"', await sandbox.newCode(app))
    expect(answered.verifyChallenge.session.state).toBe('SECURITY_INFO_REQUIRED')
    expect((await page.run('S2_WhatIsMissing')).viewer.session.interrupt.missing).toEqual(['PASSWORD_RESET'])
    await page.run('S18_SignOut')
  })

  it('keeps tabs over a reload, adds none, and keeps text and secrets out of the address', async () => {
    await page.reload()
    await page.getByRole('tab', { name: 'S1_SignIn' }).waitFor()
    expect(await page.getByRole('tab').count()).toBe(titles.length)
    expect(page.url()).toBe(`${at.origin}/graphql`)
    expect(await page.context().cookies()).toEqual([])
  })

  it('shows the new story to a browser that kept an old one', async () => {
    const old = await sandbox.browser.newContext()
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
    expect(await stale.getByRole('tab').count()).toBe(titles.length)
    await old.close()
  })

  it('H10: leaves no secret of the whole story in a log, an error, a metric, the audit or the database', async () => {
    await at.securityInfo.sendDue()
    expect(sandbox.canaries.seen.size).toBeGreaterThan(10)
    expect(await sandbox.canaries.leaks()).toEqual([])
  })

  it('asked nobody else for anything, and nothing was blocked or broke', () => {
    expect(sandbox.watched.outside).toEqual([])
    expect(sandbox.watched.complaints).toEqual([])
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
