import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type Delivery, type OutgoingMessage, Secret } from '@security-info/core'
import { type SmtpServer, type SmtpServerOptions, startSmtpServer } from '@security-info/testing/smtp'
import { afterEach, describe, expect, it } from 'vitest'
import { type EmailOptions, email } from '../src/index.ts'
import { makeCertificate } from './certificate.ts'
import { outgoing, outgoingCode, payloads } from './message.ts'

type Smtp = NonNullable<EmailOptions['smtp']>
type Deliver = (message: OutgoingMessage) => Promise<Delivery>

let server: SmtpServer
afterEach(() => server.close())

async function start(options?: SmtpServerOptions): Promise<void> {
  server = await startSmtpServer(options)
}

function channelTo(over: Partial<Smtp> = {}): Deliver {
  const { host, port } = server
  const smtp = { host, port, from: '"Example, Works" <id@example.org>', ...over }
  const deliver = email({ smtp }).channels?.[0]?.deliver
  if (!deliver) throw new Error('The channel can not deliver.')
  return deliver
}

/** So short that a test needs not wait, and so long that a busy machine makes it. */
const hasty = { timeouts: { connectMs: 400, greetingMs: 400, socketMs: 5_000, totalMs: 800 } }

function signing() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { domain: 'example.org', selector: 's1', privateKey: new Secret(pem) }
}

describe('Delivery', () => {
  it('hands a mail over, as it should look', async () => {
    await start()
    const link = { label: 'Undo', url: 'https://id.example.org/undo#abc' }
    const outcome = await channelTo({ replyTo: 'help@example.org' })(outgoingCode('012345', { link }))
    expect(outcome).toEqual({ outcome: 'accepted', providerId: '<BN8tbPzGRHOmDRvOGvcYdQ@example.org>' })

    const mail = await server.mail()
    expect(mail.envelope).toEqual({ from: 'id@example.org', to: ['ada@example.org'] })
    expect(mail.subject).toBe('012345 is your Example Works code')
    expect(mail.text).toContain('\n012345\n')
    expect(mail.html).toContain('>012345</p>')
    expect(mail.headers).toMatchObject({
      from: ['"Example, Works" <id@example.org>'],
      to: ['ada@example.org'],
      'reply-to': ['help@example.org'],
      'message-id': ['<BN8tbPzGRHOmDRvOGvcYdQ@example.org>'],
      'auto-submitted': ['auto-generated'],
      'x-auto-response-suppress': ['All'],
      'content-language': ['en'],
      'content-type': [expect.stringMatching(/^multipart\/alternative;/)],
      date: [expect.stringMatching(/\d{4}/)],
    })
    expect(mail.raw).not.toMatch(/X-Mailer|nodemailer/i)
  })

  it('calls each attempt at one message the same', async () => {
    await start()
    const deliver = channelTo()
    await deliver(outgoing())
    await deliver(outgoing())
    await deliver(outgoing({ ref: 'other\r\nBcc: eve@evil.example' }))
    expect(server.mails.map((mail) => mail.headers['message-id']?.[0])).toEqual([
      '<BN8tbPzGRHOmDRvOGvcYdQ@example.org>',
      '<BN8tbPzGRHOmDRvOGvcYdQ@example.org>',
      '<otherBcceveevilexample@example.org>',
    ])
  })

  it('keeps what people wrote out of headers, commands and tags (H9)', async () => {
    await start()
    const deliver = channelTo({ pool: { connections: 1 } })
    await deliver(outgoing())
    const names = Object.keys((await server.mail()).headers).sort()
    for (const payload of payloads) {
      const link = { label: payload, url: 'https://id.example.org/' }
      const message = outgoing({ subject: payload, paragraphs: [payload], link, locale: payload })
      expect(await deliver(message)).toMatchObject({ outcome: 'accepted' })
      const mail = server.mails.at(-1)
      expect(Object.keys(mail?.headers ?? {}).sort()).toEqual(names)
      expect(mail?.envelope.to).toEqual(['ada@example.org'])
      expect(mail?.headers['content-language']).toEqual(['en'])
      expect(mail?.html).not.toMatch(/<(script|img|h1|b)\b|evil\.example">/)
    }
    expect(server.mails).toHaveLength(payloads.length + 1)
  })

  it.each([
    'ada@example.org\r\nDATA',
    'Ada <ada@example.org>',
    'ada',
    'ada@example.org>\r\nRCPT TO:<eve@evil.example',
  ])('sends nothing to %j', async (to) => {
    await start()
    const outcome = await channelTo()(outgoing({ to }))
    expect(outcome).toEqual({ outcome: 'rejected', problem: 'invalidAddress' })
    expect(server.events).toEqual([])
  })

  it('sends many at once over few connections, each once', async () => {
    await start()
    const deliver = channelTo({ pool: { connections: 2, messages: 3 } })
    const refs = Array.from({ length: 20 }, (_, index) => `message-${index}`)
    const outcomes = await Promise.all(refs.map((ref) => deliver(outgoing({ ref }))))
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['accepted']))
    const ids = server.mails.map((mail) => mail.headers['message-id']?.[0])
    expect(ids.sort()).toEqual(refs.map((ref) => `<${ref}@example.org>`).sort())
  })

  it('signs with DKIM', async () => {
    await start()
    expect(await channelTo({ dkim: signing() })(outgoing())).toMatchObject({ outcome: 'accepted' })
    const signature = (await server.mail()).headers['dkim-signature']?.[0]
    expect(signature).toMatch(/a=rsa-sha256; c=relaxed\/relaxed; d=example\.org;.* s=s1;.* bh=[\w+/=]{44};/s)
    expect(signature?.toLowerCase()).toMatch(/h=from:.*subject:.*date:.*message-id:.*to:/)
  })
})

describe('A mail server that', () => {
  it('refuses the receiver rejects, and the next mail goes through', async () => {
    await start({ behaviour: 'refuse' })
    const deliver = channelTo()
    expect(await deliver(outgoing())).toEqual({ outcome: 'rejected', problem: 'invalidAddress' })
    await server.setBehaviour('accept')
    expect(await deliver(outgoing())).toMatchObject({ outcome: 'accepted' })
  })

  it('defers is tried again', async () => {
    await start({ behaviour: 'defer' })
    expect(await channelTo()(outgoing())).toMatchObject({ outcome: 'retry' })
  })

  it('is not there is tried again, and found when it is back', async () => {
    await start()
    const deliver = channelTo()
    expect(await deliver(outgoing())).toMatchObject({ outcome: 'accepted' })
    await server.stop()
    expect(await deliver(outgoing())).toMatchObject({ outcome: 'retry' })
    await server.restart()
    expect(await deliver(outgoing({ ref: 'again' }))).toMatchObject({ outcome: 'accepted' })
    expect(server.mails).toHaveLength(2)
  })

  it.each([
    ['plain', {}],
    ['signed', { dkim: signing() }],
  ])(
    'hangs up in the middle, or before it says yes, leaves it open; nothing is sent anew (H22, %s)',
    async (_, over) => {
      await start()
      const deliver = channelTo(over)
      expect(await deliver(outgoing({ ref: 'first' }))).toMatchObject({ outcome: 'accepted' })
      await server.setBehaviour('drop')
      expect(await deliver(outgoing({ ref: 'lost' }))).toMatchObject({ outcome: 'unknown' })
      await server.setBehaviour('drop-after-accept')
      expect(await deliver(outgoing({ ref: 'kept' }))).toMatchObject({ outcome: 'unknown' })
      await server.setBehaviour('accept')
      expect(await deliver(outgoing({ ref: 'last' }))).toMatchObject({ outcome: 'accepted' })
      expect(server.events.filter((event) => event === 'dropped')).toHaveLength(2)
      expect(server.mails.map((mail) => mail.headers['message-id']?.[0])).toEqual([
        '<first@example.org>',
        '<kept@example.org>',
        '<last@example.org>',
      ])
    },
  )

  it.each(['hang', 'slow'] as const)(
    'is too slow (%s) surely has no mail, and does not hold us up (M9)',
    async (behaviour) => {
      await start({ behaviour, millisecondsPerByte: 200 })
      const deliver = channelTo({ ...hasty, pool: { connections: 1 } })
      const outcomes = await Promise.all([deliver(outgoing()), deliver(outgoing())])
      expect(outcomes).toMatchObject([{ outcome: 'retry' }, { outcome: 'retry' }])
      expect(server.mails).toEqual([])
    },
  )

  it.each([
    ['plain', {}],
    // Signing reads the mail long before the server does.
    ['signed', { dkim: signing() }],
  ])('falls silent on an open connection surely has no mail before DATA (%s)', async (_, over) => {
    await start()
    const deliver = channelTo({ ...over, pool: { connections: 1 } })
    expect(await deliver(outgoing())).toMatchObject({ outcome: 'accepted' })
    await server.setBehaviour('hang')
    const abort = new AbortController()
    const delivery = deliver(outgoing({ signal: abort.signal }))
    await server.happened('held')
    abort.abort()
    expect(await delivery).toMatchObject({ outcome: 'retry' })
  })

  it('is given up when core gives up', async () => {
    await start({ behaviour: 'hang' })
    const abort = new AbortController()
    const delivery = channelTo()(outgoing({ signal: abort.signal }))
    await server.happened('held')
    abort.abort()
    expect(await delivery).toMatchObject({ outcome: 'retry' })
  })

  it('hangs up before it greets is called once, not again and again', async () => {
    await start()
    let calls = 0
    const silent = createServer((socket) => {
      calls++
      socket.end()
    }).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    expect(await channelTo({ port })(outgoing())).toMatchObject({ outcome: 'retry' })
    expect(calls).toBe(1)
    silent.close()
  })

  it('knows nobody of that password is tried again', async () => {
    const auth = { user: 'gateway', pass: 'right' }
    await start({ auth })
    expect(await channelTo({ user: 'gateway', password: 'wrong' })(outgoing())).toMatchObject({
      outcome: 'retry',
    })
    const password = new Secret('right')
    expect(await channelTo({ user: 'gateway', password })(outgoing())).toMatchObject({ outcome: 'accepted' })
  })
})

describe('TLS', () => {
  it('is not gone without where it is required', async () => {
    await start()
    expect(await channelTo({ requireTls: true })(outgoing())).toMatchObject({ outcome: 'retry' })
    expect(server.mails).toEqual([])
  })

  const pair = makeCertificate()
  it.skipIf(!pair).each(['starttls', 'implicit'] as const)(
    '(%s) trusts the certificate it was given, and no other',
    async (mode) => {
      if (!pair) throw new Error('There is no openssl here to make a certificate.')
      await start({ tls: { mode, ...pair }, auth: { user: 'gateway', pass: 'right' } })
      const secure = mode === 'implicit'
      const login = { user: 'gateway', password: 'right', secure, requireTls: true }
      expect(await channelTo(login)(outgoing())).toMatchObject({ outcome: 'retry' })
      const other = { ca: pair.cert, servername: 'other.test' }
      expect(await channelTo({ ...login, tls: other })(outgoing())).toMatchObject({ outcome: 'retry' })
      expect(server.mails).toEqual([])
      expect(await channelTo({ ...login, tls: { ca: pair.cert } })(outgoing())).toMatchObject({
        outcome: 'accepted',
      })
      const tls = { ca: pair.cert, servername: 'mail.test' }
      expect(await channelTo({ ...login, tls })(outgoing())).toMatchObject({ outcome: 'accepted' })
    },
  )
})
