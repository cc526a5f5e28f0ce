/** Tells the story as it happens. */
export interface Narrator {
  /** A chapter of the story. */
  chapter(title: string): void
  /** What is sent, without secrets. */
  sends(what: string): void
  /** What came back, in words. */
  gets(what: string): void
  /** What is waited for. */
  waits(what: string): void
}

/** Numbers the chapters, and hands line by line to `write`. */
export function narrator(write: (line: string) => void): Narrator {
  let number = 0
  return {
    chapter(title) {
      number++
      write(`\n${number}. ${title}`)
    },
    sends: (what) => write(`   -> ${what}`),
    gets: (what) => write(`   <- ${what}`),
    waits: (what) => write(`   .. ${what}`),
  }
}

/** For what is done beside the story. */
export const silent: Narrator = { chapter() {}, sends() {}, gets() {}, waits() {} }
