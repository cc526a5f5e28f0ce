import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FrontDoor } from './front-door.ts'
import { type AnswerHeaders, completeHeaders } from './headers.ts'
import { incomingRequest } from './incoming-request.ts'
import { stateOf } from './request-state.ts'

/** What a standard request can be made with, and anybody asks with. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Answers routes straight from Node's own request, without the GraphQL server in between: some are asked for every mail that is
 * fetched. Returns false for what is none of them, for somebody else to answer.
 */
export function createRouteListener(
  door: FrontDoor,
): (incoming: IncomingMessage, out: ServerResponse) => boolean {
  // What a page and the API share is told apart by more than its path.
  const paths = new Set(door.routes.filter(({ only }) => !only).map(({ path }) => path))
  return (incoming, out) => {
    const [path = ''] = incoming.url?.split('?', 1) ?? []
    if (!paths.has(path) || !METHODS.includes(incoming.method ?? '')) return false
    // Who has gone gets no answer.
    serve(door, incoming, out).catch(() => out.destroy())
    return true
  }
}

async function serve(door: FrontDoor, incoming: IncomingMessage, out: ServerResponse): Promise<void> {
  const { address, bodyLimit } = door
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD'
  const body = hasBody ? await bodyOf(incoming, bodyLimit) : undefined
  // Its address is the public one: whether it came under that name is for the guard to see.
  const request = incomingRequest(incoming, address.url.origin, body)
  const state = stateOf(request, { req: incoming }, door.trust)
  const response = (await door.answer(request, state)) ?? door.failed(new Error('It is no route.'), state)
  const content = response.body && Buffer.from(await response.arrayBuffer())
  // RFC 9110 8.6: 204 has none.
  const head: Head = response.status === 204 ? {} : { 'content-length': String(content?.byteLength ?? 0) }
  const headers = headersOf(head)
  for (const [name, value] of response.headers) headers.append(name, value)
  completeHeaders(headers, state, address)
  // What is left of a body that was too large is not read: another request can't follow it.
  if (!incoming.complete) head.connection = 'close'
  out.writeHead(response.status, head).end(content)
}

/** The body, or so much of it that it is seen to be too large. */
async function bodyOf(incoming: IncomingMessage, limit: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Uint8Array)
    size += (chunk as Uint8Array).byteLength
    if (size > limit) break
  }
  return Buffer.concat(chunks)
}

/** What is written before the body, by names in small letters. */
type Head = Record<string, string | string[]>

function headersOf(head: Head): AnswerHeaders {
  return {
    get: (name) => head[name]?.toString() ?? null,
    has: (name) => Object.hasOwn(head, name),
    set(name, value) {
      head[name] = value
    },
    append(name, value) {
      const before = head[name]
      head[name] = before === undefined ? value : [before, value].flat()
    },
    delete: (name) => void delete head[name],
  }
}
