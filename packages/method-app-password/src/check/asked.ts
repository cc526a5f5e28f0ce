import { z } from 'zod'
import { type ClientAddress, readAddress } from '../address.ts'

/** What a server wants to know, and for whom. */
export interface Asked {
  readonly form: 'basic' | 'json'
  readonly username: string
  readonly password: string
  readonly scope: string | null
  /** Of the program, as the server saw it. */
  readonly address: ClientAddress | undefined
  /** What the program calls itself. */
  readonly client: string | null
}

/** Why there is nothing to check: no credentials, or a mistake of the server that asks. */
export type NotAsked = 'no-credentials' | { readonly status: 400 | 415; readonly mistake: string }

const body = z.strictObject({
  username: z.string(),
  password: z.string(),
  scope: z.string().optional(),
  address: z.string().optional(),
  client: z.string().optional(),
})

const LONGEST_CLIENT = 100

/** Reads an address, or remembers how it read it. */
export type ReadAddress = typeof readAddress

/** Reads either form: HTTP Basic (RFC 7617) with headers, or a JSON object. */
export async function readAsked(
  request: Request,
  read: ReadAddress = readAddress,
): Promise<Asked | NotAsked> {
  const { headers } = request
  const type = request.method === 'POST' ? (headers.get('content-type') ?? '') : ''
  if (/^application\/json\s*(;|$)/i.test(type)) return readJson(request, read)
  // Else it would be told that credentials are missing, which it has sent.
  if (type !== '') return { status: 415, mistake: otherThanJson(type) }
  const pair = readBasic(headers.get('authorization'))
  if (!pair) return 'no-credentials'
  const said = {
    // The address is written by who configures the server; a header might come from the program, where it is passed on.
    scope: scopeIn(request.url) ?? headers.get('x-auth-scope'),
    address: headers.get('x-client-address'),
    client: headers.get('x-client-name'),
  }
  return complete('basic', pair, said, read)
}

async function readJson(request: Request, readIt: ReadAddress): Promise<Asked | NotAsked> {
  const read = body.safeParse(await request.json().catch(() => undefined))
  if (!read.success) {
    const expected =
      'a JSON object with the texts username and password, and perhaps scope, address and client'
    return { status: 400, mistake: `The body is not what was expected: ${expected}.` }
  }
  const { scope = null, address = null, client = null, ...pair } = read.data
  return complete('json', pair, { scope, address, client }, readIt)
}

function otherThanJson(type: string): string {
  const came = printable(type.split(';')[0] ?? '') ?? 'something else'
  return `A POST is read as application/json; this was ${came}. Send JSON, or no body and HTTP Basic.`
}

function complete(
  form: Asked['form'],
  pair: Pick<Asked, 'username' | 'password'>,
  { scope, address, client }: Readonly<Record<'scope' | 'address' | 'client', string | null>>,
  read: ReadAddress,
): Asked | NotAsked {
  const from = address ? read(address) : undefined
  // Guessing what was meant would let a rule about addresses be walked around.
  if (address && !from) {
    return { status: 400, mistake: `The client's address can't be read: "${address.slice(0, 45)}".` }
  }
  return {
    form,
    ...pair,
    scope: scope || null,
    address: from,
    client: client === null ? null : printable(client),
  }
}

function readBasic(header: string | null): Pick<Asked, 'username' | 'password'> | undefined {
  const token = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header ?? '')?.[1]
  if (token === undefined) return undefined
  const text = decode(token)
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon < 0) return undefined
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Base 64 of UTF-8, which is what `charset="UTF-8"` asks programs for; `undefined` where it is not. */
function decode(base64: string): string | undefined {
  try {
    const binary = atob(base64)
    if (/^[\x20-\x7e]*$/.test(binary)) return binary
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(binary, (one) => one.charCodeAt(0)),
    )
  } catch {
    return undefined
  }
}

/** No scope needs decoding. */
function scopeIn(url: string): string | null {
  return /[?&]scope=([^&#]*)/.exec(url)?.[1] ?? null
}

/** A program says what it likes about itself; people read it. */
function printable(client: string): string | null {
  const text = client.replace(/[^\x20-\x7e]/g, '?').trim()
  return text === '' ? null : text.slice(0, LONGEST_CLIENT)
}
