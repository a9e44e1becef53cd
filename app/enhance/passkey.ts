/** Passkeys: the browser makes or uses one, and what it says is sent with the form. */

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) {
  if (!('PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential)) break
  form.hidden = false
  form.parentElement?.querySelector<HTMLElement>('[data-no-passkey]')?.setAttribute('hidden', '')
  const answer = form.elements.namedItem('answer') as HTMLInputElement
  const problem = form.querySelector('[role="alert"]')!
  const adds = form.dataset.passkey === 'add'
  // Back in the history, what was said is used up.
  addEventListener('pageshow', () => (answer.value = ''))
  form.addEventListener('submit', (event) => {
    if (answer.value !== '') return
    event.preventDefault()
    problem.textContent = ''
    ask(adds)
      .then((said) => {
        answer.value = said
        form.requestSubmit(event.submitter)
      })
      .catch(() => (problem.textContent = form.dataset.problem ?? ''))
  })
}

async function ask(adds: boolean): Promise<string> {
  const response = await fetch('/me/security/challenge', {
    method: 'POST',
    body: new URLSearchParams({ intent: adds ? 'add' : 'prove' }),
    signal: AbortSignal.timeout(8_000),
  })
  if (!response.ok) throw new Error(String(response.status))
  const options = (await response.json()) as never
  const credential = adds
    ? await navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
      })
    : await navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
      })
  return JSON.stringify((credential as PublicKeyCredential).toJSON())
}
