import { type SQL, sql } from 'drizzle-orm'
import type { Secret } from '../crypto/secret.ts'
import { newToken } from '../crypto/token.ts'
import type { Host } from '../host.ts'
import { bytes, json, now, time, uuid } from '../storage/sql.ts'
import type { SessionProof } from '../storage/tables.ts'
import type { ActiveSession } from './load.ts'
import { decideState } from './state.ts'

/** How old the proof for an administrative act may be. */
export const ACT_PROOF_SECONDS = 5 * 60

/** What a proof or a finished wizard changes about a session. */
export type Change = Partial<
  Pick<ActiveSession, 'account' | 'methods' | 'proofs' | 'registering' | 'skipped' | 'createdAt' | 'now'>
>

/** A session as it will be once the commit has succeeded, with its new token. */
export interface Advanced {
  readonly session: ActiveSession
  readonly token: Secret
}

/**
 * Decides what a session becomes, before anything is written, so that one statement can write it all. Every proof brings
 * a new token and kills the old one (ASVS 7.2.4, C19). A session that still owes something lives for the length of the
 * wizard, a full one for the configured maximum since sign-in.
 */
export async function advance(host: Host, session: ActiveSession, change: Change): Promise<Advanced> {
  const { token, hash } = newToken(session.account.userId)
  const facts = { ...session, ...change, tokenHash: hash }
  const decision = await decideState(host, facts)
  const owes = decision.state !== 'ACTIVE'
  const { maxSeconds, pendingSeconds } = host.lifetimes
  const end = facts.createdAt.getTime() + maxSeconds * 1000
  const expiresAt = new Date(owes ? Math.min(facts.now.getTime() + pendingSeconds * 1000, end) : end)
  const registering = facts.registering || decision.state === 'SECURITY_INFO_REQUIRED'
  return { token, session: { ...facts, ...decision, registering, expiresAt } }
}

/**
 * Adds a proof; a newer one by the same method, for the same act if for any, takes the older one's place. Those for acts that are too old
 * by then go: they would only make the session larger.
 */
export function withProof(proofs: readonly SessionProof[], proof: SessionProof): readonly SessionProof[] {
  const oldest = Date.parse(proof.at) - ACT_PROOF_SECONDS * 1000
  const others = proofs.filter(
    (one) =>
      (one.kind !== proof.kind || one.methodId !== proof.methodId || one.act !== proof.act) &&
      (one.act === undefined || Date.parse(one.at) > oldest),
  )
  return [...others, proof]
}

/** The statement part that writes an advanced session, if `guard` has a row. `also`: more columns to set. */
export function writeSession({ session }: Advanced, guard: SQL, also?: SQL): SQL {
  return sql`
    update security_info.session set
      token_hash = ${bytes(session.tokenHash)}, proofs = ${json(session.proofs)},
      registering_since = case when ${session.registering} then coalesce(registering_since, ${now}) end,
      registration_skipped_at = case when ${session.skipped} then coalesce(registration_skipped_at, ${now}) end,
      expires_at = ${time(session.expiresAt)}, last_seen_at = ${now}${also ? sql`, ${also}` : sql.empty()}
    where user_id = ${uuid(session.account.userId)} and id = ${uuid(session.id)} and exists (select from ${guard})`
}
