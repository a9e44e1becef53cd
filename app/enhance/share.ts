/* Copies a page's address, and opens the device's own list of apps where it has one. */

for (const part of document.querySelectorAll<HTMLElement>('[data-share]')) {
  const { share: url = '', title = '', copy = '', copied = '', more = '' } = part.dataset
  const field = part.querySelector('.field')
  if (!field) continue
  if ('clipboard' in navigator) {
    const button = press(copy, async () => {
      await navigator.clipboard.writeText(url)
      button.textContent = copied
      setTimeout(() => (button.textContent = copy), 3000)
    })
    button.setAttribute('aria-live', 'polite')
    field.append(button)
  }
  if ('share' in navigator) field.append(press(more, () => navigator.share({ title, url })))
}

function press(text: string, work: () => Promise<void>): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button'
  button.textContent = text
  // Forbidden, or thought better of: the address stands beside it.
  button.addEventListener('click', () => void work().catch(() => {}))
  return button
}

export {}
