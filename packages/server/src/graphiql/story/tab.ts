/** One tab of GraphiQL. */
export interface Tab {
  readonly query: string
  /** JSON text. Ids that are left empty are filled in by the page from earlier answers. */
  readonly variables: string
}

/** What the demo person signs in with. */
export interface DemoPerson {
  readonly identifier: string
  readonly password: string
}

export const userError = '... on UserError { code message }'

export function tab(query: string, variables: object = {}): Tab {
  return { query: query.trim(), variables: compact(JSON.stringify(variables, null, 2)) }
}

/** The line to type into has to be in sight without scrolling, so the proof stands on one line. */
function compact(json: string): string {
  return json.replace(/\{\s*"(\w+)": \{\s*"code": ""\s*\}\s*\}/, '{ "$1": { "code": "" } }')
}
