import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer } from '@security-info/testing'
import type { ClockMove } from './database.ts'

/** One call of a client, as the client saw it. Times are real, in milliseconds. */
export interface Operation {
  readonly kind: string
  readonly node: number
  readonly person: string
  readonly start: number
  readonly end: number
  /** `ok`, the code of an expected error, or `thrown: …`. */
  readonly result: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** A stretch of a run in which the provider behaves in one way. */
export interface Phase {
  readonly name: string
  readonly start: number
  end: number
}

/** What clients did and when the provider was how: everything a checker needs of the one side. */
export interface History {
  readonly operations: readonly Operation[]
  readonly phases: readonly Phase[]
  readonly clock: readonly ClockMove[]
}

export interface Recorder extends History {
  /** Ends the phase that runs and begins another one. */
  phase(name: string): void
  /** Does something and writes down what came of it; an answer that never came is written down as well. */
  did(
    entry: Pick<Operation, 'kind' | 'node' | 'person'>,
    work: () => Promise<Answer>,
    detail?: (answer: Answer) => Operation['detail'],
  ): Promise<Answer | undefined>
  /** Writes down the other sides beside the history, for whoever wants to look. */
  keep(name: string, evidence: unknown): void
  close(): void
}

/** Real time in milliseconds and fractions of them. */
export const clockTime = () => performance.timeOrigin + performance.now()

/** A history that is also a file, a line for each operation, written as it happens. */
export function openHistory(run: string, clock: readonly ClockMove[]): Recorder {
  const folder = join(import.meta.dirname, '..', '.data', run)
  mkdirSync(folder, { recursive: true })
  const file = createWriteStream(join(folder, 'history.jsonl'))
  const operations: Operation[] = []
  const phases: Phase[] = []
  return {
    operations,
    phases,
    clock,
    phase(name) {
      const at = clockTime()
      const last = phases.at(-1)
      if (last) last.end = at
      phases.push({ name, start: at, end: Number.POSITIVE_INFINITY })
    },
    async did(entry, work, detail = () => ({})) {
      const start = clockTime()
      const done = (result: string, more: Operation['detail']) => {
        const operation = { ...entry, start, end: clockTime(), result, detail: more }
        operations.push(operation)
        file.write(`${JSON.stringify(operation)}\n`)
      }
      try {
        const answer = await work()
        done(answer.code ?? 'ok', detail(answer))
        return answer
      } catch (error) {
        done(`thrown: ${String(error)}`, {})
        return undefined
      }
    },
    keep: (name, evidence) =>
      writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(evidence, null, 1)}\n`),
    close: () => void file.end(),
  }
}
