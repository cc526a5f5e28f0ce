import { eachDatabase, openTestGateway, type TestGateway } from '@security-info/testing'
import { type SmtpServer, startSmtpServer } from '@security-info/testing/smtp'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { email } from '../src/index.ts'

let server: SmtpServer
beforeAll(async () => {
  server = await startSmtpServer()
})
beforeEach(() => server.setBehaviour('accept'))
afterAll(() => server.close())

const SENT = '... on CodeSent { destination delivery problem { code message } }'
const READ = `query Read($id: ID!) { node(id: $id) { ... on Enrollment { state step { ${SENT} } } } }`
let people = 0

eachDatabase('Email, from the first click to the mailbox', (open) => {
  /** Somebody new in the wizard of an organisation that wants an address, and what they do there. */
  async function wizard(policy: object = {}, locale = 'en') {
    const { host, port } = server
    const gateway = await openTestGateway(await open(), {
      plugins: [email({ smtp: { host, port, from: 'Works <id@example.org>' } })],
      policy: {
        twoFactor: 'off',
        registration: { required: { PASSWORD_RESET: 1 } },
        methods: { email: policy },
      },
    })
    const person = await gateway.person()
    const client = gateway.client({ locales: [locale] })
    await client.signIn(person)
    const address = `Robert.${++people}@london.example`
    return { gateway, client, ...steps(gateway, client), address }
  }
  function steps(gateway: TestGateway, client: ReturnType<TestGateway['client']>) {
    return {
      begin: (address: string) => client.beginEnrollment({ method: { email: { address } } }, SENT),
      confirm: (enrollmentId: string | undefined, code: string) =>
        client.confirmEnrollment({ enrollmentId, proof: { email: { code } } }),
      delivery: async (id: string | undefined) => {
        const node = await client.ask<{ step: Record<string, unknown> }>(READ, { id })
        return node.step
      },
      mailTo: async (to: string) => {
        await gateway.securityInfo.sendDue()
        return server.mail(({ envelope }) => envelope.to.includes(to))
      },
    }
  }
  const codeIn = (text: string) => /\b\d{6}\b/.exec(text)?.[0] ?? ''

  it('sends a code that subject, text and HTML agree on, and registers what it proves', async () => {
    const { begin, confirm, delivery, mailTo, client, address } = await wizard()
    const { enrollment } = await begin(address)
    expect(enrollment?.step).toMatchObject({ destination: 'Ro***@l***.example', delivery: 'QUEUED' })

    const mail = await mailTo(address)
    const code = codeIn(mail.text)
    expect(mail.subject).toBe(`${code} is your Test Organisation code`)
    expect(mail.html).toContain(`>${code}</p>`)
    expect(await delivery(enrollment?.id)).toMatchObject({ delivery: 'SENT', problem: null })

    const { method } = await confirm(enrollment?.id, code)
    expect(method).toMatchObject({ kind: 'email', hint: 'Ro***@l***.example', usedFor: ['PASSWORD_RESET'] })
    expect(JSON.stringify(await client.securityInfo())).not.toContain(address)
  })

  it('speaks the language of the person, and keeps the code out of the subject where policy says so', async () => {
    const { begin, mailTo, address } = await wizard({ codeInSubject: false }, 'de')
    await begin(address)
    const mail = await mailTo(address)
    expect(mail.subject).toMatch(/Test Organisation/)
    expect(mail.subject).not.toMatch(/\d/)
    expect(mail.html).toContain('<html lang="de">')
    expect(mail.headers['content-language']).toEqual(['de'])
  })

  it('says in words what is wrong with an address', async () => {
    const { begin, confirm, mailTo, address } = await wizard({ domains: ['london.example'] })
    const path = ['method', 'email', 'address']
    const refused = (code: string) => ({ __typename: 'InvalidInput', code, path })
    const invalid = await begin('Ada <ada@london.example>')
    expect(invalid).toMatchObject(refused('email.invalid'))
    expect(invalid.message).toMatch(/bare address/)
    const elsewhere = await begin('ada@paris.example')
    expect(elsewhere).toMatchObject(refused('email.domainNotAllowed'))
    expect(elsewhere.message).toMatch(/domain paris\.example/)

    const { enrollment } = await begin(address)
    await confirm(enrollment?.id, codeIn((await mailTo(address)).text))
    const again = await begin(address.toUpperCase())
    expect(again).toMatchObject(refused('email.alreadyRegistered'))
    expect(again.message).toMatch(/registered this address already/)
  })

  it('says that the mail server does not know the address', async () => {
    const { begin, delivery, gateway, address } = await wizard()
    await server.setBehaviour('refuse')
    const { enrollment } = await begin(address)
    await gateway.securityInfo.sendDue()
    expect(await delivery(enrollment?.id)).toMatchObject({
      delivery: 'FAILED',
      problem: { code: 'delivery.invalidAddress' },
    })
  })

  it('sends a code once the mail server is back', async () => {
    const { begin, delivery, mailTo, gateway, address } = await wizard()
    await server.stop()
    const { enrollment } = await begin(address)
    await gateway.securityInfo.sendDue()
    expect(await delivery(enrollment?.id)).toMatchObject({ delivery: 'QUEUED' })
    await server.restart()
    await gateway.database.clock.advance(10_000)
    await mailTo(address)
    expect(await delivery(enrollment?.id)).toMatchObject({ delivery: 'SENT' })
  })

  it('never sends a code twice by itself, and takes one that arrived after all (H22)', async () => {
    const { begin, confirm, delivery, mailTo, gateway, address } = await wizard()
    await server.setBehaviour('drop-after-accept')
    const { enrollment } = await begin(address)
    const mail = await mailTo(address)
    expect(await delivery(enrollment?.id)).toMatchObject({ delivery: 'UNKNOWN' })
    await server.setBehaviour('accept')
    await gateway.database.clock.advance(120_000)
    await gateway.securityInfo.sendDue()
    expect(server.mails.filter(({ envelope }) => envelope.to.includes(address))).toHaveLength(1)
    expect(await confirm(enrollment?.id, codeIn(mail.text))).toHaveProperty('method')
  })
})
