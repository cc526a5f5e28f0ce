import { LIMITS, type LimitName } from './limits.ts'

/** What the edge counts; core counts the rest. */
export interface EdgeMetrics {
  /** A request was above a limit. */
  refused(limit: LimitName): void
  /** A request found the gateway too busy. */
  overloaded(): void
  /** In the text format of Prometheus, each counter from its first look on, so that a rise from 0 shows. */
  print(): string
}

export function createEdgeMetrics(): EdgeMetrics {
  const refused = new Map((Object.keys(LIMITS) as LimitName[]).map((limit) => [limit, 0]))
  let overloaded = 0
  return {
    refused: (limit) => void refused.set(limit, (refused.get(limit) ?? 0) + 1),
    overloaded: () => void overloaded++,
    print: () =>
      [...refused]
        .map(([limit, count]) => `security_info_documents_refused_total{limit="${limit}"} ${count}\n`)
        .concat(`security_info_overloaded_total ${overloaded}\n`)
        .join(''),
  }
}
