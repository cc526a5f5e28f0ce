import type { DemoPerson } from '../../graphiql/story/tab.ts'
import { dataBlock } from '../../pages/answer.ts'

/** What the page's scripts have to know. */
export interface SecurityKeyFacts {
  readonly demo: DemoPerson
  /** Where the page has to be opened: keys belong to a host name. */
  readonly origin: string
  readonly hostname: string
}

/** The page; its sections are shown by its scripts, one after the other. */
export function securityKeyPage(facts: SecurityKeyFacts): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Security Info · Security keys</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/dev/security-key/security-key.css">
</head>
<body>
  <header>
    <h1>Security keys and passkeys</h1>
    <p>Register one, and sign in with it. This page does what your own client would do: every step is one request to the
      GraphQL API, and the browser's answer goes into it as it is. Nothing is kept: a reload signs you out.</p>
    <p><a href="/graphql">GraphiQL</a> <a href="/dev/inbox" target="_blank">Inbox</a></p>
  </header>
  <main>
    <p id="said" role="status" tabindex="-1"></p>
${signingIn}${person}${proof}${methods}${adding}
  </main>
  <noscript><p>This page needs JavaScript.</p></noscript>
  ${dataBlock('facts', facts)}
  <script type="module" src="/dev/security-key/page.js"></script>
</body>
</html>
`
}

const signingIn = `
    <section id="signing-in" hidden>
      <h2>Sign in</h2>
      <p><button type="button" id="new-person">Sign in as somebody new</button>
        made for you, with nothing registered yet.</p>
      <p><button type="button" id="passkey">Sign in with a passkey</button>
        without a name or password, once you have registered one.</p>
      <form id="password-form">
        <label>Identifier <input name="identifier" autocomplete="off" required></label>
        <label>Password <input name="password" type="password" autocomplete="off" required></label>
        <button>Sign in</button>
      </form>
      <p>At first the demo person of GraphiQL is filled in. What is asked for after the password depends on what they have.</p>
    </section>`

const person = `
    <section id="person" hidden>
      <h2 id="who"></h2>
      <p id="state"></p>
      <p><button type="button" id="finish" hidden>Done</button>
        <button type="button" id="sign-out">Sign out</button></p>
    </section>`

const proof = `
    <section id="proof" hidden>
      <h2>Prove that it is you</h2>
      <p id="options"></p>
      <form id="code-form" hidden>
        <p id="code-instructions"></p>
        <label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" required></label>
        <button>Check</button>
      </form>
    </section>`

const methods = `
    <section id="registered" hidden>
      <h2>What is registered</h2>
      <p id="none">Nothing yet.</p>
      <ul id="methods"></ul>
      <form id="name-form" hidden>
        <label>Name <input name="label" maxlength="64" autocomplete="off" required></label>
        <button>Save the name</button>
        <button type="button" id="keep-name">Leave it as it is</button>
      </form>
    </section>`

const adding = `
    <section id="adding" hidden>
      <h2>Add a key</h2>
      <div id="first" hidden>
        <p>The gateway says: <q id="blocked"></q> That is the default, because a key is one thing that can get lost. An
          organisation that wants keys alone sets <code>methods.webauthn.needsAnother</code> to <code>false</code> in its
          policy. Here a made-up phone will do; its text is read from the inbox for you.</p>
        <p><button type="button" id="add-phone">Set up a phone first</button></p>
      </div>
      <p id="choices" hidden>
        <button type="button" data-attachment="PLATFORM">Register a passkey on this device</button>
        <button type="button" data-attachment="CROSS_PLATFORM">Register a security key</button>
      </p>
    </section>`
