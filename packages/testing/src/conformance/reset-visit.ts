import { OTHER_PROOF, OTHER_WAY } from './blank.ts'
import { type Gate, type ResetAnswer, resetCalls } from './reset-documents.ts'
import { must, type Rig } from './rig.ts'

/** A reset that somebody has begun, from an address of their own. */
export interface Visit {
  readonly started: ResetAnswer
  /** What holds it: the newest, as clients have to keep it. */
  readonly token: string
  /** Begins the gate of the way; a code that is sent goes out. `typed`: the number or address again. */
  begin(typed: object): Promise<ResetAnswer>
  /** Gives a proof of the kind; with another token than the newest, where one is given. */
  prove(gate: Pick<Gate, 'id'>, proof: object, token?: string): Promise<ResetAnswer>
  complete(newPassword: string, token?: string): Promise<ResetAnswer>
  /** Passes the gate of the method that stands beside the kind's. */
  passOther(): Promise<void>
}

let visitors = 0

export async function openVisit<Device>(
  { gateway, kind, sending }: Rig<Device>,
  { way, prompt = '' }: { readonly way: string; readonly prompt?: string | undefined },
  identifier: string,
): Promise<Visit> {
  visitors++
  // One address may begin only so many.
  const client = gateway.client({ address: `10.20.${visitors >> 8}.${visitors & 255}` })
  const calls = resetCalls(client, prompt)
  const started = await calls.start({ identifier })
  let token = must(started, started.token)
  const verify = async (held: string, gateId: string, proof: object) => {
    const answer = await calls.verify({ token: held, gateId, proof })
    token = answer.token ?? token
    return answer
  }
  return {
    started,
    get token() {
      return token
    },
    begin: (typed) => sending(() => calls.begin({ token, way, method: { [kind]: typed } })),
    prove: async ({ id }, proof, held = token) => verify(held, id, { [kind]: proof }),
    complete: async (newPassword, held = token) => calls.complete({ token: held, newPassword }),
    async passOther() {
      const begun = await calls.begin({ token, way: OTHER_WAY, method: OTHER_PROOF })
      const proven = await verify(token, must(begun, begun.gate).id, OTHER_PROOF)
      must(proven, proven.reset)
    },
  }
}
