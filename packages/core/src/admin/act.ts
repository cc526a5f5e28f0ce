import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import { type FreshProofRequired, type PolicyDenied, policyDenied } from '../errors.ts'
import type { Host } from '../host.ts'
import { ACT_PROOF_SECONDS } from '../session/advance.ts'
import type { ActiveSession } from '../session/load.ts'
import { lockSession } from '../session/locks.ts'
import { twoFactorOptions } from '../session/two-factor.ts'
import { json, uuid } from '../storage/sql.ts'

/** An act of an administrator on somebody, in words that say all that matters about it: `issueAccessPass robin@… 60 once`. */
export type Act = string

/**
 * Why an administrator may not do this now: such an act needs a proof of a second factor that was given for it and nothing else,
 * so that nobody does a second one with a session left open (C6, C21).
 */
export function actProblem(
  host: Host,
  session: ActiveSession,
  act: Act,
): FreshProofRequired | PolicyDenied | undefined {
  const oldest = session.now.getTime() - ACT_PROOF_SECONDS * 1000
  const given = session.proofs.some(
    (proof) =>
      proof.act === act &&
      Date.parse(proof.at) > oldest &&
      session.methods.some(({ id }) => id === proof.methodId),
  )
  if (given) return undefined
  const options = twoFactorOptions(host, session).map(({ method }) => method)
  if (options.length === 0) return policyDenied('administrator', 'admin.secondFactorNeeded')
  return {
    type: 'FreshProofRequired',
    code: 'proof.actNeeded',
    values: { minutes: ACT_PROOF_SECONDS / 60 },
    maxAgeSeconds: ACT_PROOF_SECONDS,
    options,
    session,
    act,
  }
}

/** Statement parts that use the proof of an act up, if the session still has it: `authorised` and `burned`. */
export function burnAct(session: ActiveSession, act: Act, after?: SQL): SQL {
  const left = session.proofs.filter((proof) => proof.act !== act)
  return sql`authorised as (${lockSession(session, after)}), burned as (
      update security_info.session set proofs = ${json(left)}
      where user_id = ${uuid(session.account.userId)} and id = ${uuid(session.id)} and exists (select from authorised)
      returning id
    )`
}

/** The session once the act is done. */
export function afterAct(session: ActiveSession, act: Act): ActiveSession {
  return { ...session, proofs: session.proofs.filter((proof) => proof.act !== act) }
}
