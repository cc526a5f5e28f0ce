/** GraphiQL in a real browser: the second half of the story. Questions, rehearsal, reset, and help by an administrator. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser } from './support/browser.ts'
import { type StorySandbox, storySandbox } from './support/story-sandbox.ts'

let sandbox: StorySandbox
let at: StorySandbox['at']
let page: StorySandbox['page']
beforeAll(async () => {
  if (!hasBrowser) return
  sandbox = await storySandbox()
  ;({ at, page } = sandbox)
  await page.goto(`${at.origin}/graphql`)
  await page.getByRole('tab', { name: 'S1_SignIn' }).waitFor()
})
afterAll(() => sandbox?.close())

let app = ''

/** S3 and S4: a new app. */
async function setUpApp() {
  app = (await page.run('S3_BeginApp')).beginEnrollment.enrollment.step.otpauthUri
  await page.keyboard.press('Escape')
  return typeCode('S4_ConfirmApp')
}
/** Types a code, or a new one of the app, and runs the tab. */
async function typeCode(tab: string, code?: string) {
  return page.runWith(tab, '"code"', code ?? (await sandbox.newCode(app)))
}
/** S9 and S10: the second factor by the app. */
async function answerByApp() {
  await page.run('S9_AskApp')
  return (await typeCode('S10_AnswerApp')).verifyChallenge.session.state
}
/** S9 or S36, and S14: a proof by the text that comes. */
async function answerByText(ask: string) {
  expect((await page.run(ask)).beginChallenge.__typename).toBe('BeginChallengePayload')
  const { code } = await at.newest('sms')
  return (await typeCode('S14_AnswerPhone', code ?? '')).verifyChallenge.session.state
}
/** What S23 sends where its variables are those that S42 tells of; the page fills in the token. */
async function beginPhoneGate(number: string) {
  const query = `mutation ($input: BeginResetGateInput!) { beginResetGate(input: $input) {
    ... on BeginResetGatePayload { gate { id } } ... on UserError { message } } }`
  const body = JSON.stringify({ query, variables: { input: { token: '', method: { phone: { number } } } } })
  const headers = { 'content-type': 'application/json' }
  const answer = await page.evaluate<{
    data: { beginResetGate: { message?: string; gate?: { id: string } } }
  }>(`fetch('/graphql', ${JSON.stringify({ method: 'POST', headers, body })}).then((sent) => sent.json())`)
  return answer.data.beginResetGate
}
/** S23 to S26: both gates. */
async function passGates() {
  expect((await page.run('S23_GateApp')).beginResetGate.gate.kind).toBe('totp')
  const first = (await typeCode('S24_AnswerApp')).verifyResetGate.reset
  expect([first.gatesPassed, first.ready]).toEqual([1, false])
  expect(first.options.map(({ kind }: { kind: string }) => kind)).toEqual(['questions'])
  const gate = (await page.run('S25_GateQuestions')).beginResetGate.gate
  expect(gate.step.questions).toHaveLength(3)
  const second = (await page.run('S26_AnswerQuestions')).verifyResetGate
  expect(second).toMatchObject({
    __typename: 'VerifyResetGatePayload',
    reset: { gatesPassed: 2, ready: true },
  })
}

describe.skipIf(!hasBrowser)('GraphiQL in the sandbox, when something is forgotten or lost', () => {
  it('registers security questions, and rehearses a reset with them; answers and tokens fill themselves in', async () => {
    await page.run('S1_SignIn')
    await setUpApp()
    expect((await page.run('S20_BeginQuestions')).beginEnrollment.enrollment.step.toRegister).toBe(5)
    expect((await page.run('S21_ConfirmQuestions')).confirmEnrollment).toMatchObject({
      method: { kind: 'questions', label: 'My questions' },
      session: { interrupt: { missing: [] } },
    })
    expect((await page.run('S7_Done')).finishRegistration.session.state).toBe('ACTIVE')
    await at.securityInfo.sendDue()
    const subjects = at.inbox.messages().map(({ subject }) => subject)
    expect(subjects).toContainEqual(
      expect.stringMatching(/^Set of security questions was added to your .+ account$/),
    )

    const rehearsal = (await page.run('S22_Rehearse')).rehearseRecovery.reset
    expect(rehearsal).toMatchObject({ rehearsal: true, gatesRequired: 2, gatesPassed: 0 })
    await passGates()
    expect((await page.run('S27_FinishRehearsal')).finishRehearsal.message).toContain('It worked')
  })

  it('resets a forgotten password, signs in with the new one and changes it back', async () => {
    expect((await page.run('S28_ForgotPassword')).startPasswordReset.reset.rehearsal).toBe(false)
    await passGates()
    const done = (await page.run('S29_NewPassword')).completePasswordReset
    expect(done.message).toContain('Your new password holds')
    expect((await page.run('S8_SignInAgain')).signIn.__typename).toBe('SignInRejected')
    expect((await page.run('S30_SignInAnew')).signIn.session.state).toBe('SECOND_FACTOR_REQUIRED')
    expect(await answerByApp()).toBe('ACTIVE')
    expect((await page.run('S31_ChangePassword')).changePassword.session.state).toBe('ACTIVE')
    expect((await page.run('S8_SignInAgain')).signIn.session.state).toBe('SECOND_FACTOR_REQUIRED')
  })

  it('asks the administrators, who issue a pass with a proof for that very act; it opens the wizard', async () => {
    await page.run('S28_ForgotPassword')
    const { message } = (await page.run('S32_AskAdministrator')).askAdministrator
    expect(message).toContain('Your administrators are told')
    await at.securityInfo.sendDue()
    const mail = at.inbox
      .messages()
      .find(({ subject }) => subject === 'robin@larkspur.example asks for help to get in')
    expect(mail?.to).toBe('security@larkspur.example')

    expect((await page.run('S33_SignInAsDana')).signIn.session.state).toBe('SECOND_FACTOR_REQUIRED')
    expect(await answerByText('S9_AskApp')).toBe('ACTIVE')
    const queue = async () => (await page.run('S34_Queue')).admin.helpRequests.edges
    expect(await queue()).toMatchObject([{ node: { username: 'robin@larkspur.example', gatesPassed: 0 } }])
    expect((await page.run('S35_IssuePass')).issueAccessPass.act).toContain('robin@larkspur.example')
    expect(await answerByText('S36_ProveForAct')).toBe('ACTIVE')
    expect((await page.run('S35_IssuePass')).issueAccessPass).toMatchObject({
      pass: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/),
      once: true,
    })
    expect((await page.run('S35_IssuePass')).issueAccessPass.__typename).toBe('FreshProofRequired')
    expect((await page.run('S37_Settle')).settleHelpRequest.settled).toBe(true)
    expect(await queue()).toEqual([])

    const inside = (await page.run('S38_RedeemPass')).redeemAccessPass.session
    expect(inside.state).toBe('SECURITY_INFO_REQUIRED')
    expect((await setUpApp()).confirmEnrollment.method.kind).toBe('totp')
    expect((await page.run('S7_Done')).finishRegistration.__typename).toBe('FinishRegistrationPayload')
    expect((await page.run('S2_WhatIsMissing')).viewer).toBeNull()
    expect((await page.run('S8_SignInAgain')).signIn.session.state).toBe('SECOND_FACTOR_REQUIRED')
    expect(await answerByApp()).toBe('ACTIVE')
  })

  it('makes an app password, shows it once, and deletes it; its id fills itself in', async () => {
    const made = (await page.run('S39_CreateAppPassword')).createAppPassword
    expect(made).toMatchObject({
      __typename: 'AppPasswordCreatePayload',
      password: expect.stringMatching(/^siap-/),
      appPassword: { name: 'Mail on the tablet', scopes: ['imap'], state: 'ACTIVE' },
    })
    const listed = (await page.run('S40_AppPasswords')).appPasswords
    expect(listed.list).toMatchObject([{ id: made.appPassword.id, scopesInForce: ['imap'], lastUsed: null }])
    expect((await page.run('S41_RevokeAppPassword')).revokeAppPassword.revoked).toBe(1)
    expect((await page.run('S40_AppPasswords')).appPasswords.list).toEqual([])
  })

  it('has a code of a reset sent anew, and opens the sign-in again without a new password', async () => {
    await page.run('S28_ForgotPassword')
    // Nothing can be set up in a reset.
    expect((await beginPhoneGate('+49 171 1234567')).message).toMatch(
      /Enter a number .+, or use another method/,
    )
    expect((await beginPhoneGate('(201) 555-0123')).gate?.id).toMatch(/.+/)
    expect((await page.run('S42_ResendResetCode')).resendResetCode.retryAt).toMatch(/Z$/)
    await sandbox.advance(31)
    const again = (await page.run('S42_ResendResetCode')).resendResetCode
    expect(again.gate.step.destination).toBe('+1 XXXXXXXX23')

    await page.run('S28_ForgotPassword')
    await passGates()
    const { message } = (await page.run('S43_UnlockAccount')).unlockAccount
    expect(message).toMatch(/.+/)
    expect((await page.run('S8_SignInAgain')).signIn.session.state).toBe('SECOND_FACTOR_REQUIRED')
  })

  it('keeps tokens, passes and acts out of what the browser stores, but for the answers that a tab shows', async () => {
    const kept = await page.evaluate<readonly [string, string][]>('Object.entries(localStorage)')
    const own = kept.filter(([key]) => !key.includes('graphiql:'))
    expect(own.length).toBeGreaterThan(0)
    expect(own.filter(([key]) => /token|pass|act$/i.test(key))).toEqual([])
    expect(JSON.stringify(own)).not.toMatch(/sr_|su_/)
  })

  it('H10: leaves no secret of the whole story in a log, an error, a metric, the audit or the database', async () => {
    await at.securityInfo.sendDue()
    expect(sandbox.canaries.seen.size).toBeGreaterThan(30)
    expect(await sandbox.canaries.leaks()).toEqual([])
    // It finds one where there is one.
    at.logged.push({ level: 'info', message: `spoken by ${[...sandbox.canaries.seen][0]}` })
    expect(await sandbox.canaries.leaks()).toHaveLength(1)
  })

  it('asked nobody else for anything, and nothing was blocked or broke', () => {
    expect([sandbox.watched.outside, sandbox.watched.complaints]).toEqual([[], []])
  })
})
