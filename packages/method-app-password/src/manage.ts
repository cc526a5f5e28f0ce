import type {
  Desk,
  FlowEnded,
  FreshProofRequired,
  InvalidInput,
  NotFound,
  RequestContext,
} from '@security-info/core'
import { deleteEntries, deleteEntry, type Entry, renameEntry } from './entries.ts'
import { cleanName } from './name.ts'
import { type AppPasswordPolicy, readPolicy } from './policy.ts'
import { sentId } from './uuid.ts'

/** Unknown and other people's answer alike. */
const notFound: NotFound = { type: 'NotFound', code: 'appPassword.notFound' }

export interface Renamed {
  readonly type: 'AppPasswordRenamePayload'
  readonly entry: Entry
  readonly policy: AppPasswordPolicy
  readonly now: Date
}

/** A name protects nothing: it takes no fresh proof. */
export async function renameAppPassword(
  desk: Desk,
  context: RequestContext,
  input: { readonly id: string; readonly name: string },
): Promise<Renamed | InvalidInput | NotFound | FlowEnded> {
  const name = cleanName(input.name)
  if (typeof name !== 'string') return name
  const { userId, policy, now } = await desk.person(context)
  const id = sentId(input.id)
  const result = await desk.change<Entry, NotFound>(context, {
    async write(tx) {
      const entry = await renameEntry(tx, { userId, id }, name)
      return entry ? { ok: true, value: entry } : { ok: false, error: notFound }
    },
    audit: { type: 'appPassword.renamed', detail: { subjectId: id } },
  })
  if (result.type !== 'Done') return result
  return { type: 'AppPasswordRenamePayload', entry: result.value, policy: readPolicy(policy), now }
}

export interface Revoked<Name extends string> {
  readonly type: Name
  readonly revoked: number
}

/** Deletes one; from then on it is refused. Like every removal it takes a fresh proof; policy never forbids it. */
export async function revokeAppPassword(
  desk: Desk,
  context: RequestContext,
  sent: string,
): Promise<Revoked<'AppPasswordRevokePayload'> | FreshProofRequired | NotFound | FlowEnded> {
  const stale = await desk.staleProof(context)
  if (stale) return stale
  const { userId } = await desk.person(context)
  const id = sentId(sent)
  const result = await desk.change<number, NotFound>(context, {
    async write(tx) {
      const gone = await deleteEntry(tx, { userId, id })
      return gone ? { ok: true, value: 1 } : { ok: false, error: notFound }
    },
    audit: { type: 'appPassword.revoked', detail: { subjectId: id } },
  })
  return result.type === 'Done' ? { type: 'AppPasswordRevokePayload', revoked: result.value } : result
}

/** Deletes all of them. */
export async function revokeAllAppPasswords(
  desk: Desk,
  context: RequestContext,
): Promise<Revoked<'AppPasswordRevokeAllPayload'> | FreshProofRequired | FlowEnded> {
  const stale = await desk.staleProof(context)
  if (stale) return stale
  const { userId } = await desk.person(context)
  const result = await desk.change<number>(context, {
    write: async (tx) => ({ ok: true, value: await deleteEntries(tx, userId) }),
    audit: { type: 'appPassword.allRevoked' },
  })
  return result.type === 'Done' ? { type: 'AppPasswordRevokeAllPayload', revoked: result.value } : result
}
