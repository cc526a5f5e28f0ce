import type { Answer, Client, Person, TestGateway } from '@security-info/testing'
import { granted, must, type Owner, owner } from './people.ts'

const ERROR = `__typename ... on UserError { code message ... on RateLimited { retryAt } ... on InvalidInput { path }
  ... on PolicyDenied { rule } ... on FreshProofRequired { act maxAgeSeconds options { id } } }`
const mutation = (name: string, input: string, payload: string) =>
  `mutation Test($input: ${input}!) { ${name}(input: $input) { ${ERROR} ... on ${payload} } }`

const documents = {
  issue: mutation(
    'issueAccessPass',
    'IssueAccessPassInput',
    'IssueAccessPassPayload { pass expiresAt once }',
  ),
  revoke: mutation('revokeAccessPass', 'RevokeAccessPassInput', 'RevokeAccessPassPayload { revoked }'),
  redeem: mutation(
    'redeemAccessPass',
    'RedeemAccessPassInput',
    'SignInPayload { token session { state interrupt { missing skippable } } }',
  ),
  settle: mutation('settleHelpRequest', 'SettleHelpRequestInput', 'SettleHelpRequestPayload { settled }'),
  queue: `query Test($first: Int!, $after: String) { admin { helpRequests(first: $first, after: $after) {
    edges { cursor node { id username displayName gatesPassed clientAddress createdAt } }
    pageInfo { hasNextPage endCursor } } } }`,
} as const

/** What administrators' mutations give: the parts tests look at. */
export interface AdminAnswer extends Answer {
  readonly act?: string | null
  readonly pass?: string
  readonly expiresAt?: string
  readonly once?: boolean
  readonly revoked?: boolean
}

interface HelpRequestAnswer {
  readonly id: string
  readonly username: string
  readonly gatesPassed: number
  readonly clientAddress: string
}
export interface Queue {
  readonly edges: readonly { readonly cursor: string; readonly node: HelpRequestAnswer }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** Makes somebody an administrator. */
export async function promote({ securityInfo }: TestGateway, person: Person): Promise<void> {
  const done = await securityInfo.accounts.change({ identifier: person.identifier, administrator: true })
  if (!done.ok) throw new Error(done.problem)
}

/** An administrator with a pin and a full session. */
export async function administrator(gateway: TestGateway): Promise<Owner> {
  const admin = await owner(gateway)
  await promote(gateway, admin.person)
  return admin
}

type Input = Readonly<Record<string, unknown>>
const asking = (document: string) => (client: Client, input: Input) =>
  client.ask<AdminAnswer>(document, { input })

export const issuePass = asking(documents.issue)
export const revokePass = asking(documents.revoke)
export const settleHelp = (client: Client, requestId: string) =>
  asking(documents.settle)(client, { requestId })

/** Signs in with a pass. */
export function redeem(client: Client, person: Pick<Person, 'identifier'>, pass: string) {
  return client.ask<Answer>(documents.redeem, { input: { identifier: person.identifier, pass } })
}

/** One page of the requests for help. */
export async function helpQueue(client: Client, first = 100, after: string | null = null): Promise<Queue> {
  const admin = await client.ask<{ helpRequests: Queue }>(documents.queue, { first, after })
  return admin.helpRequests
}

/** Proves a pin for one act and nothing else. */
export async function proveFor(client: Client, pin: string, act: string): Promise<Answer> {
  const { challenge } = granted(await client.beginChallenge({ act }))
  return client.verifyChallenge({ challengeId: must(challenge).id, proof: { pin: { code: pin } } })
}

/** Does what needs a proof of its own: asks, proves for what it is told, asks again. */
export async function doAct(
  { client, pin }: Owner,
  call: (client: Client) => Promise<AdminAnswer>,
): Promise<AdminAnswer> {
  const asked = await call(client)
  granted(await proveFor(client, pin, must(asked.act, `an act, not ${asked.code}`)))
  return call(client)
}

/** A pass that an administrator has issued. */
export async function passFor(gateway: TestGateway, person: Person, more: Input = {}): Promise<string> {
  const admin = await administrator(gateway)
  const issued = await doAct(admin, (client) =>
    issuePass(client, { identifier: person.identifier, once: true, ...more }),
  )
  return must(granted(issued) && (issued as AdminAnswer).pass, 'a pass')
}
