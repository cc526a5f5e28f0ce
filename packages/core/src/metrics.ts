/** Counts what an operator wants to be told of. Names without a prefix; labels from fixed lists, never from input. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>): void
  /** In the text format of Prometheus. */
  print(): string
}

export function createMetrics(): Metrics {
  const counters = new Map<string, number>()
  return {
    count(name, labels = {}) {
      const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
      const key = `security_info_${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''}`
      counters.set(key, (counters.get(key) ?? 0) + 1)
    },
    print: () =>
      [...counters]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${key} ${value}\n`)
        .join(''),
  }
}
