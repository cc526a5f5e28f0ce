import { randomBytes, randomUUID } from 'node:crypto'
import {
  type Answer,
  type Client,
  createClient,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import {
  type Channel,
  createKeyRing,
  createSecurityInfo,
  type Delivery,
  generateKey,
  type KeyRing,
  type OutgoingMessage,
  type Plugin,
  Secret,
} from '../../src/index.ts'
import { mail } from '../plugins/mail.ts'
import { pin } from '../plugins/pin.ts'
import { texting } from '../plugins/texting.ts'
import { granted, must, signedIn, type Visitor } from './people.ts'

/** What a channel was given, with its code in the clear. */
export interface Handed extends Omit<OutgoingMessage, 'code'> {
  readonly channel: string
  readonly code?: string
}

type Deliver = (message: Handed) => Promise<Delivery>

interface PhoneOptions {
  /** What each channel does; where it is left out, it accepts everything. */
  readonly deliver?: Readonly<Record<string, Deliver>>
  readonly limits?: Channel['limits']
  readonly policy?: unknown
  readonly plugins?: readonly Plugin[]
  readonly securityContacts?: readonly string[]
  readonly publicUrl?: URL
  readonly keyRing?: KeyRing
  readonly db?: TestDatabase['db']
}

export interface PhoneGateway extends TestGateway {
  /** Everything that reached a channel, oldest first. */
  readonly handed: readonly Handed[]
  /** What the operator was told. */
  readonly unexpected: readonly unknown[]
}

const ring = createKeyRing(generateKey('phones'))

/** A gateway with texts, calls and mail whose providers do as they are told. Two on one database stand for two processes. */
export async function openPhones(database: TestDatabase, options: PhoneOptions = {}): Promise<PhoneGateway> {
  const handed: Handed[] = []
  const unexpected: unknown[] = []
  const securityInfo = createSecurityInfo({
    plugins: [
      texting(options.limits ? { sms: { limits: options.limits } } : {}),
      mail(),
      pin(),
      ...(options.plugins ?? []),
    ],
    database: options.db ? { ...database, db: options.db } : database,
    keyRing: options.keyRing ?? ring,
    organisation: { name: 'Test Organisation' },
    publicUrl: options.publicUrl ?? new URL('http://localhost:4000'),
    version: '0.0.0-test',
    policy: options.policy ?? {},
    securityContacts: options.securityContacts ?? [],
    onUnexpected: (error) => unexpected.push(error),
    async deliver(channel, { code, ...message }) {
      const one = { ...message, channel, ...(code && { code: code.reveal() }) }
      handed.push(one)
      const answer = options.deliver?.[channel]
      return answer ? answer(one) : { outcome: 'accepted', providerId: `provider-${message.ref}` }
    },
  })
  await securityInfo.migrate()
  return {
    securityInfo,
    database,
    handed,
    unexpected,
    messages: handed,
    async deliver() {
      const before = handed.length
      await securityInfo.sendDue()
      return handed.slice(before)
    },
    async person({ contactEmail } = {}) {
      const identifier = `person-${randomUUID()}@example.test`
      const password = randomBytes(12).toString('hex')
      const made = await securityInfo.accounts.create({
        identifier,
        displayName: 'Test Person',
        password: new Secret(password),
        ...(contactEmail === undefined ? {} : { contactEmail }),
      })
      if (!made.ok) throw new Error(made.problem)
      return { userId: made.userId, identifier, password }
    },
    client: (clientOptions) => createClient(securityInfo, clientOptions),
  }
}

/** A number that nobody had before. */
export const newNumber = () => `555${String(randomBytes(4).readUInt32BE()).padStart(10, '0')}`

/** Somebody new who has asked for a code to a new number. */
export async function asking(gateway: PhoneGateway, number = newNumber()): Promise<Visitor & Asked> {
  const visitor = await signedIn(gateway)
  return { ...visitor, ...(await askCode(visitor.client, number)) }
}

export interface Asked {
  readonly flowId: string
  readonly number: string
}

/** Begins to set a number up. */
export async function askCode(client: Client, number = newNumber()): Promise<Asked> {
  const begun = granted(await client.beginEnrollment({ method: { texting: { number } } }))
  return { flowId: must(begun.enrollment).id, number }
}

/** Types the code of an enrolment in. */
export function typeIn(client: Client, enrollmentId: string, code: string): Promise<Answer> {
  return client.confirmEnrollment({ enrollmentId, proof: { texting: { code } } })
}

/** The last code that was handed over for a number. */
export function lastCode(gateway: Pick<PhoneGateway, 'handed'>, number: string): string {
  return must(gateway.handed.findLast(({ to }) => to === number)?.code, `a code to ${number}`)
}

/** Sets a number up, with the code that is sent. */
export async function enrollPhone(gateway: PhoneGateway, client: Client, number = newNumber()) {
  const { flowId } = await askCode(client, number)
  await gateway.securityInfo.sendDue()
  const answer = granted(await typeIn(client, flowId, lastCode(gateway, number)))
  return { number, methodId: must(answer.method).id }
}

/** Somebody new with a number and a full session. */
export async function phoneOwner(gateway: PhoneGateway, options: { contactEmail?: string } = {}) {
  const visitor = await signedIn(gateway, await gateway.person(options))
  const phone = await enrollPhone(gateway, visitor.client)
  granted(await visitor.client.finishRegistration())
  return { ...visitor, ...phone }
}
