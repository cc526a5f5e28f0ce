/** Whether something that must always hold did hold. */
export interface Verdict {
  readonly invariant: string
  readonly holds: boolean
  /** In figures: what was looked at, and what was found. */
  readonly found: string
  /** A few of those that broke it. */
  readonly examples: readonly string[]
}

/** Holds where nothing broke it, and where there was anything to look at: a run that proves nothing has failed. */
export function judge(
  invariant: string,
  looked: { readonly at: number; readonly what: string; readonly least?: number },
  broke: readonly string[],
): Verdict {
  const { at, what, least = 1 } = looked
  return {
    invariant,
    holds: broke.length === 0 && at >= least,
    found: `${at} ${what}${at >= least ? '' : ' (too few to tell)'}, ${broke.length} broke it`,
    examples: broke.slice(0, 3),
  }
}

/** Columns as wide as what is in them. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  )
  const text = (line: readonly string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [text(head), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.map(text)].join('\n')
}

/** Prints what was found. Returns whether everything holds. */
export function announce(verdicts: readonly Verdict[]): boolean {
  const lines = verdicts.map(({ invariant, holds, found }) => [holds ? 'pass' : 'FAIL', invariant, found])
  console.log(`\n${table(['', 'invariant', 'found'], lines)}`)
  for (const { invariant, holds, examples } of verdicts) {
    if (!holds && examples.length > 0)
      console.log(`\n${invariant}:\n${examples.map((example) => `  ${example}`).join('\n')}`)
  }
  const failed = verdicts.filter(({ holds }) => !holds).length
  console.log(failed === 0 ? '\nAll hold.' : `\n${failed} of ${verdicts.length} do not hold.`)
  return failed === 0
}
