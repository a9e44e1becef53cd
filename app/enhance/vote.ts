/** A vote without leaving the page. Should anything go wrong, the form is sent as it would be without this. */

/** The words of the button's two states stand on the tag of this script. */
const words = document.querySelector<HTMLElement>('script[data-backed]')?.dataset ?? {}

type Told = { voted: boolean; votes: number }

document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement
  const button = event.submitter as HTMLButtonElement | null
  if (!form.matches('form.vote') || !button || form.dataset.plain !== undefined) return
  event.preventDefault()
  if (form.getAttribute('aria-busy') === 'true') return
  const body = new URLSearchParams(new FormData(form, button) as never)
  form.setAttribute('aria-busy', 'true')
  const before = button.cloneNode(true) as HTMLButtonElement
  const votes = Number(button.querySelector('b')!.textContent)
  const voted = button.value === 'vote'
  show(button, { voted, votes: votes + (voted ? 1 : -1) })
  fetch(form.action, {
    method: 'POST',
    body,
    headers: { Accept: 'application/json' },
    signal: AbortSignal.timeout(8_000),
  })
    .then(async (response) => {
      if (!response.ok) throw new Error(String(response.status))
      show(button, (await response.json()) as Told)
    })
    .catch(() => {
      // The server says what is wrong on a page of its own: signed out, closed meanwhile, no network.
      button.replaceWith(before)
      form.dataset.plain = ''
      form.requestSubmit(before)
    })
    .finally(() => form.removeAttribute('aria-busy'))
})

function show(button: HTMLButtonElement, { voted, votes }: Told) {
  button.value = voted ? 'unvote' : 'vote'
  button.toggleAttribute('data-voted', voted)
  button.querySelector('b')!.textContent = String(votes)
  button.querySelector('b + span')!.textContent = (voted ? words.backed : words.back) ?? ''
  const unseen = button.querySelector('.unseen')!
  unseen.querySelector('span')?.remove()
  if (!voted) return
  const undo = document.createElement('span')
  undo.textContent = `, ${words.undo}`
  unseen.prepend(undo)
}
