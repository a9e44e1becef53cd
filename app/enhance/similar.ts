/** Shows similar tickets below a title while it is typed. Without this, the form asks once before it publishes. */
const PAUSE = 150
const SHORTEST = 5

const place = document.querySelector<HTMLElement>('[data-similar]')
const title = document.getElementById(place?.dataset.similar ?? '')
const asked = document.querySelector<HTMLInputElement>('input[name="similar"]')
const [said, list] = place?.children ?? []

if (place && said && list && title instanceof HTMLInputElement && asked?.value === 'ask') {
  let timer = 0
  let shown = ''
  let request = new AbortController()

  const look = async () => {
    const words = title.value.trim()
    const { signal } = (request = new AbortController())
    try {
      const found =
        words.length < SHORTEST
          ? ''
          : await fetch(`${place.dataset.from}?title=${encodeURIComponent(words)}`, { signal }).then(
              (response) => (response.ok ? response.text() : Promise.reject(new Error())),
            )
      if (signal.aborted) return
      if (found !== shown) {
        list.innerHTML = shown = found
        said.textContent = list.querySelector<HTMLElement>('[data-said]')?.dataset.said ?? ''
      }
      // They have been shown, so the form need not come back to ask.
      asked.value = found === '' ? 'ask' : 'seen'
    } catch {
      // No connection, or another title by now: the form asks before it publishes.
    }
  }

  title.addEventListener('input', () => {
    clearTimeout(timer)
    request.abort()
    asked.value = 'ask'
    timer = window.setTimeout(() => void look(), PAUSE)
  })
  if (title.value) void look()
}

export {}
