import { randomBytes } from 'node:crypto'
import type { Way } from '@security-info/core'
import type { TestDatabase } from '../databases/open.ts'
import type { Client, Person } from '../gateway/client.ts'
import { blank, OTHER_PROOF, OTHER_WAY } from './blank.ts'
import type { Gate } from './reset-documents.ts'
import { openVisit, type Visit } from './reset-visit.ts'
import { createRig, must, type Rig } from './rig.ts'
import type { Suite } from './suite.ts'

/** Somebody who has a method of the kind. */
export interface Owner<Device> {
  readonly person: Person
  readonly methodId: string
  readonly device: Device
  /** Where its code went when it was set up, if one was sent. */
  readonly address: string | undefined
  /** The method beside it, where they have one. */
  readonly otherId: string | undefined
}

/** A gateway on which a gate of the way resets a password, and the people who pass it. */
export interface Resets<Device> {
  readonly rig: Rig<Device>
  readonly way: Way
  /** How many gates it takes: one, or two where the kind can't be the only one. */
  readonly gates: 1 | 2
  /** Somebody new, whose method is old enough for a reset, or has just been set up. */
  owner(options?: { readonly justNow?: boolean }): Promise<Owner<Device>>
  visit(identifier: string): Promise<Visit>
  /** The reset of an owner, up to the gate of the kind: past the one beside it where the kind is never first. */
  visitOf(owner: Owner<Device>): Promise<Visit>
  /** What an owner types again; nothing where there is nothing to type. */
  typed(owner: Owner<Device>): object
  gate(visit: Visit, owner: Owner<Device>): Promise<Gate>
  /** A reset of an owner's with all gates passed. */
  passed(owner: Owner<Device>): Promise<Visit>
  /** A session of an owner's that has proven a second factor: by the way, or by the method beside it. */
  signInFully(owner: Owner<Device>, password?: string): Promise<Client>
}

/** A number or address that was set up is held for 24 hours. */
const LONGER_THAN_HELD = 25 * 3_600_000

/** A password that every policy takes: hexadecimal, so that it spells nobody's name. */
export const newPassword = () => randomBytes(16).toString('hex')

export async function openResets<Device>(
  { conformance, plugin, method }: Suite<Device>,
  database: TestDatabase,
  way: Way,
): Promise<Resets<Device>> {
  const notAlone = method.knowledgeBased === true
  const gates = notAlone ? 2 : 1
  const policy = {
    twoFactor: 'whenRegistered',
    passwordReset: { enabled: true, gates },
    methods: { [plugin.id]: { needsAnother: false } },
  }
  const rig = await createRig(conformance, database, { way: way.id, policy, beside: [blank()] })

  const resets: Resets<Device> = {
    rig,
    way,
    gates,
    async owner({ justNow = false } = {}) {
      const { person, client } = await rig.newcomer()
      const beside = notAlone || !way.usedFor.includes('TWO_FACTOR')
      const otherId = beside ? await enrollOther(client) : undefined
      const before = rig.gateway.messages.length
      const { methodId, device } = await rig.enroll(client)
      const sent = rig.gateway.messages.slice(before).find(({ code }) => code !== undefined)
      if (!justNow) await database.clock.advance(LONGER_THAN_HELD)
      return { person, methodId, device, address: sent?.to, otherId }
    },
    visit: (identifier) => openVisit(rig, { way: way.id, prompt: conformance.prompt }, identifier),
    async visitOf({ person }) {
      const visit = await resets.visit(person.identifier)
      if (notAlone) await visit.passOther()
      return visit
    },
    typed({ device }) {
      if (!rig.watched.refs?.retyped) return {}
      if (conformance.retype) return conformance.retype.registered(device)
      throw new Error('Say in `retype` what people type again in a password reset.')
    },
    async gate(visit, owner) {
      const begun = await visit.begin(resets.typed(owner))
      return must(begun, begun.gate)
    },
    async passed(owner) {
      const visit = await resets.visitOf(owner)
      const gate = await resets.gate(visit, owner)
      const proven = await visit.prove(gate, await rig.proofFor(owner.device, gate))
      must(proven, proven.reset)
      return visit
    },
    async signInFully(owner, password = owner.person.password) {
      const person = { ...owner.person, password }
      if (owner.otherId === undefined) return rig.signInWith(person, owner)
      const client = await rig.signIn(person)
      const begun = await client.beginChallenge({ methodId: owner.otherId, way: OTHER_WAY })
      const challengeId = must(begun, begun.challenge).id
      const proven = await client.verifyChallenge({ challengeId, proof: OTHER_PROOF })
      must(proven, proven.session)
      return client
    },
  }
  return resets
}

/** Sets up the method beside the kind's: the first gate, or the second factor, where the kind is none. */
async function enrollOther(client: Client): Promise<string> {
  const begun = await client.beginEnrollment({ method: OTHER_PROOF })
  const { id } = must(begun, begun.enrollment)
  const answer = await client.confirmEnrollment({ enrollmentId: id, proof: OTHER_PROOF })
  return must(answer, answer.method).id
}
