import type { Answer, FlowAnswer } from '../gateway/answers.ts'
import type { Client } from '../gateway/client.ts'
import type { Asked } from './conformance.ts'
import { must, type Rig } from './rig.ts'

/** An open flow of somebody new, enrolment or challenge, for checks that hold for both. */
export interface OpenFlow {
  readonly type: Asked['flow']
  readonly client: Client
  readonly flow: FlowAnswer
  /** The proof with the code that was sent last for this flow, or with another one. */
  proofOf(code?: string): Promise<object>
  prove(proof: object, by?: Client): Promise<Answer>
  /** Another flow of the same person and session. */
  another(): Promise<FlowAnswer>
}

export async function openFlow<Device>(rig: Rig<Device>, type: Asked['flow']): Promise<OpenFlow> {
  const { person, client } = await rig.newcomer()
  if (type === 'enrollment') {
    const begin = async () => {
      const begun = await rig.begin(client)
      return must(begun, begun.enrollment)
    }
    const flow = await begin()
    return {
      type,
      client,
      flow,
      proofOf: async (code) => (await rig.setUp(flow, code)).proof,
      prove: (proof, by = client) => rig.confirm(by, flow.id, proof),
      another: begin,
    }
  }
  const { device } = await rig.enroll(client)
  const session = await rig.signIn(person)
  const flow = await rig.beginChallenge(session)
  return {
    type,
    client: session,
    flow,
    proofOf: (code) => rig.proofFor(device, flow, code),
    prove: (proof, by = session) => rig.verify(by, flow.id, proof),
    another: () => rig.beginChallenge(session),
  }
}

/** Whether a proof was taken. */
export function accepted(answer: Answer): boolean {
  return answer.__typename === 'ConfirmEnrollmentPayload' || answer.__typename === 'VerifyChallengePayload'
}
