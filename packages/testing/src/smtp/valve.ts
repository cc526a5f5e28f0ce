/** Lets bytes through at once, one by one, or not at all. */
export type Opening = 'open' | 'drip' | 'shut'

export interface Valve {
  write(bytes: Buffer): void
  /** Nothing comes any more; passed on when the last byte is through. */
  end(): void
  set(opening: Opening): void
}

export interface Outlet {
  write(bytes: Buffer): void
  end(): void
  /** Called once, when the first byte is kept back. */
  held(): void
}

/** A valve between the server's answers and the client. What it keeps back flows when it is opened. */
export function createValve(opening: Opening, millisecondsPerByte: number, outlet: Outlet): Valve {
  let now = opening
  let waiting = Buffer.alloc(0)
  let ended = false
  let held = false
  let drip: NodeJS.Timeout | undefined

  const pass = (length: number) => {
    outlet.write(waiting.subarray(0, length))
    waiting = waiting.subarray(length)
  }
  const flow = () => {
    if (waiting.length > 0 && now === 'open') pass(waiting.length)
    if (waiting.length === 0) return ended ? outlet.end() : undefined
    if (!held) outlet.held()
    held = true
    if (now !== 'drip' || drip) return
    drip = setTimeout(() => {
      drip = undefined
      if (now === 'drip') pass(1)
      flow()
    }, millisecondsPerByte)
  }
  return {
    write(bytes) {
      waiting = Buffer.concat([waiting, bytes])
      flow()
    },
    end() {
      ended = true
      flow()
    },
    set(next) {
      now = next
      flow()
    },
  }
}
