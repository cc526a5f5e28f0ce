import type { RouteDesk } from '@security-info/core'
import { uuidOfHash } from '../uuid.ts'
import type { Reason } from './verdict.ts'

/**
 * Failures are paid for when they have happened, and only they are: a right password always passes, whatever strangers do
 * with the account or from the address. 128 bits can't be guessed, so the limits are there for the rest: they bound what
 * failures write, and tell a program with an old password to ask less often. Whether a password is right can't be known
 * without the look-up; so that is all that a failure beyond the limits costs, one read.
 *
 * Three ledgers, each closing for 15 minutes and longer: the person from this address, the address, the person.
 */
const MOST_OF_PERSON_AT_ADDRESS = 10
const MOST_OF_ADDRESS = 100
const MOST_OF_PERSON = 100

/** More ledgers than this are not remembered as closed; they are asked again then. */
const REMEMBERED = 10_000

interface Failure {
  /** The person's id or, where there is none, that of nobody in particular: always the same for one name. */
  readonly owner: string
  /** What the failures of an address are counted for. */
  readonly payer: string
  /** Database time. */
  readonly now: Date
  readonly reason: Reason
  readonly scope: string
  readonly id: string | undefined
  readonly clientAddress: string | undefined
}

/** Notes a failure. Gives back when the next one may follow, where this was one too many; that one is not written down. */
export type NoteFailure = (desk: RouteDesk, failure: Failure) => Promise<Date | undefined>

export function createFailures(): NoteFailure {
  // Ledgers that are known to be closed, and until when by the database's clock.
  const closed = new Map<string, number>()
  return async (desk, failure) => {
    const { owner, payer, now, id, clientAddress, reason, scope } = failure
    const address = await desk.keyedHash('address', payer)
    const ledgers = [
      { owner: uuidOfHash(address), ledger: 'failures', most: MOST_OF_ADDRESS },
      { owner, ledger: `failures@${address.slice(0, 16)}`, most: MOST_OF_PERSON_AT_ADDRESS },
      { owner, ledger: 'failures', most: MOST_OF_PERSON },
    ].map((one) => ({ ...one, key: `${one.owner} ${one.ledger}` }))
    const until = Math.max(...ledgers.map(({ key }) => closed.get(key) ?? 0))
    if (until > now.getTime()) return new Date(until)

    for (const { owner: payedBy, ledger, most, key } of ledgers) {
      const spent = await desk.spend(payedBy, ledger, most)
      if (!spent) continue
      const [oldest] = closed.keys()
      if (closed.size >= REMEMBERED && oldest !== undefined) closed.delete(oldest)
      closed.set(key, spent.retryAt.getTime())
      return spent.retryAt
    }
    await desk.audit(owner, {
      type: 'appPassword.refused',
      detail: { reason, scope, ...(id && { subjectId: id }), ...(clientAddress && { clientAddress }) },
    })
    return undefined
  }
}
