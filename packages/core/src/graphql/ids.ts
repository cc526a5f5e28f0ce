/** Global ids: opaque to clients, decoded here. They prove nothing: every look-up also names the person. */
export type NodeType =
  | 'Viewer'
  | 'Session'
  | 'Method'
  | 'Enrollment'
  | 'Challenge'
  | 'ResetGate'
  | 'HelpRequest'
  | 'RememberedDevice'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** What a malformed id stands for: nobody's. So malformed, unknown and foreign ids answer alike. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

export function encodeId(type: NodeType, id: string): string {
  return Buffer.from(`${type}:${id}`, 'utf8').toString('base64url')
}

export function decodeNode(id: string): { readonly type: string; readonly id: string } | undefined {
  const [type, key, ...rest] = Buffer.from(id, 'base64url').toString('utf8').split(':')
  if (!type || !key || rest.length > 0 || !UUID.test(key)) return undefined
  return { type, id: key }
}

/** The key within a global id of one type; nobody's where it is not one. */
export function decodeId(type: NodeType, id: string): string {
  const node = decodeNode(id)
  return node?.type === type ? node.id : NOBODY
}

/** The flow that a global id names; nobody's where it names none. */
export function decodeFlowId(id: string): { readonly type: 'enrollment' | 'challenge'; readonly id: string } {
  const node = decodeNode(id)
  return {
    type: node?.type === 'Enrollment' ? 'enrollment' : 'challenge',
    id: isFlow(node) ? node.id : NOBODY,
  }
}

function isFlow(node: ReturnType<typeof decodeNode>): node is { type: NodeType; id: string } {
  return node?.type === 'Enrollment' || node?.type === 'Challenge'
}
