import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { EdgeRoute } from '../edge/routes.ts'
import { storyTabs } from './story.ts'

/**
 * Only our own scripts, and no address but our own. Monaco, GraphiQL's editor, writes style elements.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  'font-src data:',
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const JAVASCRIPT = 'text/javascript; charset=utf-8'
const CSS = 'text/css; charset=utf-8'

/** GraphiQL from our own origin, opening with the story. For a sandbox: the page holds the demo password. */
export function graphiqlRoutes(demo: {
  readonly identifier: string
  readonly password: string
}): readonly EdgeRoute[] {
  const html = page(demo)
  return [
    { method: 'GET', path: '/', only: wantsPage, handle: () => redirect('/graphql') },
    {
      method: 'GET',
      path: '/graphql',
      only: wantsPage,
      handle: () => answer(html, 'text/html; charset=utf-8'),
    },
    asset('graphiql.js', JAVASCRIPT, (bundle) => bundle.js),
    asset('graphiql.css', CSS, (bundle) => bundle.css),
    asset('graphql.worker.js', JAVASCRIPT, (bundle) => bundle.graphqlWorker),
    asset('json.worker.js', JAVASCRIPT, (bundle) => bundle.jsonWorker),
    asset('editorWorkerService.worker.js', JAVASCRIPT, (bundle) => bundle.editorWorkerService),
    ownFile('story.js', JAVASCRIPT),
    ownFile('story.css', CSS),
  ]
}

function wantsPage(request: Request): boolean {
  return request.headers.get('accept')?.includes('text/html') ?? false
}

type Bundle = typeof import('@graphql-yoga/render-graphiql/graphiql')

/** GraphiQL comes as one module of 9 MB; it is read when the page is first opened. */
function asset(name: string, type: string, pick: (bundle: Bundle) => string): EdgeRoute {
  const handle = async () => answer(pick(await import('@graphql-yoga/render-graphiql/graphiql')), type)
  return { method: 'GET', path: `/graphiql/${name}`, handle }
}

/** Beside the sources, so that it is at the same place for the sources and for what is built from them. */
function ownFile(name: string, type: string): EdgeRoute {
  const file = new URL(`../../assets/graphiql/${name}`, import.meta.url)
  return {
    method: 'GET',
    path: `/graphiql/${name}`,
    handle: async () => answer(await readFile(file, 'utf8'), type),
  }
}

function page(demo: { readonly identifier: string; readonly password: string }): string {
  const tabs = storyTabs(demo)
  // Tabs that a browser keeps belong to one version of the story and one demo person: others would hide the new ones.
  const story = {
    tabs,
    version: createHash('sha256').update(JSON.stringify(tabs)).digest('hex').slice(0, 12),
  }
  const json = JSON.stringify(story).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Security Info · GraphiQL</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/graphiql/graphiql.css">
  <link rel="stylesheet" href="/graphiql/story.css">
</head>
<body>
  <div id="root">Loading GraphiQL ...</div>
  <noscript>GraphiQL needs JavaScript.</noscript>
  <script type="application/json" id="story">${json}</script>
  <script src="/graphiql/graphiql.js"></script>
  <script src="/graphiql/story.js"></script>
</body>
</html>
`
}

function answer(body: string, type: string): Response {
  return new Response(body, { headers: { 'content-type': type, 'content-security-policy': POLICY } })
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } })
}
