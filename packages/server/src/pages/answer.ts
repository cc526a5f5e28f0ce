import { readFile } from 'node:fs/promises'
import type { EdgeRoute } from '../edge/routes.ts'

/** Scripts, styles and addresses of our own origin, no inline code, no frames. */
export const OWN_ORIGIN_ONLY: readonly string[] = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
]

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}

/** What belongs to a page, with what the page may do. */
export function pagePart(
  body: string,
  kind: 'html' | 'js' | 'css',
  policy: readonly string[] = OWN_ORIGIN_ONLY,
): Response {
  const headers = { 'content-type': TYPES[kind] ?? '', 'content-security-policy': policy.join('; ') }
  return new Response(body, { headers })
}

/** A file below `assets`, which lies beside the sources and beside what is built from them. */
export function assetRoute(
  path: string,
  file: string,
  kind: 'js' | 'css',
  policy: readonly string[] = OWN_ORIGIN_ONLY,
): EdgeRoute {
  const asset = new URL(`../../assets/${file}`, import.meta.url)
  return { method: 'GET', path, handle: async () => pagePart(await readFile(asset, 'utf8'), kind, policy) }
}

/** Data for a page's script: a block that nothing executes and no text can end. */
export function dataBlock(id: string, data: unknown): string {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  return `<script type="application/json" id="${id}">${json}</script>`
}
