/**
 * The page behind "This wasn't me". Takes the token out of the address at once, and sends it when the button is pressed,
 * never before. Plain JavaScript for the browser.
 */

{
  const texts = JSON.parse(document.getElementById('texts').textContent)
  const ask = document.getElementById('ask')
  const press = document.getElementById('press')
  const answer = document.getElementById('answer')

  const token = location.hash.slice(1)
  // Not in the history, not in what people copy or photograph.
  history.replaceState(null, '', location.pathname)
  // Another link of ours in the same tab changes nothing but the fragment.
  addEventListener('hashchange', () => location.reload())

  const say = (title, message) => {
    const heading = Object.assign(document.createElement('h2'), { textContent: title })
    const text = Object.assign(document.createElement('p'), { textContent: message })
    answer.replaceChildren(heading, text)
    answer.focus()
  }

  const query = `mutation Undo($input: UndoChangeInput!) {
    undoChange(input: $input) {
      __typename
      ... on UndoChangePayload { message }
      ... on UserError { message }
    }
  }`
  const undo = async () => {
    const response = await fetch('/graphql', {
      method: 'POST',
      // The link is all it takes; whoever else is signed in in this browser has nothing to do with it.
      credentials: 'omit',
      headers: { 'content-type': 'application/json', 'accept-language': document.documentElement.lang },
      body: JSON.stringify({ query, variables: { input: { token } } }),
    })
    const { data } = await response.json()
    return data.undoChange
  }

  const pressed = async () => {
    press.disabled = true
    press.textContent = texts.pressing
    try {
      const { __typename, message } = await undo()
      ask.remove()
      say(__typename === 'UndoChangePayload' ? texts.done : texts.ended, message)
    } catch {
      press.disabled = false
      press.textContent = texts.press
      say(texts.ended, texts.failed)
    }
  }
  press.addEventListener('click', () => void pressed())

  if (token === '') say(texts.ended, texts.noToken)
  else ask.hidden = false
}
