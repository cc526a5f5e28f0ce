const FORMAT = { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' } as const

/** A time as a sentence has it. A locale comes from whoever asks: one that is none is taken for English. */
export function timeIn(locale: string, at: Date): string {
  return `${formatOf(locale).format(at)} UTC`
}

function formatOf(locale: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, FORMAT)
  } catch {
    return new Intl.DateTimeFormat('en', FORMAT)
  }
}
