import { randomUUID } from 'node:crypto'
import type { Mail } from '@security-info/testing/smtp'
import { until } from '../../support/load.ts'
import { addApp, call, changeOf, type Person, prove, type World } from '../../support/person.ts'

/** Finds mail by address, however much there is. */
export function createMailbox(mails: readonly Mail[]): (to: string) => Mail | undefined {
  const byAddress = new Map<string, Mail>()
  let read = 0
  return (to) => {
    for (; read < mails.length; read++) {
      const mail = mails[read]
      // The first to an address that is used once is the code; notices come after it.
      const [address = ''] = mail?.envelope.to ?? []
      if (mail && !byAddress.has(address)) byAddress.set(address, mail)
    }
    return byAddress.get(to)
  }
}

/** Adds a further app, or removes it again: each makes a notice. */
export async function changeMethods(world: World, person: Person): Promise<void> {
  if (!(await prove(world, person))) return
  const [extra] = person.extra
  if (extra === undefined) {
    const app = await addApp(world, person)
    if (app) person.extra.push(app.methodId)
    return
  }
  const removed = await call(
    world,
    person,
    'app.remove',
    (client) => client.removeMethod(extra),
    (answer) => (answer.code === undefined ? changeOf(person, 'method.removed', extra) : {}),
  )
  if (removed && removed.code === undefined) person.extra.shift()
}

/** Sets an address up: asks for a code, waits for it as long as it works, and types it in. */
export async function addAddress(
  world: World,
  person: Person,
  mailTo: (to: string) => Mail | undefined,
): Promise<void> {
  if (!(await prove(world, person))) return
  const address = `box-${randomUUID()}@mail.example`
  const begun = await call(world, person, 'email.begin', (client) =>
    client.beginEnrollment({ method: { email: { address } } }),
  )
  const { id: enrollmentId, expiresAt = '' } = begun?.enrollment ?? {}
  if (enrollmentId === undefined) return
  const mail = await until(
    () => mailTo(address),
    () => world.clock.now() > Date.parse(expiresAt),
  )
  const code = mail && /\b\d{6}\b/.exec(mail.text)?.[0]
  if (code === undefined) return
  await call(
    world,
    person,
    'email.confirm',
    (client) => client.confirmEnrollment({ enrollmentId, proof: { email: { code } } }),
    ({ method }) => {
      if (method) person.addresses.push(address)
      return changeOf(person, 'method.enrolled', method?.id)
    },
  )
}
