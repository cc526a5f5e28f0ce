import type { MethodKind } from '../contract/kind.ts'

/** How long a plugin may take for one call (M14). What it says later is heard by nobody. */
const PATIENCE_MS = 10_000
/** The same where rows are locked meanwhile. */
const PATIENCE_IN_TRANSACTION_MS = 5_000

type Handlers = MethodKind['handlers']

/** Handlers that take too long fail as if they had thrown: the attempt is spent, nothing is kept. */
export function withPatience(id: string, handlers: Handlers): Handlers {
  const limited =
    <Given extends readonly unknown[], T>(name: string, call: (...given: Given) => Promise<T>) =>
    (...given: Given) =>
      inTime(`Handler "${name}" of plugin "${id}"`, PATIENCE_MS, () => call(...given))
  const { begin, confirm, challenge, verify, passwordless } = handlers
  // All else is the plugin's own, whatever it is made of.
  return Object.assign(Object.create(handlers) as Handlers, {
    begin: limited('begin', begin.bind(handlers)),
    confirm: limited('confirm', confirm.bind(handlers)),
    challenge: limited('challenge', challenge.bind(handlers)),
    verify: limited('verify', verify.bind(handlers)),
    ...(passwordless && {
      passwordless: Object.assign(Object.create(passwordless) as typeof passwordless, {
        begin: limited('passwordless.begin', passwordless.begin.bind(passwordless)),
      }),
    }),
  })
}

/** A plugin's part in a transaction: where it takes too long, all of it is undone. */
export function inTransaction<T>(plugin: string, work: () => Promise<T> | undefined): Promise<T | undefined> {
  return inTime(`The part of plugin "${plugin}" in a transaction`, PATIENCE_IN_TRANSACTION_MS, work)
}

async function inTime<T>(what: string, ms: number, work: () => T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s.`)), ms)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
