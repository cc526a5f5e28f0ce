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
  ])
  const wanted = [...known.values()].flat()
  const rememberIds = (value, name) => {
    if (Array.isArray(value)) for (const item of value) rememberIds(item, name)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    if (typeof value.id === 'string') {
      for (const key of known.get(name) ?? []) localStorage.setItem(prefix + key, value.id)
    }
    for (const [key, child] of Object.entries(value)) rememberIds(child, key)
  }
  const fillIds = (value) => {
    for (const [key, child] of Object.entries(value ?? {})) {
      if (typeof child === 'object') fillIds(child)
      if (child === '' && wanted.includes(key)) value[key] = localStorage.getItem(prefix + key) ?? ''
    }
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
    fillIds(request.variables)
    const response = await send(address, { ...options, body: JSON.stringify(request) })
    // A subscription's answer has no end to wait for.
    if (response.headers.get('content-type')?.includes('event-stream')) return response
    const answer = await response
      .clone()
      .json()
      .catch(() => undefined)
    rememberIds(answer?.data)
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
