import { databaseTime } from '../../support/database.ts'
import { groups } from '../../support/figures.ts'
import type { Operation } from '../../support/history.ts'
import type { MessageRow } from '../../support/rows.ts'
import { judge, type Verdict } from '../../support/verdict.ts'
import { checkOthers } from '../check-others.ts'
import type { F3Evidence, SeenMail } from './evidence.ts'

const DRAIN_MS = 120_000
/** Between the server's yes and its process telling ours lie some milliseconds. */
const SLACK_MS = 250

/** Compares what clients were told, what the database believes and what the mail server has. Pure. */
export function checkF3(evidence: F3Evidence): readonly Verdict[] {
  const { believed, history, drained } = evidence
  const sides = index(evidence)
  const settled = believed.messages.filter(({ state }) => !['QUEUED', 'SENDING', 'DEAD'].includes(state))
  return [
    ...checkOthers(history, 'baseline'),
    {
      invariant: 'The queue drains within 2 min of recovery',
      holds: drained !== null && drained <= DRAIN_MS,
      found: drained === null ? 'it never did' : `after ${(drained / 1000).toFixed(1)} s`,
      examples: [],
    },
    judge(
      'Nothing waits at the end, no notice was given up',
      { at: believed.messages.length, what: 'messages' },
      believed.messages.filter((row) => !settled.includes(row)).map((row) => `${row.id} is ${row.state}`),
    ),
    ...checkCodes(evidence, sides),
    ...checkNotices(evidence, sides),
  ]
}

interface Sides {
  readonly mailsOf: ReadonlyMap<string, readonly SeenMail[]>
  readonly codes: readonly MessageRow[]
  readonly changes: readonly Operation[]
}

function index({ mails, believed, history }: F3Evidence): Sides {
  return {
    mailsOf: groups(mails, ({ message }) => message),
    codes: believed.messages.filter(({ flowId }) => flowId !== null),
    changes: history.operations.filter(
      ({ result, detail }) => result === 'ok' && detail.change !== undefined,
    ),
  }
}

function checkCodes({ history }: F3Evidence, { mailsOf, codes }: Sides): readonly Verdict[] {
  const dropped = codes.filter(({ state }) => state === 'DROPPED')
  const open = codes.filter(({ state }) => state === 'UNKNOWN')
  const late = codes.flatMap(({ id, flowEnds }) =>
    (mailsOf.get(id) ?? [])
      .filter(({ at }) => databaseTime(history.clock, at) > (flowEnds ?? 0) + SLACK_MS)
      .map(() => `${id} was sent after its flow had ended`),
  )
  return [
    judge(
      'No code is taken twice',
      { at: codes.length, what: `codes (${open.length} of them left unknown)` },
      codes.filter(({ id }) => (mailsOf.get(id)?.length ?? 0) > 1).map(({ id }) => `${id} arrived again`),
    ),
    judge('Codes past their lifetime are dropped unsent', { at: dropped.length, what: 'dropped codes' }, [
      ...dropped.filter(({ id }) => mailsOf.has(id)).map(({ id }) => `${id} arrived`),
      ...late,
    ]),
  ]
}

function checkNotices({ believed, mails }: F3Evidence, { mailsOf, changes }: Sides): readonly Verdict[] {
  const key = (userId: string, type: unknown, methodId: unknown) => `${type} ${methodId} of ${userId}`
  const notices = new Map(believed.notices.map((one) => [key(one.userId, one.type, one.methodId), one]))
  const audited = believed.changes.map((one) => key(one.userId, one.type, one.methodId))
  const arrived = arrivals(mails, believed.messages)
  const wanted = changes.map(({ person, detail }) => ({
    name: key(person, detail.change, detail.methodId),
    addresses: detail.addresses as readonly string[],
  }))
  const addressed = wanted.flatMap(({ name, addresses }) => addresses.map((to) => ({ name, to })))
  const sent = believed.messages.filter(({ state }) => state === 'SENT')
  const again = believed.messages.filter(
    ({ id, flowId }) => flowId === null && (mailsOf.get(id)?.length ?? 0) > 1,
  )
  return [
    judge(
      'Every acknowledged change has its notice',
      { at: wanted.length, what: 'changes' },
      wanted.filter(({ name }) => !notices.has(name)).map(({ name }) => `no notice of ${name}`),
    ),
    judge('Every audited change has its notice, and no other', { at: audited.length, what: 'audit events' }, [
      ...audited.filter((name) => !notices.has(name)).map((name) => `no notice of ${name}`),
      ...[...notices.keys()].filter((name) => !audited.includes(name)).map((name) => `no event of ${name}`),
    ]),
    judge(
      'Every notice arrives at every address',
      { at: addressed.length, what: `addresses (${again.length} notices came again)` },
      addressed
        .filter(({ name, to }) => !arrived(notices.get(name)?.undoHash ?? null, to))
        .map(({ name, to }) => `${name} did not reach ${to}`),
    ),
    judge(
      'What the outbox calls sent, the server has',
      { at: sent.length, what: 'messages' },
      sent.filter(({ id }) => !mailsOf.has(id)).map(({ id }) => `${id} never arrived`),
    ),
  ]
}

/**
 * Whether a notice reached an address. Mail to an address that is new has no link, and so nothing that says which notice it
 * is: of those, each stands for one.
 */
function arrivals(mails: readonly SeenMail[], messages: readonly MessageRow[]) {
  const notices = new Set(messages.filter(({ flowId }) => flowId === null).map(({ id }) => id))
  const linked = new Set(mails.map(({ undoHash, to }) => `${undoHash} ${to}`))
  const linkless = new Map(
    [...groups(mails, ({ to }) => to)].map(([to, all]) => {
      const found = all.filter(({ message, undoHash }) => undoHash === null && notices.has(message))
      return [to, new Set(found.map(({ message }) => message))]
    }),
  )
  return (undoHash: string | null, to: string): boolean => {
    if (undoHash !== null && linked.has(`${undoHash} ${to}`)) return true
    const [first] = linkless.get(to) ?? []
    return first !== undefined && (linkless.get(to)?.delete(first) ?? false)
  }
}
