/**
 * The sandbox's GraphiQL page: opens with the tabs of the story, fills in ids from earlier answers, and shows the QR code
 * of an authenticator app as a picture. Plain JavaScript for the browser; nothing here is needed to use the API.
 */

{
  const { tabs, version } = JSON.parse(document.getElementById('story').textContent)

  // GraphiQL's own storage, kept apart for each version of the story.
  const prefix = `security-info:${version}:`
  const storage = {
    getItem: (key) => localStorage.getItem(prefix + key),
    setItem: (key, value) => localStorage.setItem(prefix + key, value),
    removeItem: (key) => localStorage.removeItem(prefix + key),
    clear: () => {
      for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key)
    },
    get length() {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix)).length
    },
  }
  // GraphiQL opens the tab whose text and variables are stored here, and adds an empty tab where there is none such.
  const kept = JSON.parse(storage.getItem('graphiql:tabState') ?? 'null')
  const active = kept ? kept.tabs[kept.activeTabIndex] : tabs[0]
  storage.setItem('graphiql:query', active?.query ?? '')
  storage.setItem('graphiql:variables', active?.variables ?? '')

  // ---- Ids: what an answer called `enrollment { id }` is what the next request calls `enrollmentId` or `flowId`.
  // An id proves nothing, so it may be kept; a second window knows it as well.
  const known = new Map([
    ['enrollment', ['enrollmentId', 'flowId']],
    ['challenge', ['challengeId', 'flowId']],
    ['method', ['methodId']],
    ['methods', ['methodId']],
    ['gate', ['gateId']],
    ['node', ['requestId']],
    ['appPassword', ['id']],
    ['list', ['id']],
  ])
  const wanted = [...known.values()].flat()
  const rememberIds = (value, name) => {
    if (Array.isArray(value)) for (const item of value) rememberIds(item, name)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    if (typeof value.id === 'string') {
      for (const key of known.get(name) ?? []) {
        localStorage.setItem(prefix + key, value.id)
        // Of methods also by kind, so that a request can say which: `"methodId": "phone"`.
        if (typeof value.kind === 'string') localStorage.setItem(`${prefix}${key}:${value.kind}`, value.id)
      }
    }
    for (const [key, child] of Object.entries(value)) rememberIds(child, key)
  }

  // ---- What does prove something is kept by this window alone, and gone when it is reloaded: the token of a reset, an access
  // pass, what an administrator is about to do; and which questions were asked.
  const held = {}
  const hold = (value) => {
    if (typeof value !== 'object' || value === null) return
    if (typeof value.token === 'string' && value.reset) held.token = value.token
    if (typeof value.pass === 'string') held.pass = value.pass
    if (typeof value.act === 'string') held.act = value.act
    if (Array.isArray(value.questions)) held.asked = value.questions.map(({ id }) => id)
    for (const child of Object.values(value)) hold(child)
  }
  const OF_A_RESET =
    /\b(ResetToken|BeginResetGate|ResendResetCode|VerifyResetGate|CompletePasswordReset)Input\b/

  const fill = (value, query) => {
    for (const [key, child] of Object.entries(value ?? {})) {
      if (typeof child === 'object') fill(child, query)
      const ofKind = wanted.includes(key) && child && localStorage.getItem(`${prefix}${key}:${child}`)
      if (ofKind) value[key] = ofKind
      if (child !== '') continue
      if (wanted.includes(key)) value[key] = localStorage.getItem(prefix + key) ?? ''
      if (key === 'pass' || key === 'act') value[key] = held[key] ?? ''
      // Other tokens have this name as well: that of a link in a mail.
      if (key === 'token' && OF_A_RESET.test(query)) value[key] = held.token ?? ''
    }
    // The tab has an answer to each question that was registered; what was not asked must not be answered.
    const asked = value?.answers?.filter?.(({ question }) => held.asked?.includes(question)) ?? []
    if (asked.length > 0) value.answers = asked
  }

  // ---- The QR code: the first `qrSvg` of an answer, with the key for typing below it.
  const findSetup = (value) => {
    if (typeof value !== 'object' || value === null) return undefined
    if (typeof value.qrSvg === 'string') return value
    for (const child of Object.values(value)) {
      const found = findSetup(child)
      if (found) return found
    }
    return undefined
  }
  let before
  const closePanel = () => {
    const panel = document.getElementById('qr')
    if (!panel) return
    panel.remove()
    before?.focus()
  }
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties)
    made.append(...children)
    return made
  }
  const showPanel = ({ qrSvg, manualKey }) => {
    closePanel()
    const source = `data:image/svg+xml;utf8,${encodeURIComponent(qrSvg)}`
    const close = element('button', { type: 'button', textContent: 'Close', onclick: closePanel })
    const panel = element(
      'aside',
      { id: 'qr' },
      element('h2', { textContent: 'Scan this with your authenticator app' }),
      element('img', { src: source, alt: 'QR code that holds the key of the new authenticator app' }),
      manualKey
        ? element('p', {}, "Can't scan? Type this key: ", element('code', { textContent: manualKey }))
        : '',
      element('p', { textContent: 'Then go on with the tab "S4_ConfirmApp".' }),
      close,
    )
    panel.setAttribute('role', 'dialog')
    panel.setAttribute('aria-label', 'QR code to scan')
    before = document.activeElement
    document.body.append(panel)
    close.focus()
  }
  addEventListener('keydown', (event) => event.key === 'Escape' && closePanel())

  // ---- Between GraphiQL and the gateway.
  const send = window.fetch.bind(window)
  window.fetch = async (address, options) => {
    if (typeof options?.body !== 'string') return send(address, options)
    const request = JSON.parse(options.body)
    fill(request.variables, request.query)
    const response = await send(address, { ...options, body: JSON.stringify(request) })
    // A subscription's answer has no end to wait for.
    if (response.headers.get('content-type')?.includes('event-stream')) return response
    const answer = await response
      .clone()
      .json()
      .catch(() => undefined)
    rememberIds(answer?.data)
    hold(answer?.data)
    const setup = findSetup(answer?.data)
    if (setup) showPanel(setup)
    if (answer?.data?.confirmEnrollment?.method) closePanel()
    return response
  }

  // The editor's workers, from our own origin. GraphiQL gives no other way to say where they are.
  window.MonacoEnvironment = {
    globalAPI: false,
    getWorkerUrl: (_module, label) => `/graphiql/${label}.worker.js`,
  }
  window.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
    endpoint: '/graphql',
    // Also for subscriptions, which it would ask with GET: over SSE, as all of them here.
    method: 'POST',
    title: 'Security Info',
    logo: ' ',
    defaultTabs: tabs,
    storage,
    shouldPersistHeaders: false,
    // It would write every edit into the address of the page.
    onEditQuery: () => {},
  })
}
