/**
 * The sandbox's inbox: shows what the subscription `devInboxUpdated` brings. Plain JavaScript for the browser; the few lines
 * that read server-sent events are here because EventSource can't send a POST.
 */

{
  const list = document.getElementById('messages')
  const empty = document.getElementById('empty')
  const state = document.getElementById('state')
  const news = document.getElementById('news')
  const shown = new Set()

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties)
    made.append(...children)
    return made
  }

  // ---- Messages.
  const NAMES = { sms: 'Text message', voice: 'Phone call', email: 'Email' }
  const nameOf = (channel) => NAMES[channel] ?? channel

  const copyButton = (code) => {
    const copy = element('button', { type: 'button', className: 'copy' }, 'Copy ', element('b', {}, code))
    const pressed = async () => {
      await navigator.clipboard.writeText(code)
      news.textContent = `Copied ${code}.`
      copy.classList.add('copied')
      setTimeout(() => copy.classList.remove('copied'), 1500)
    }
    copy.addEventListener('click', () => void pressed())
    return copy
  }
  const item = ({ channel, to, subject, text, code, link, at }) => {
    const time = element('time', { dateTime: at }, new Date(at).toLocaleTimeString())
    const heading = element('h2', {}, `${nameOf(channel)} to ${to}`)
    const lines = text.split('\n\n').map((line) => element('p', {}, line))
    const said = channel === 'voice' ? [element('p', { className: 'how' }, 'The call says:')] : []
    const title = channel === 'email' ? [element('p', { className: 'subject' }, subject)] : []
    const open =
      link && element('a', { href: link, target: '_blank', rel: 'noopener' }, 'Open the link in it')
    const made = element('li', { className: channel }, heading, time, ...title, ...said, ...lines)
    if (code) made.append(copyButton(code))
    if (open) made.append(element('p', {}, open))
    return made
  }
  const show = (messages) => {
    const fresh = messages.filter(({ id }) => !shown.has(id))
    const first = shown.size === 0
    // Only what is new is added, so that focus and reading place stay where they are.
    for (const message of fresh.toReversed()) {
      shown.add(message.id)
      list.prepend(item(message))
    }
    while (list.children.length > messages.length) list.lastElementChild.remove()
    empty.hidden = messages.length > 0
    if (!first || fresh.length === 1) {
      news.textContent = fresh.map(({ channel, to }) => `New: ${nameOf(channel)} to ${to}`).join('. ')
    }
  }

  // ---- Server-sent events of one subscription.
  const query = `subscription Inbox {
    devInboxUpdated { id channel to subject text code link at }
  }`
  const listen = async () => {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    const body = JSON.stringify({ query })
    const response = await fetch('/graphql', { method: 'POST', credentials: 'omit', headers, body })
    if (!response.ok) throw new Error(response.statusText)
    state.textContent = 'Live'
    let text = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (text + chunk).split('\n\n')
      text = events.pop()
      for (const event of events) {
        const line = event.split('\n').find((one) => one.startsWith('data: {'))
        if (line) show(JSON.parse(line.slice('data: '.length)).data.devInboxUpdated)
      }
    }
  }
  const keepListening = async () => {
    await listen().catch(() => {})
    // A sandbox that was started again has an inbox of its own, which counts anew.
    shown.clear()
    list.replaceChildren()
    state.textContent = 'The sandbox does not answer. Trying again ...'
    setTimeout(() => void keepListening(), 1000)
  }
  void keepListening()
}
