import type { EdgeRoute } from '../../edge/routes.ts'
import { assetRoute, pagePart } from '../../pages/answer.ts'

/** `/dev/inbox`: a page that shows messages as they arrive, fed by the subscription `devInboxUpdated`. */
export function inboxRoutes(): readonly EdgeRoute[] {
  return [
    { method: 'GET', path: '/dev/inbox', handle: () => pagePart(page, 'html') },
    assetRoute('/dev/inbox/inbox.js', 'inbox/inbox.js', 'js'),
    assetRoute('/dev/inbox/inbox.css', 'inbox/inbox.css', 'css'),
  ]
}

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Security Info · Inbox</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/dev/inbox/inbox.css">
</head>
<body>
  <header>
    <h1>Inbox</h1>
    <p>Everybody's phone and mailbox in this sandbox: nothing leaves this machine. Newest first; new messages appear by
      themselves.</p>
    <p><a href="/graphql">GraphiQL</a> <span id="state" role="status">Connecting ...</span></p>
  </header>
  <main>
    <p id="empty" hidden>Nothing has been sent yet. Ask for a code, and it appears here.</p>
    <ol id="messages"></ol>
  </main>
  <p id="news" class="unseen" role="status"></p>
  <noscript>This page needs JavaScript. GraphQL has the same as <code>{ devInbox { to text code } }</code>.</noscript>
  <script src="/dev/inbox/inbox.js"></script>
</body>
</html>
`
