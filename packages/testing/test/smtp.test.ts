import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createTransport } from 'nodemailer'
import { afterEach, describe, expect, it } from 'vitest'
import { type SmtpServer, type SmtpServerOptions, startSmtpServer } from '../src/smtp/smtp-server.ts'

let server: SmtpServer
afterEach(() => server.close())
async function start(options?: SmtpServerOptions): Promise<void> {
  server = await startSmtpServer(options)
}

const mail = { from: 'Id <id@example.org>', to: 'ada@example.org', subject: 'Grüße', text: 'Code 123456' }

function send(message: object = mail, options: object = {}) {
  const { host, port } = server
  return createTransport({ host, port, tls: { rejectUnauthorized: false }, ...options }).sendMail({
    ...mail,
    ...message,
  })
}

/** What a failed sending tells of its cause. */
async function failure(sending: Promise<unknown>) {
  const error = (await sending.then(
    () => ({}),
    (cause: unknown) => cause,
  )) as { code?: string; responseCode?: number }
  return [error.code, error.responseCode]
}

/** A connection that only listens. */
async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

/** Waits for its end, orderly or not. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket
      .on('error', () => undefined)
      .on('close', () => resolve())
      .resume()
  })
}

/** A process that is ending closes its connections one after another, and may take a last one in between. */
async function untilRefused(port: number): Promise<never> {
  for (;;) await closed(await open(port))
}

describe('The SMTP server', () => {
  it('keeps a mail, parsed, before it says so', async () => {
    await start()
    const headers = { 'X-Canary': ['one', 'two'] }
    await send({ html: '<b>Code 123456</b>', headers, bcc: 'grace@example.org', to: ['ada@example.org'] })
    expect(server.mails).toMatchObject([
      {
        from: 'id@example.org',
        to: ['ada@example.org'],
        subject: 'Grüße',
        text: expect.stringContaining('Code 123456'),
        html: expect.stringContaining('<b>Code 123456</b>'),
        envelope: { from: 'id@example.org', to: ['ada@example.org', 'grace@example.org'] },
      },
    ])
    const [kept] = server.mails
    expect(kept?.headers['x-canary']).toEqual(['one', 'two'])
    expect(kept?.headers.bcc).toBeUndefined()
    expect(kept?.raw).toMatch(/^Subject: =\?UTF-8\?/m)
    await server.happened('accepted')
    expect(server.events).toEqual(['connected', 'accepted'])
  })

  it('is another process, and gives each mail to whoever waits for it', async () => {
    await start()
    expect(server.pid).not.toBe(process.pid)
    const second = server.mail(({ subject }) => subject === 'second')
    await send({ subject: 'first' })
    await send({ subject: 'second' })
    expect((await second).subject).toBe('second')
    expect((await server.mail()).subject).toBe('first')
  })

  it('asks who sends', async () => {
    await start({ auth: { user: 'id', pass: 'right' } })
    expect(await failure(send())).toEqual(['EENVELOPE', 530])
    expect(await failure(send({}, { auth: { user: 'id', pass: 'wrong' } }))).toEqual(['EAUTH', 535])
    await send({}, { auth: { user: 'id', pass: 'right' } })
    expect(server.mails).toHaveLength(1)
  })

  it('demands STARTTLS', async () => {
    await start({ tls: { mode: 'starttls' }, auth: { user: 'id', pass: 'right' } })
    expect(await failure(send({}, { ignoreTLS: true }))).toEqual(['EENVELOPE', 530])
    expect(await failure(send({}, { tls: {} }))).toEqual(['ESOCKET', undefined])
    await send({}, { requireTLS: true, auth: { user: 'id', pass: 'right' } })
    expect(server.mails).toHaveLength(1)
  })

  it('speaks TLS from the first byte on', async () => {
    await start({ tls: { mode: 'implicit' } })
    await send({}, { secure: true })
    expect(server.mails).toHaveLength(1)
    const tls = { mode: 'implicit', key: 'no key', cert: 'no certificate' } as const
    await expect(startSmtpServer({ tls })).rejects.toThrow('The SMTP server could not open')
  })
})

describe('What it is told to do', () => {
  it('refuses for good, and for now', async () => {
    await start({ behaviour: 'refuse' })
    expect(await failure(send())).toEqual(['EENVELOPE', 550])
    await server.setBehaviour('defer')
    expect(await failure(send())).toEqual(['EENVELOPE', 451])
    await server.happened('deferred')
    expect(server.events).toEqual(['connected', 'refused', 'connected', 'deferred'])
    expect(server.mails).toEqual([])
  })

  it.each([
    ['drop', 0],
    ['drop-after-accept', 1],
  ] as const)('drops the connection: %s', async (behaviour, kept) => {
    await start({ behaviour })
    const [code, answered] = await failure(send())
    expect(code).toMatch(/^(ECONNECTION|ESOCKET)$/)
    expect(answered).toBeUndefined()
    await server.happened('dropped')
    expect(server.mails).toHaveLength(kept)
    await server.setBehaviour('accept')
    await send()
    expect(server.mails).toHaveLength(kept + 1)
  })

  it('drops the connection of whoever it took the mail from, and no other', async () => {
    await start()
    const bystander = await open(server.port)
    await once(bystander, 'data')
    await server.setBehaviour('drop')
    await failure(send())
    bystander.write('QUIT\r\n')
    expect(String((await once(bystander, 'data'))[0])).toMatch(/^221/)
  })

  it('drops encrypted connections as well', async () => {
    await start({ behaviour: 'drop-after-accept', tls: { mode: 'implicit' } })
    expect((await failure(send({}, { secure: true })))[1]).toBeUndefined()
    expect(server.mails).toHaveLength(1)
  })

  it('hangs, until it does something else', async () => {
    await start({ behaviour: 'hang' })
    const sending = send()
    await server.happened('held')
    await server.setBehaviour('accept')
    await sending
    expect(server.mails).toHaveLength(1)
  })

  it('answers byte by byte', async () => {
    await start({ behaviour: 'slow', millisecondsPerByte: 50 })
    const socket = await open(server.port)
    const [first] = (await once(socket, 'data')) as [Buffer]
    expect(first.toString()).toMatch(/^2[^\n]*$/)
    socket.destroy()
    await server.setBehaviour('accept')
    await send()
    expect(server.mails).toHaveLength(1)
  })

  it('is gone and comes back on the same port', async () => {
    await start()
    const socket = await open(server.port)
    const ended = closed(socket)
    await server.stop()
    await ended
    await server.stop()
    expect(await failure(send())).toEqual(['ESOCKET', undefined])
    await server.restart()
    await send()
    expect(server.mails).toHaveLength(1)
  })
})

describe('Its process', () => {
  it('ends, once or twice, and can do nothing more', async () => {
    await start()
    const { port } = server
    await server.close()
    await server.close()
    await expect(open(port)).rejects.toThrow('ECONNREFUSED')
    await expect(server.setBehaviour('hang')).rejects.toThrow('could not behave: It has ended')
  })

  it('ends with its parent, however that ends', async () => {
    await start()
    const source = join(import.meta.dirname, '..', 'src', 'smtp', 'smtp-server.ts')
    const program = `
      const { startSmtpServer } = await import(${JSON.stringify(source)})
      console.log((await startSmtpServer()).port)`
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [port] = (await once(createInterface(parent.stdout), 'line')) as [string]
    const socket = await open(Number(port))
    const ended = closed(socket)
    parent.kill('SIGKILL')
    await ended
    await expect(untilRefused(Number(port))).rejects.toThrow(/ECONN(REFUSED|RESET)/)
  })
})
