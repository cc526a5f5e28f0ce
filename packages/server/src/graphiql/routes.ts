import { createHash } from 'node:crypto'
import type { EdgeRoute } from '../edge/routes.ts'
import { assetRoute, dataBlock, OWN_ORIGIN_ONLY, pagePart } from '../pages/answer.ts'
import type { Playable } from './story/tab.ts'
import { storyTabs } from './story.ts'

/** Monaco, GraphiQL's editor, writes style elements, and has workers and fonts. */
const POLICY = [
  ...OWN_ORIGIN_ONLY.filter((rule) => !rule.startsWith('style-src')),
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  'font-src data:',
]

/** GraphiQL from our own origin, opening with the story. For a sandbox: the page holds the passwords of who can be played. */
export function graphiqlRoutes(people: Playable): readonly EdgeRoute[] {
  const html = page(people)
  return [
    { method: 'GET', path: '/', only: wantsPage, handle: () => redirect('/graphql') },
    { method: 'GET', path: '/graphql', only: wantsPage, handle: () => pagePart(html, 'html', POLICY) },
    bundled('graphiql.js', (bundle) => bundle.js),
    bundled('graphiql.css', (bundle) => bundle.css),
    bundled('graphql.worker.js', (bundle) => bundle.graphqlWorker),
    bundled('json.worker.js', (bundle) => bundle.jsonWorker),
    bundled('editorWorkerService.worker.js', (bundle) => bundle.editorWorkerService),
    assetRoute('/graphiql/story.js', 'graphiql/story.js', 'js', POLICY),
    assetRoute('/graphiql/story.css', 'graphiql/story.css', 'css', POLICY),
  ]
}

function wantsPage(request: Request): boolean {
  return request.headers.get('accept')?.includes('text/html') ?? false
}

type Bundle = typeof import('@graphql-yoga/render-graphiql/graphiql')

/** GraphiQL comes as one module of 9 MB; it is read when the page is first opened. */
function bundled(name: string, pick: (bundle: Bundle) => string): EdgeRoute {
  const kind = name.endsWith('.css') ? 'css' : 'js'
  const handle = async () =>
    pagePart(pick(await import('@graphql-yoga/render-graphiql/graphiql')), kind, POLICY)
  return { method: 'GET', path: `/graphiql/${name}`, handle }
}

function page(people: Playable): string {
  const tabs = storyTabs(people)
  // Tabs that a browser keeps belong to one version of the story and its people: others would hide the new ones.
  const story = {
    tabs,
    version: createHash('sha256').update(JSON.stringify(tabs)).digest('hex').slice(0, 12),
  }
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
  <nav id="beside">
    <a href="/dev/security-key" target="_blank">Security keys</a>
    <a href="/dev/inbox" target="_blank">Inbox: texts, calls, mails</a>
  </nav>
  <noscript>GraphiQL needs JavaScript.</noscript>
  ${dataBlock('story', story)}
  <script src="/graphiql/graphiql.js"></script>
  <script src="/graphiql/story.js"></script>
</body>
</html>
`
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } })
}
